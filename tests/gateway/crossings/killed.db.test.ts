import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { roleUrl } from "#prisma/roles.ts";
import { type MortalPostgres, startMortalPostgres } from "#tests/support/crash/postgres.ts";

// A program that lets connections pass is killed (SIGKILL) at random moments, and so is its database. Whatever it had let pass is in
// the record afterwards, with the bytes it had told; what was open then has ended. SALLYPORT_TEST_KILLS says how often.

const KILLS = Number(process.env.SALLYPORT_TEST_KILLS ?? 20);
const PROGRAM = join(import.meta.dirname, "../../support/crossing-program.ts");
let postgres: MortalPostgres;
let url: string;
let folder: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = await startMortalPostgres();
  url = roleUrl(postgres.adminUrl, "gateway", "gateway");
  folder = mkdtempSync(join(tmpdir(), "sallyport-killed-"));
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

/** What the program said it did: the bytes of what has ended, null for what is open. */
const told = new Map<string, number | null>();

async function startProgram(
  failures: string[] = [],
): Promise<{ child: ChildProcess; read: Promise<number | null> }> {
  const child = spawn(process.execPath, ["--conditions=react-server", PROGRAM, url, join(folder, "spool")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const started = once(lines, "line");
  lines.on("line", (line) => {
    const [what, id = "", bytes] = line.split(" ");
    if (what === "open") told.set(id, null);
    if (what === "ended") told.set(id, Number(bytes));
    if (what === "failed") failures.push(line);
  });
  const read = Promise.all([once(child, "exit"), once(lines, "close")]).then(
    ([[code]]) => code as number | null,
  );
  await started;
  return { child, read };
}

async function endProgram({ child, read }: Awaited<ReturnType<typeof startProgram>>, signal: NodeJS.Signals) {
  child.kill(signal);
  expect(await read).toBe(signal === "SIGTERM" ? 0 : null);
}

async function expectRecordOf(): Promise<void> {
  const admin = new pg.Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ id: string; outcome: string; ended: boolean; bytes: number }>(
    "SELECT id, outcome, ended_at IS NOT NULL AS ended, bytes_in::float8 AS bytes FROM boundary.crossings",
  );
  await admin.end();
  const kept = new Map(rows.map((row) => [row.id, row]));
  const wrong = [...told].filter(([id, bytes]) => {
    const row = kept.get(id);
    if (!row?.ended) return true;
    if (bytes !== null) return row.outcome !== "allowed" || row.bytes !== bytes;
    // It had begun, and nobody said that it had ended; it may have, with nobody left to say so.
    return row.outcome !== "failed" && row.outcome !== "allowed";
  });
  expect(wrong.map(([id, bytes]) => ({ id, bytes, kept: kept.get(id) ?? null }))).toEqual([]);
  // Each once, and nothing that did not happen: what is there and was not told had been recorded a moment before the end.
  expect(kept.size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(told.size);
  expect(rows.length).toBeLessThanOrEqual(told.size + KILLS);
  expect(rows.filter(({ ended }) => !ended)).toEqual([]);
}

test(`whatever passed is on record although the gateway is killed ${KILLS} times`, {
  timeout: 600_000,
}, async () => {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const program = await startProgram();
    // Sometimes while what the last one left is still being written, sometimes amid its own.
    await sleep(Math.random() * 300);
    await endProgram(program, "SIGKILL");
  }
  const last = await startProgram();
  await endProgram(last, "SIGTERM");
  expect(told.size).toBeGreaterThan(KILLS * 10);
  await expectRecordOf();
});

test("whatever passed while the database was killed, or away, is on record once it is back", {
  timeout: 600_000,
}, async () => {
  const failures: string[] = [];
  const program = await startProgram(failures);
  for (let kill = 0; kill < 3; kill += 1) {
    await postgres.killAndStart();
    const before = told.size;
    await vi.waitUntil(() => told.size > before + 500, 30_000);
  }
  expect(failures.length).toBeGreaterThan(0);
  await endProgram(program, "SIGTERM");
  await expectRecordOf();
});
