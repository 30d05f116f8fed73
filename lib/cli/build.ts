import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inheritedEnvironment } from "./env.ts";
import { Failure } from "./failure.ts";

/** What a step makes something of, and the file that remembers from which state it last did. */
interface Step {
  sources: readonly string[];
  stamp: string;
  args: readonly string[];
  env: Record<string, string>;
}

const GENERATE: Step = {
  sources: ["prisma/schema", "node_modules/prisma/package.json"],
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
  stamp: ".next/made-from",
  args: ["node_modules/next/dist/bin/next", "build"],
  env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
};

/** Parts of `lib` that no page is made of. */
const NOT_BUILT = ["lib/cli", "lib/worker", "lib/identity-service", "lib/gateway", "lib/platform/prisma"];

/** Writes the database client, if the schema changed since. */
export async function generate(root: string, signal: AbortSignal): Promise<void> {
  await makeAnew(root, GENERATE, "The database client could not be generated", signal);
}

/** Builds the console, if anything it is made of changed since. */
export async function build(root: string, signal: AbortSignal, announce: () => void): Promise<void> {
  await makeAnew(root, BUILD, "The console could not be built", signal, announce);
}

async function makeAnew(
  root: string,
  step: Step,
  problem: string,
  signal: AbortSignal,
  announce?: () => void,
): Promise<void> {
  const state = stateOf(root, step.sources);
  const stamp = join(root, step.stamp);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return;
  announce?.();
  const { code, output } = await run(root, step, signal);
  if (code !== 0) throw new Failure(`${problem}:\n${output.trim()}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
}

function stateOf(root: string, sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => filesBelow(root, source))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(root: string, path: string): string[] {
  const full = join(root, path);
  if (NOT_BUILT.includes(path) || !existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
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
