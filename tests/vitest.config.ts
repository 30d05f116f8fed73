import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");

// Server code imports "server-only", which is empty under this condition and throws without it.
const conditions = ["react-server", ...defaultServerConditions];

const shared = {
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["react-server"] } },
};

const test = {
  environment: "node",
  pool: "forks" as const,
  // Long enough for a busy machine: a test that hangs is caught all the same, and none is about how fast something is.
  testTimeout: 60_000,
  hookTimeout: 180_000,
  // Libraries whose own imports tests replace: by what Next.js gives to server code, and by the SDK they ask for.
  server: { deps: { inline: [/@workos(-inc)?\/authkit-/] } },
  // What the programs need to be told to start at all; none of it is worth protecting.
  env: {
    SALLYPORT_SEALING_KEY: Buffer.alloc(32, 1).toString("base64"),
    SALLYPORT_IDENTITY_SEALING_KEY: Buffer.alloc(32, 2).toString("base64"),
    NEXTAUTH_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    SALLYPORT_LOG_LEVEL: "silent",
  },
};

export default defineConfig({
  ...shared,
  test: {
    // Two at a time on two cores, where Vitest would take one: a database test waits for its PostgreSQL half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ...shared,
        test: { ...test, name: "unit", include: ["tests/**/*.test.ts"], exclude: ["tests/**/*.db.test.ts"] },
      },
      {
        ...shared,
        test: {
          ...test,
          name: "database",
          include: ["tests/**/*.db.test.ts"],
          globalSetup: ["tests/support/global-setup.ts"],
          setupFiles: ["tests/support/wire-document/setup.ts"],
        },
      },
    ],
  },
});
