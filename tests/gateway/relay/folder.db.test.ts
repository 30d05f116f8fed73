import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { FolderWriter } from "#lib/gateway/relay/folder/writer.ts";
import type { GatewayFolder } from "#lib/shared/gateway/configuration.ts";
import { testDatabase } from "#tests/support/database.ts";
import { putEvents } from "#tests/support/relay/events.ts";
import { RelayBench } from "#tests/support/relay/runner.ts";

const WAIT = { timeout: 15_000 };
let relay: RelayBench;
let path: string;
let writer: FolderWriter | null = null;
beforeAll(async () => {
  relay = new RelayBench((await testDatabase()).gatewayUrl);
});
afterAll(() => relay.pool.end());
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "sallyport-folder-"));
});
afterEach(async () => {
  await writer?.stop();
  await relay.clear();
  rmSync(path, { recursive: true, force: true });
});

const place = { customerId: "cus_1", deploymentId: "dep_1", endpointId: "folder_1", gateway: "gateway_1" };
function folder(more: Partial<GatewayFolder> = {}): GatewayFolder {
  return {
    id: "folder_1",
    name: "SIEM",
    path,
    events: [],
    environment_ids: [],
    paused: false,
    files: 10_000,
    ...more,
  };
}
async function start(of: GatewayFolder): Promise<FolderWriter> {
  const around = { pool: relay.pool, clock: relay.clock, log: { warn: () => undefined } as never };
  writer = await FolderWriter.start(around, place, of);
  if (!writer) throw new Error("Somebody else writes there.");
  return writer;
}
const names = () => readdirSync(path).sort();
const numbers = () =>
  names().flatMap((name) =>
    readFileSync(join(path, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).data.number),
  );
const state = () => relay.state({ id: "folder_1" } as never);

test("events lie there in order, in files that sort, each on a line of its own, and each once", async () => {
  const running = await start(folder());
  await putEvents(relay.pool, 2_500);
  running.wake();
  await expect.poll(async () => (await state())?.delivered, WAIT).toBe(2_500);
  expect(names().every((name) => /^events-\d{16}-\d{16}\.ndjson$/.test(name))).toBe(true);
  expect(numbers()).toEqual(Array.from({ length: 2_500 }, (_, number) => number));
  expect(await state()).toMatchObject({ atEnd: true, failingSince: null });
});

test("killed between the file and the note of it, the next writer does not write it again", async () => {
  await (await start(folder())).stop();
  await putEvents(relay.pool, 10);
  const { rows } = await relay.pool.query("SELECT cursor FROM boundary.relay_endpoints");
  const running = await start(folder());
  await expect.poll(async () => (await state()).delivered, WAIT).toBe(10);
  await running.stop();
  writeFileSync(join(path, ".events-0000000000000001-0000000000000009.ndjson.part"), "{half");
  await relay.pool.query("UPDATE boundary.relay_endpoints SET cursor = $1, delivered = 0", [rows[0].cursor]);
  await putEvents(relay.pool, 5, { from: 10 });
  await start(folder());
  await expect.poll(async () => (await state()).delivered, WAIT).toBe(15);
  expect(numbers()).toEqual(Array.from({ length: 15 }, (_, number) => number));
  expect(names().some((name) => name.endsWith(".part"))).toBe(false);
});

test("a file of somebody else under the same number is not written over, and nothing is taken for written", async () => {
  await (await start(folder())).stop();
  await putEvents(relay.pool, 2);
  const { rows } = await relay.pool.query("SELECT min(seq)::int AS first FROM boundary.relay_events");
  const first = String(rows[0].first).padStart(16, "0");
  writeFileSync(join(path, `events-${first}-9999999999999999.ndjson`), '{"data":{"number":77}}\n');
  await start(folder());
  await expect.poll(async () => (await state()).lastProblem, WAIT).toContain("lies there with other events");
  expect(numbers()).toEqual([77]);
  rmSync(join(path, names()[0] ?? ""));
  await expect.poll(() => numbers(), WAIT).toEqual([0, 1]);
});

test("what the filter leaves out makes no file; paused it writes nothing", async () => {
  const running = await start(folder({ events: ["dsync.*"] }));
  await putEvents(relay.pool, 10);
  running.wake();
  await expect.poll(async () => (await state()).atEnd, WAIT).toBe(true);
  expect(names()).toEqual([]);
  running.configure(folder({ paused: true }));
  await putEvents(relay.pool, 1, { from: 10 });
  running.wake();
  running.configure(folder());
  await expect.poll(() => numbers(), WAIT).toEqual([10]);
});

test("a folder that is away or full of files takes nothing, says why, and goes on afterwards", async () => {
  const running = await start(folder({ files: 1 }));
  await putEvents(relay.pool, 1);
  running.wake();
  await expect.poll(() => names().length, WAIT).toBe(1);
  await putEvents(relay.pool, 1, { from: 1 });
  running.wake();
  await expect.poll(async () => (await state()).lastProblem, WAIT).toContain("1 files wait there");
  const away = `${path}-away`;
  renameSync(path, away);
  running.wake();
  await expect.poll(async () => (await state()).lastProblem, WAIT).toBe("The folder is not there.");
  renameSync(away, path);
  rmSync(join(path, names()[0] ?? ""));
  running.wake();
  await expect.poll(() => numbers(), WAIT).toEqual([1]);
  expect(await state()).toMatchObject({ failingSince: null, atEnd: true });
});

test.skipIf(process.getuid?.() === 0)("a folder that may not be written to says so", async () => {
  chmodSync(path, 0o500);
  const running = await start(folder());
  await putEvents(relay.pool, 1);
  running.wake();
  await expect.poll(async () => (await state()).lastProblem, WAIT).toBe("The gateway may not write there.");
});
