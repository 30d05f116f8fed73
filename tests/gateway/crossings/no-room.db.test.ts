import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import { testDatabase } from "#tests/support/database.ts";

// Where crossings cannot be kept for want of room, the record says how many are missing, and since when: never more than that is lost.

const PROGRAM = join(import.meta.dirname, "../../support/crossing-program.ts");
const SMALL = { bytesMax: 60_000, fileBytesMax: 20_000 };
let line: Awaited<ReturnType<typeof startLine>>;
let pool: Pool;
let admin: pg.Client;
let gatewayUrl: string;
let folder: string;

beforeAll(async () => {
  const urls = await testDatabase();
  admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
  gatewayUrl = urls.gatewayUrl;
  line = await startLine(new URL(gatewayUrl));
  pool = openPool(line.url, 2, "dep_1");
});
afterAll(async () => {
  await pool.end();
  await line.close();
  await admin.end();
});
beforeEach(async () => {
  await admin.query("DELETE FROM boundary.crossings");
  folder = mkdtempSync(join(tmpdir(), "sallyport-no-room-"));
  return () => rmSync(folder, { recursive: true });
});

function start(limits: Partial<typeof SMALL> = {}) {
  const owner = { customerId: "cus_1", deploymentId: "dep_1", gateway: "door-a" };
  return startRecorder({ pool, owner, folder, failed: () => undefined, ...limits });
}

async function record() {
  const { rows } = await admin.query<{ id: string; kind: string; reason: string; missing: number }>(
    "SELECT id, kind, reason, missing FROM boundary.crossings",
  );
  const gaps = rows.filter(({ kind }) => kind === "gap");
  return {
    ids: new Set(rows.filter(({ kind }) => kind !== "gap").map(({ id }) => id)),
    reasons: new Set(gaps.map(({ reason }) => reason)),
    missing: gaps.reduce((sum, gap) => sum + gap.missing, 0),
  };
}

test("a database that is away for longer than there is room costs what had no room, and the record says how many", async () => {
  const recorder = await start(SMALL);
  line.cut();
  for (let number = 0; number < 30_000; number += 1) recorder.record(exampleCrossing());
  await recorder.flush();
  expect(recorder.state.bytes).toBeLessThanOrEqual(SMALL.bytesMax);
  expect(recorder.state.missing).toBeGreaterThan(0);
  line.mend();
  await vi.waitUntil(() => recorder.state.missing + recorder.state.unsafe === 0, 30_000);
  await recorder.stop();
  const { ids, reasons, missing } = await record();
  expect(ids.size + missing).toBe(30_000);
  expect(reasons).toEqual(new Set(["spool_full"]));
  expect(readdirSync(folder)).toEqual(["loss"]);
});

test("what lay in memory only when the process was killed is told as missing by the next", async () => {
  line.cut();
  const told = await runAndKill(["sh", "-c", 'exec "$@"', "sh"], line.url, 20_000, 60_000);
  line.mend();
  const recorder = await start();
  await recorder.stop();
  const { ids, missing, reasons } = await record();
  const absent = [...told].filter((id) => !ids.has(id));
  expect(absent.length).toBeGreaterThan(0);
  expect(missing).toBeGreaterThanOrEqual(absent.length);
  expect(missing).toBeLessThanOrEqual(told.size);
  expect(reasons).toEqual(new Set(["spool_full"]));
  // Once told, it is not told again.
  await (await start()).stop();
  expect((await record()).missing).toBe(missing);
});

test("a disk that takes no more does not stop the record while the database is there", async () => {
  // Files of this process may be a kilobyte long: every few lines the disk refuses one.
  const told = await runAndKill(
    ["sh", "-c", 'ulimit -f 2; exec "$@"', "sh"],
    gatewayUrl,
    1_000_000,
    1_000_000,
  );
  await (await start()).stop();
  const { ids, missing } = await record();
  const absent = [...told].filter((id) => !ids.has(id));
  expect(told.size).toBeGreaterThan(500);
  expect(ids.size).toBeGreaterThan(100);
  expect(absent.length).toBeLessThanOrEqual(missing);
});

test("a spool that somebody damaged is read as far as it can be, and the damage is told", async () => {
  line.cut();
  const recorder = await start();
  const crossings = Array.from({ length: 10 }, () => exampleCrossing());
  for (const crossing of crossings) recorder.record(crossing);
  await recorder.stop();
  const [name = ""] = readdirSync(folder).filter((each) => each.endsWith(".crossings"));
  const lines = readFileSync(join(folder, name), "utf8").split("\n");
  lines[3] = lines[3]?.replace("api.workos.com", "api.workos.org") ?? "";
  writeFileSync(join(folder, name), lines.join("\n"));
  // And the last line is only half there: its process was killed before it returned, so nothing has passed for it.
  appendFileSync(join(folder, name), '12345678 ["crs_');
  line.mend();
  await (await start()).stop();
  const { ids, missing, reasons } = await record();
  expect(crossings.filter(({ id }) => !ids.has(id))).toEqual([crossings[2]]);
  expect({ missing, reasons }).toEqual({ missing: 1, reasons: new Set(["spool_damaged"]) });
});

/** Lets the program work until much has passed, and kills it. What it said is what it let pass. */
async function runAndKill(by: string[], url: string, fileBytesMax: number, bytesMax: number) {
  const [command = "", ...rest] = by;
  const args = [...rest, process.execPath, "--conditions=react-server", PROGRAM, url, folder];
  const child = spawn(command, [...args, String(fileBytesMax), String(bytesMax)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = new Set<string>();
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (said) => {
    const [what, id = ""] = said.split(" ");
    if (what === "open") told.add(id);
  });
  await vi.waitUntil(() => told.size > 1_000, 30_000);
  child.kill("SIGKILL");
  await Promise.all([once(child, "exit"), once(lines, "close")]);
  return told;
}

/** A way to the database that can be cut. */
async function startLine(to: URL) {
  const open = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((socket) => {
    if (isCut) return socket.destroy();
    const onward = connect(Number(to.port), to.hostname);
    for (const each of [socket, onward]) {
      open.add(each);
      each.on("error", () => undefined);
      each.on("close", () => {
        open.delete(each);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(to);
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const each of open) each.destroy();
    },
    mend() {
      isCut = false;
    },
    async close() {
      for (const each of open) each.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
