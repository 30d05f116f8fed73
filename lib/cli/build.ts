import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inheritedEnvironment } from "./env.ts";
import { Failure } from "./failure.ts";

/** What a step makes something of, and the file that remembers from which state it last did. */
interface Step {
  sources: readonly string[];
  /** What lies below the sources, but is no part of them. */
  except: readonly string[];
  stamp: string;
  args: readonly string[];
  env: Record<string, string>;
}

const GENERATE: Step = {
  sources: ["prisma/schema", "node_modules/prisma/package.json"],
  except: [],
  stamp: "lib/platform/prisma/.made-from",
  args: ["node_modules/prisma/build/index.js", "generate", "--no-hints"],
  // Generating needs no schema engine, but Prisma's command downloads one unless it is given a file that exists.
  env: {
    PRISMA_SCHEMA_ENGINE_BINARY: "package.json",
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  },
};

const BUILD: Step = {
  sources: [
    "app",
    "components",
    "lib",
    "prisma/schema",
    "public",
    "proxy.ts",
    "instrumentation.ts",
    "next.config.ts",
    ".postcssrc.json",
    "package.json",
    "package-lock.json",
  ],
  // Parts of `lib` that no page is made of.
  except: ["lib/cli", "lib/worker", "lib/identity-service", "lib/gateway", "lib/platform/prisma"],
  stamp: ".next/made-from",
  args: ["node_modules/next/dist/bin/next", "build"],
  env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
};

const BUNDLE: Step = {
  sources: ["lib/identity-service", "lib/shared", "lib/cli/bundle.ts", "package.json", "package-lock.json"],
  except: [],
  stamp: "dist/identity-service/made-from",
  args: ["lib/cli/bundle.ts"],
  env: {},
};

const BUNDLE_GATEWAY: Step = {
  sources: ["lib/gateway", "lib/shared", "lib/cli/bundle.ts", "package.json", "package-lock.json"],
  except: [],
  stamp: "dist/gateway/made-from",
  args: ["lib/cli/bundle.ts", "dist/gateway", "lib/gateway/main.ts"],
  env: {},
};

const BUNDLE_DOCTOR: Step = {
  sources: ["lib/doctor", "lib/shared", "lib/cli/bundle-doctor.ts", "package.json", "package-lock.json"],
  except: [],
  stamp: "dist/doctor/made-from",
  args: ["lib/cli/bundle-doctor.ts"],
  env: {},
};

/** Writes the database client, if the schema changed since. */
export async function generate(root: string, signal: AbortSignal): Promise<void> {
  await makeAnew(root, GENERATE, "The database client could not be generated", signal);
}

/** Builds the console, if anything it is made of changed since. */
export async function build(root: string, signal: AbortSignal, announce: () => void): Promise<void> {
  await makeAnew(root, BUILD, "The console could not be built", signal, announce);
}

/** Makes one program of the identity service's sources, if they changed since. */
export async function bundleIdentityService(root: string, signal: AbortSignal): Promise<void> {
  await makeAnew(root, BUNDLE, "The identity service could not be bundled", signal);
}

/** Makes one program of the gateway's sources, if they changed since. */
export async function bundleGateway(root: string, signal: AbortSignal): Promise<void> {
  await makeAnew(root, BUNDLE_GATEWAY, "The gateway could not be bundled", signal);
}

/** Makes the doctor one file, which the console gives out, if its sources changed since. */
export async function bundleDoctor(root: string, signal: AbortSignal): Promise<void> {
  await makeAnew(root, BUNDLE_DOCTOR, "The doctor could not be bundled", signal);
}

async function makeAnew(
  root: string,
  step: Step,
  problem: string,
  signal: AbortSignal,
  announce?: () => void,
): Promise<void> {
  const state = stateOf(root, step);
  const stamp = join(root, step.stamp);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return;
  announce?.();
  const { code, output } = await run(root, step, signal);
  if (code !== 0) throw new Failure(`${problem}:\n${output.trim()}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
}

function stateOf(root: string, { sources, except }: Step): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => filesBelow(root, source, except))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(root: string, path: string, except: readonly string[]): string[] {
  const full = join(root, path);
  if (except.includes(path) || !existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(root, `${path}/${name}`, except));
}

function run(
  root: string,
  step: Step,
  signal: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, step.args, {
      cwd: root,
      env: { ...inheritedEnvironment(), ...step.env },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
