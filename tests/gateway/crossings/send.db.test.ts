import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pg from "pg";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { type Recorder, startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { type Sending, sendCrossings, sendNext } from "#lib/gateway/crossings/send.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { createGateway } from "#lib/gateways/commands.ts";
import { takeShipment } from "#lib/gateways/shipping.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { Shipment } from "#lib/shared/gateway/shipment.ts";
import { anActor } from "#tests/support/actors.ts";
import { createTestDatabase } from "#tests/support/cluster.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import { testDatabase } from "#tests/support/database.ts";
import { aSite } from "#tests/support/gateways.ts";

// A gateway with a database of its own, and a console with another: what the one wrote, the other has.

const NOW = new Date("2026-11-28T12:00:00Z");
let pool: Pool;
let here: pg.Client;
let there: pg.Client;
let recorder: Recorder;
let console: Server;
let sending: Sending;
let folder: string;
/** What the console does with the next requests instead of what it should; it takes those after. */
let trouble: ("refuse" | "take and fall silent")[] = [];
let taken = 0;

beforeAll(async () => {
  there = await clientOf((await testDatabase()).adminUrl);
  const urls = await createTestDatabase(inject("clusterUrl"));
  here = await clientOf(urls.adminUrl);
  const { customerId, deploymentId } = await aSite();
  const { token } = await createGateway(anActor("operator"), { deploymentId }, NOW);
  pool = openPool(urls.gatewayUrl, 3, deploymentId);
  folder = mkdtempSync(join(tmpdir(), "sallyport-send-"));
  const owner = { customerId, deploymentId, gateway: "door-a" };
  recorder = await startRecorder({ pool, owner, folder, failed: () => undefined, sent: () => true });
  console = createServer(async (request, response) => {
    const shipment = Shipment.parse(JSON.parse(await text(request)));
    const now = trouble.shift();
    if (now === "refuse") return response.writeHead(503).end();
    const bearer = String(request.headers.authorization).slice("Bearer ".length);
    const receipt = await takeShipment({ token: bearer, ip: null }, shipment, NOW);
    taken += 1;
    if (now) return response.destroy();
    response.end(JSON.stringify(receipt));
  }).listen(0, "127.0.0.1");
  await once(console, "listening");
  const { port } = console.address() as { port: number };
  const log = pino({ level: "silent" });
  sending = { console: { url: `http://127.0.0.1:${port}`, token }, pool, recorder, log, sent: () => true };
});
beforeEach(() => {
  trouble = [];
});
afterAll(async () => {
  await recorder.stop();
  console.close();
  await Promise.all([pool.end(), here.end(), there.end(), closeDatabase()]);
  rmSync(folder, { recursive: true });
});

async function clientOf(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

async function sendAll(): Promise<void> {
  await recorder.flush();
  while (await sendNext(sending, new AbortController().signal));
}

const EVERYTHING = "SELECT to_jsonb(c) AS row FROM boundary.crossings c ORDER BY id";
async function expectTheSame(): Promise<number> {
  const [ours, theirs] = await Promise.all([here.query(EVERYTHING), there.query(EVERYTHING)]);
  expect(theirs.rows).toEqual(ours.rows);
  return ours.rows.length;
}

test("what is written here is there too, the end of what was open as well, whatever the line does meanwhile", async () => {
  const open = exampleCrossing({ endedAt: null, outcome: "open" });
  recorder.record(open);
  for (let number = 0; number < 2_500; number += 1)
    recorder.record(exampleCrossing({ peerName: `host-${number % 7}`, correlationId: `evt_${number}` }));
  await sendAll();
  expect(await expectTheSame()).toBe(2_501);
  recorder.record({ ...open, endedAt: NOW, outcome: "allowed", bytesIn: 77 });
  await recorder.flush();
  // A console that is away, and one that has it and whose answer is lost: it is sent again once nobody else may be at it.
  for (const next of ["refuse", "take and fall silent"] as const) {
    trouble = [next];
    await expect(sendNext(sending, new AbortController().signal)).rejects.toThrow();
    expect(await sendNext(sending, new AbortController().signal)).toBe(false);
    await here.query("UPDATE boundary.crossings_unsent SET leased_until = now()");
  }
  await sendAll();
  expect(await expectTheSame()).toBe(2_501);
});

test("what the console refuses for good, and what is gone before it was sent, is told to it as missing", async () => {
  const future = exampleCrossing({ beganAt: new Date("2026-12-24T00:00:00Z") });
  recorder.record(future);
  const old = exampleCrossing({ beganAt: new Date("2026-11-01T00:00:00Z") });
  recorder.record(old);
  await recorder.flush();
  await here.query("DELETE FROM boundary.crossings WHERE id = $1", [old.id]);
  await sendAll();
  // What is missing was written down meanwhile.
  await sendAll();
  const { rows } = await there.query(
    "SELECT reason, missing FROM boundary.crossings WHERE kind = 'gap' ORDER BY reason",
  );
  expect(rows).toEqual([
    { reason: "console_refused", missing: 1 },
    { reason: "kept_too_short", missing: 1 },
  ]);
});

test("it goes on by itself; to a console that reads this very database nothing is sent", async () => {
  let sent = true;
  const running = sendCrossings({ ...sending, sent: () => sent });
  const mine = exampleCrossing();
  recorder.record(mine);
  await vi.waitUntil(
    async () => (await there.query("SELECT FROM boundary.crossings WHERE id = $1", [mine.id])).rowCount === 1,
    10_000,
  );
  sent = false;
  const before = taken;
  recorder.record(exampleCrossing());
  await recorder.flush();
  await vi.waitUntil(
    async () => (await here.query("SELECT FROM boundary.crossings_unsent")).rowCount === 0,
    10_000,
  );
  await running.stop();
  expect(taken).toBe(before);
});
