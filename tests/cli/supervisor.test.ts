import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { type Program, type Supervised, supervise } from "#lib/cli/supervisor.ts";

// Serves, and dies when it is asked to: a program as the supervisor sees one.
const PROGRAM = `
  import { createServer } from "node:http";
  const server = createServer((request, response) => {
    response.end(String(process.pid));
    if (request.url === "/die") process.exit(3);
  }).listen(Number(process.env.PORT), "127.0.0.1");
  process.on("SIGTERM", () => { console.log("asked to stop"); server.close(() => process.exit(0)); server.closeAllConnections(); });
`;

let folder: string;
let program: Program;
let url: string;
let supervised: Supervised | undefined;
const said: string[] = [];
const started: number[] = [];
const watcher = {
  say: (sentence: string) => void said.push(sentence),
  started: (_name: string, pid: number) => void started.push(pid),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-supervisor-"));
  said.length = 0;
  started.length = 0;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  program = {
    name: "worker",
    args: ["--input-type=module", "--eval", PROGRAM],
    cwd: folder,
    env: { PORT: String(port) },
    healthUrl: `${url}/health`,
    output: join(folder, "logs/worker.log"),
  };
});

afterEach(async () => {
  await supervised?.stop();
  rmSync(folder, { recursive: true });
});

test("a program that dies is started again, and the operator is told", async () => {
  supervised = supervise(program, watcher, [1]);
  await supervised.healthy;
  await fetch(`${url}/die`).catch(() => undefined);
  await expect.poll(() => started.length).toBe(2);
  await expect.poll(() => answer(`${url}/health`)).toBe(String(started[1]));
  expect(said).toEqual([expect.stringContaining("The worker stopped (exit code 3); starting it again")]);
  expect(said[0]).toContain(join(folder, "logs/worker.log"));
});

test("a program that cannot start is tried again and again, with growing pauses", async () => {
  supervised = supervise({ ...program, args: ["--eval", "process.exit(1)"] }, watcher, [1, 2, 3]);
  await expect.poll(() => said.length, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(said.slice(0, 4).map((sentence) => /in ([\d.]+) s/.exec(sentence)?.[1])).toEqual([
    "0.001",
    "0.002",
    "0.003",
    "0.003",
  ]);
});

test("stopping asks the program politely, and does not start it again", async () => {
  supervised = supervise(program, watcher, [1]);
  await supervised.healthy;
  await supervised.stop();
  expect(readFileSync(program.output, "utf8")).toBe("asked to stop\n");
  expect(started.length).toBe(1);
  expect(said).toEqual([]);
});

test("stopping ends the wait for a program that never came to serve", async () => {
  supervised = supervise({ ...program, args: ["--eval", "process.exit(1)"] }, watcher, [60_000]);
  await expect.poll(() => said.length).toBe(1);
  await supervised.stop();
  await supervised.healthy;
});

async function answer(address: string): Promise<string> {
  return await fetch(address)
    .then((response) => response.text())
    .catch(() => "");
}
