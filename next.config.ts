import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // Everybody gets a page's title and description in its head: Next.js writes them into the body afterwards but for bots it knows.
  htmlLimitedBots: /.*/,
  // Types are checked by `npm run check`; checking them again here would double the time of the first start.
  typescript: { ignoreBuildErrors: true },
  // Guides are read when they are asked for, not bundled: a copy of the built console takes them along.
  outputFileTracingIncludes: { "/{portal,guides}/**": ["./lib/guides/{data,common}/*.json"] },
  experimental: {
    // `forbidden()`: a page that a role does not include answers 403 in the frame.
    authInterrupts: true,
    // What `next dev` keeps on disk from the run before had pages load again and again when the first one was opened.
    turbopackFileSystemCacheForDev: false,
    // React, Next.js and what every page has are one script: together they compress better than in five (2.4 kB).
    turbopackChunking: { minChunkSize: 1_000_000, maxMergeChunkSize: 10_000_000 },
  },
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
