import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // Types are checked by `npm run check`; checking them again here would double the time of the first start.
  typescript: { ignoreBuildErrors: true },
  // Guides are read when they are asked for, not bundled: a copy of the built console takes them along.
  outputFileTracingIncludes: { "/{portal,guides}/**": ["./lib/guides/{data,common}/*.json"] },
  // `forbidden()`: a page that a role does not include answers 403 in the frame.
  experimental: { authInterrupts: true },
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/client",
    "@prisma/adapter-pg",
    "pg",
    "pg-boss",
    "pino",
    "prom-client",
  ],
};

export default config;
