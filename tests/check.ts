import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { generate } from "#lib/cli/build.ts";

// `npm run check`: everything that needs neither a database nor a browser, two at a time.

interface Check {
  name: string;
  args: readonly string[];
}

const ROOT = resolve(import.meta.dirname, "..");
const AT_A_TIME = 2;

const checks: Check[] = [
  // Version 7 says the same as version 6 in less than half the time; dependency-cruiser and Next.js still need 6.
  {
    name: "types",
    args: ["node_modules/typescript-7/bin/tsc", "--noEmit", "--incremental", "false", "--pretty", "false"],
  },
  {
    name: "format and lint",
    args: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  },
  {
    name: "doors between the rooms",
    args: [
      "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
      ...["--config", ".dependency-cruiser.cjs"],
      ...["app", "components", "lib", "prisma", "tests", "proxy.ts"],
    ],
  },
  { name: "nothing unused", args: ["node_modules/knip/bin/knip.js", "--no-progress"] },
  {
    name: "unit tests",
    args: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config",
      "tests/vitest.config.ts",
      "--project",
      "unit",
    ],
  },
];

await generate(ROOT, new AbortController().signal);
// The types of the routes' own properties, which a build writes too.
const routes = await run({ name: "route types", args: ["node_modules/next/dist/bin/next", "typegen"] });
if (routes.code !== 0) throw new Error(routes.output);
const waiting = [...checks];
await Promise.all(Array.from({ length: AT_A_TIME }, work));

async function work(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const { code, output } = await run(check);
    console.log(`${code === 0 ? "ok      " : "FAILED  "}${check.name}`);
    if (code === 0) continue;
    console.log(output);
    process.exitCode = 1;
  }
}

function run(check: Check): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, check.args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    }
    child.once("close", (code) => resolve({ code, output }));
  });
}
