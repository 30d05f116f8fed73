import { spawn, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { build, bundleDoctor, bundleIdentityService, generate } from "#lib/cli/build.ts";

// `npm test`: everything, then one line that sums all runners up.

interface Count {
  passed: number;
  failed: number;
}

const ROOT = resolve(import.meta.dirname, "..");
const RESULTS = join(ROOT, "test-results");
const never = new AbortController().signal;

const UnitReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

const BrowserReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const counts: Count[] = [];
try {
  await generate(ROOT, never);
  counts.push(await runVitest(), await runBrowser());
} catch (error) {
  console.error(error);
  counts.push({ passed: 0, failed: 1 });
}
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

async function runVitest(): Promise<Count> {
  const report = join(RESULTS, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "tests/vitest.config.ts",
    ...reporters,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = UnitReport.parse(readJson(report));
  // A file that could not even be loaded has no failed test in it.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  );
  return counted(numPassedTests, numFailedTests + broken.length, code);
}

async function runBrowser(): Promise<Count> {
  if (globSync("tests/browser/**/*.spec.ts", { cwd: ROOT }).length === 0) return { passed: 0, failed: 0 };
  // Whatever an installation is made of, before two of them start at once and both would make it.
  await bundleDoctor(ROOT, never);
  await bundleIdentityService(ROOT, never);
  await build(ROOT, never, () => console.log("Building the console for the browser tests."));
  const report = join(RESULTS, "browser.json");
  const playwright = [
    "node_modules/@playwright/test/cli.js",
    "test",
    "--config",
    "tests/playwright.config.ts",
  ];
  const code = await run(playwright, cutOff());
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = BrowserReport.parse(readJson(report)).stats;
  return counted(expected, unexpected + flaky, code);
}

/** A runner that ends badly without naming a test still counts as a failure. */
function counted(passed: number, failed: number, code: number): Count {
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/**
 * What a command is put behind so that it has no network but loopback: the browser tests go through everything on a
 * machine with no route out. Empty where a network namespace cannot be made, as by an ordinary user.
 */
function cutOff(): string[] {
  const inside = [
    "unshare",
    "--net",
    "sh",
    "-c",
    'ip link set lo up && SALLYPORT_TEST_CUT_OFF=1 exec "$0" "$@"',
  ];
  if (spawnSync("unshare", [...inside.slice(1), "true"]).status === 0) return inside;
  console.log(
    "The browser tests run with this machine's network: a network namespace needs root, unshare and ip.",
  );
  return [];
}

function run(args: readonly string[], before: readonly string[] = []): Promise<number> {
  const [program = process.execPath, ...words] = [...before, process.execPath, ...args];
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
