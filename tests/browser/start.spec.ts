import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";

const MAIN = resolve(import.meta.dirname, "../../lib/cli/main.ts");

let installation: Installation;

test.beforeAll(async () => {
  installation = await startInstallation();
});

test.afterAll(async () => {
  await installation.stop();
});

test("from an empty folder to programs that are alive, ready and measured", async () => {
  const { consoleUrl, identityUrl, workerUrl } = installation;
  for (const url of [`${consoleUrl}/api`, identityUrl, workerUrl]) {
    for (const path of ["health", "ready"])
      expect((await fetch(`${url}/${path}`)).status, `${url}/${path}`).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text(), url).toContain("process_cpu_seconds_total");
  }
});

test("says where everything is, and how the first owner gets in, once", async ({ page }) => {
  expect(installation.output()).toContain(installation.dataDir);
  expect(installation.setUpLink).toContain(`${installation.consoleUrl}/set-up?token=`);
  await page.goto(installation.setUpLink);
  await expect(page.getByLabel("E-mail")).toBeVisible();
});

test("a second start with the same data is refused, and says which process holds it", () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "start"], {
    encoding: "utf8",
    env: { ...process.env, SALLYPORT_DATA_DIR: installation.dataDir },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Sallyport already runs with the data in \S+ \(process \d+\)\./);
});

test("a program that is killed comes back", async () => {
  const { workerUrl, dataDir } = installation;
  process.kill(workerPid(dataDir), "SIGKILL");
  await expect
    .poll(() => installation.output(), { timeout: 15_000 })
    .toContain("The worker stopped (SIGKILL)");
  await expect.poll(() => status(`${workerUrl}/ready`), { timeout: 30_000 }).toBe(200);
});

test("stopping ends every program and then the database, and leaves nothing behind", async () => {
  const own = await startInstallation();
  const pids = listPrograms(own.dataDir);
  const postgres = Number(readFileSync(join(own.dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
  expect(await own.stop()).toBe(0);
  for (const pid of [...pids, postgres]) expect(isAlive(pid), `process ${pid}`).toBe(false);
  expect(existsSync(own.dataDir)).toBe(false);
});

interface Running {
  programs: Record<string, { pid: number }>;
}

function readRunning(dataDir: string): Running {
  return JSON.parse(readFileSync(join(dataDir, "running.json"), "utf8"));
}

function listPrograms(dataDir: string): number[] {
  return Object.values(readRunning(dataDir).programs).map(({ pid }) => pid);
}

function workerPid(dataDir: string): number {
  const worker = readRunning(dataDir).programs.worker;
  if (!worker) throw new Error("No worker was started.");
  return worker.pid;
}

function isAlive(pid: number): boolean {
  try {
    // A process that ended but was not waited for still has a number: its state says so.
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}

async function status(url: string): Promise<number> {
  return await fetch(url).then(
    (response) => response.status,
    () => 0,
  );
}
