import { generateKeyPairSync } from "node:crypto";
import { copyFile, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { appendEvents, inTransaction } from "#lib/gateway/relay/append.ts";
import { keepWithin } from "#lib/gateway/relay/buffer/keep-within.ts";
import {
  type Carrying,
  confirm,
  exportFiles,
  importFiles,
  showStanding,
} from "#lib/gateway/relay/carried/commands.ts";
import { carriedKey } from "#lib/gateway/relay/carried/key.ts";
import { carriedReport } from "#lib/gateway/relay/carried/standing.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { type CarriedHeader, signCarried } from "#lib/shared/gateway/carried-file.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { createSealer } from "#lib/shared/sealing.ts";
import { canonicalJson, publicKeyText } from "#lib/shared/signing.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { bufferedIds, SIDE } from "#tests/support/pulling.ts";
import { arrival } from "#tests/support/relayed-events.ts";

interface Here extends Carrying {
  pool: Pool;
  said: string[];
  crossings: Crossing[];
}
const sealer = createSealer(Buffer.alloc(32, 5).toString("base64"));
const closing: (() => Promise<unknown>)[] = [];
let outside: Here;
let inside: Here;
let admins: pg.Client[];
let media: string;

/** A gateway with a database of its own. */
async function aSide(): Promise<Here> {
  const urls = await testDatabase();
  const pool = openPool(urls.gatewayUrl, 4, SIDE.deploymentId);
  const admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
  admins.push(admin);
  closing.push(
    () => pool.end(),
    () => admin.end(),
  );
  const said: string[] = [];
  const crossings: Crossing[] = [];
  return {
    pool,
    sealer,
    side: SIDE,
    clock: systemClock,
    folder: await mkdtemp(join(tmpdir(), "carried-")),
    trusted: [],
    record: async (some) => void crossings.push(...some),
    print: (line) => void said.push(line),
    said,
    crossings,
  };
}

beforeAll(async () => {
  admins = [];
  [outside, inside] = [await aSide(), await aSide()];
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
});
beforeEach(async () => {
  for (const admin of admins)
    await admin.query(
      "TRUNCATE boundary.relay_events, boundary.relay_buffers, boundary.relay_past_ids, boundary.relay_gaps, boundary.relay_carried",
    );
  for (const one of [outside, inside]) {
    one.said.length = 0;
    one.crossings.length = 0;
  }
  inside = { ...inside, trusted: [(await carriedKey(outside.pool, sealer, SIDE)).publicKey] };
  outside = { ...outside, trusted: [(await carriedKey(inside.pool, sealer, SIDE)).publicKey] };
  media = await mkdtemp(join(tmpdir(), "media-"));
});

let made = 0;
async function happen(count: number, changes: object = {}): Promise<void> {
  const arrivals = Array.from({ length: count }, () => {
    made += 1;
    return arrival(`event_${String(made).padStart(6, "0")}`, changes);
  });
  await inTransaction(outside.pool, (client) => appendEvents(client, SIDE, arrivals));
}
/** Exports what is new, and returns the file. */
async function carryOut(after: string | null = null): Promise<string> {
  const before = await readdir(media);
  await exportFiles(outside, { folder: media, environmentId: "environment_1", after });
  const [name] = (await readdir(media)).filter((one) => !before.includes(one));
  return name ? join(media, name) : "";
}
const takeIn = (path: string, acceptGap = false, as = inside) => importFiles(as, [path], acceptGap);
const bodies = async (pool: Pool) =>
  (await pool.query("SELECT body::text AS body FROM boundary.relay_events ORDER BY seq")).rows;
const receipt = () => inside.said.findLast((line) => line.startsWith("Receipt: "))?.slice(9) ?? "";

test("what is exported here is there, in order and byte for byte, once", async () => {
  await happen(1_200, { data: { id: "user_1", name: "line\u2028break\u0000\ud800 é" } });
  const file = await carryOut();
  await takeIn(file);
  expect(await bodies(inside.pool)).toEqual(await bodies(outside.pool));
  await takeIn(file);
  expect(await bufferedIds(inside.pool)).toHaveLength(1_200);
  expect(inside.said.join("\n")).toContain("everything of it was here already");
  const { rows } = await inside.pool.query("SELECT DISTINCT origin FROM boundary.relay_events");
  expect(rows).toEqual([{ origin: "carried" }]);
});

test("files that overlap, or that come again in another order, add what is new and nothing else", async () => {
  await happen(10);
  const first = await carryOut();
  await happen(10);
  const second = await carryOut();
  await happen(10);
  const third = await carryOut();
  const all = await carryOut("0");
  for (const file of [first, second, first, all, third, second]) await takeIn(file);
  expect(await bufferedIds(inside.pool)).toEqual(await bufferedIds(outside.pool));
});

test("several at once have the effect of one", async () => {
  await happen(1_100);
  const file = await carryOut();
  await Promise.all([1, 2, 3].map(() => takeIn(file)));
  expect(await bufferedIds(inside.pool)).toEqual(await bufferedIds(outside.pool));
});

test("an import that broke off goes on where it was", async () => {
  await happen(1_600);
  const file = await carryOut();
  const { pool } = inside;
  let calls = 0;
  const failing = new Proxy(pool, {
    get(target, name) {
      if (name !== "connect") return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name);
      return async () => {
        calls += 1;
        if (calls > 2) throw new Error("The database went away.");
        return await target.connect();
      };
    },
  });
  await expect(takeIn(file, false, { ...inside, pool: failing })).rejects.toThrow("went away");
  expect(await bufferedIds(pool)).toHaveLength(1_000);
  await takeIn(file);
  expect(await bufferedIds(pool)).toEqual(await bufferedIds(outside.pool));
});

test("a file whose predecessor is missing is refused, and taken with a gap by whoever says so", async () => {
  await happen(5);
  await takeIn(await carryOut());
  await happen(5);
  await carryOut();
  await happen(5);
  const third = await carryOut();
  await expect(takeIn(third)).rejects.toThrow(/A file is missing: this one begins behind \d+/);
  expect(await bufferedIds(inside.pool)).toHaveLength(5);
  await takeIn(third, true);
  const ids = await bufferedIds(inside.pool);
  expect(ids).toHaveLength(11);
  const { rows } = await inside.pool.query("SELECT reason, count, event_id FROM boundary.relay_gaps");
  expect(rows).toEqual([{ reason: "file_missing", count: null, event_id: ids[5] }]);
});

test("a file that was lost is made again from where the other side ends", async () => {
  await happen(5);
  await takeIn(await carryOut());
  const { rows } = await inside.pool.query(
    "SELECT through FROM boundary.relay_carried WHERE side = 'import'",
  );
  await happen(5);
  await carryOut();
  await happen(5);
  await takeIn(await carryOut(rows[0].through));
  expect(await bufferedIds(inside.pool)).toEqual(await bufferedIds(outside.pool));
});

test("both sides say where they are, and a receipt tells the one of the other", async () => {
  await happen(7);
  await takeIn(await carryOut());
  await happen(2);
  await showStanding(outside);
  expect(outside.said.at(-1)).toMatch(
    /exported up to (\d+), the other side has it up to unknown; 2 events wait; 1 files/,
  );
  await confirm(outside, receipt());
  await showStanding(outside);
  const [, exported, known] =
    /exported up to (\d+), the other side has it up to (\d+);/.exec(outside.said.at(-1) ?? "") ?? [];
  expect(known).toBe(exported);
  const { public_key, relays } = await carriedReport(outside.pool, SIDE);
  expect(public_key).toMatch(/^[\w-]{43}$/);
  expect(relays).toMatchObject([{ side: "export", through: exported, other_through: exported, waiting: 2 }]);
  await showStanding(inside);
  expect(inside.said.at(-1)).toContain(`imported up to ${exported} of ${exported}`);
  expect(outside.said.find((line) => line.startsWith("Key"))).toMatch(/^Key of this side: [\w-]{43}$/);
});

test("a receipt of somebody else, or for what never left, changes nothing", async () => {
  await happen(3);
  await takeIn(await carryOut());
  await expect(confirm({ ...outside, trusted: inside.trusted }, receipt())).rejects.toThrow(
    "not signed by a key",
  );
  await expect(confirm(outside, `${receipt()}x`)).rejects.toThrow();
  await outside.pool.query("UPDATE boundary.relay_carried SET through = 0");
  await expect(confirm(outside, receipt())).rejects.toThrow("never exported");
});

/** A file with its parts to be changed. */
async function changed(
  file: string,
  change: (parts: { header: CarriedHeader; signature: string; lines: string }) => string | Promise<string>,
): Promise<string> {
  const [line = "", signature = "", ...rest] = (await readFile(file, "utf8")).split("\n");
  const path = join(media, "changed.sallyport");
  await writeFile(path, await change({ header: JSON.parse(line), signature, lines: rest.join("\n") }));
  return path;
}
const strange = generateKeyPairSync("ed25519").privateKey;
const outsideKey = async () => (await carriedKey(outside.pool, sealer, SIDE)).key;
const signedAnew = async (header: CarriedHeader, lines: string, key = outsideKey()) =>
  `${canonicalJson(header)}\n${signCarried(header, await key)}\n${lines}`;

test.each<[string, Parameters<typeof changed>[1], RegExp]>([
  [
    "signed by a stranger who names the trusted key",
    ({ header, lines }) => signedAnew(header, lines, Promise.resolve(strange)),
    /not signed by a key/,
  ],
  [
    "signed by a stranger who names itself",
    ({ header, lines }) =>
      signedAnew({ ...header, public_key: publicKeyText(strange) }, lines, Promise.resolve(strange)),
    /not signed by a key/,
  ],
  [
    "with another range under the same signature",
    ({ header, signature, lines }) =>
      `${canonicalJson({ ...header, through: "999999" })}\n${signature}\n${lines}`,
    /not signed by a key/,
  ],
  [
    "with one byte changed",
    ({ header, lines }) => signedAnew(header, lines.replace("user_1", "user_2")),
    /not those that were signed/,
  ],
  [
    "with an event too many",
    ({ header, lines }) => signedAnew(header, `${lines}9 {}\n`),
    /longer than it says/,
  ],
  ["that breaks off", ({ header, lines }) => signedAnew(header, lines.slice(0, -9)), /breaks off/],
  [
    "of another deployment",
    ({ header, lines }) => signedAnew({ ...header, deployment_id: "dep_2" }, lines),
    /another deployment/,
  ],
  [
    "without a range",
    ({ header, lines }) => signedAnew({ ...header, after: header.through }, lines),
    /range is none/,
  ],
  [
    "of a later form",
    ({ header, lines }) => signedAnew({ ...header, format: "sallyport-relay/v2" as never }, lines),
    /does not know/,
  ],
  ["that is something else", () => "PNG", /no file of events/],
  [
    "whose header is written in another way",
    async ({ header, lines }) => {
      const line = canonicalJson(header).replace("{", "{ ");
      const { sign } = await import("node:crypto");
      return `${line}\n${sign(null, Buffer.from(line), await outsideKey()).toString("base64url")}\n${lines}`;
    },
    /canonical form/,
  ],
])("a file %s is refused whole, and on record", async (_, change, reason) => {
  await happen(20);
  const file = await changed(await carryOut(), change);
  await expect(takeIn(file)).rejects.toThrow(reason);
  expect(await bufferedIds(inside.pool)).toEqual([]);
  expect(inside.crossings).toMatchObject([{ kind: "bundle", outcome: "refused", reason: "carried_refused" }]);
  expect(await readdir(inside.folder)).toEqual([]);
});

test("without a key that is trusted nothing is taken in", async () => {
  await happen(1);
  const file = await carryOut();
  await expect(takeIn(file, false, { ...inside, trusted: [] })).rejects.toThrow("--key");
  await expect(takeIn(file, false, { ...inside, trusted: ["short"] })).rejects.toThrow("no Ed25519 key");
});

test("what leaves and what comes is a crossing on each side, tied by its digest", async () => {
  await happen(4);
  await takeIn(await carryOut());
  expect(outside.crossings).toMatchObject([
    { kind: "bundle", direction: "egress", outcome: "allowed", environmentId: "environment_1" },
  ]);
  expect(inside.crossings.map(({ outcome }) => outcome)).toEqual(["open", "allowed"]);
  expect(inside.crossings[1]?.correlationId).toBe(outside.crossings[0]?.correlationId);
  expect(inside.crossings[1]?.bytesIn).toBe(outside.crossings[0]?.bytesOut);
});

test("a file appears whole or not at all, and the cursor moves behind it", async () => {
  await happen(3);
  const before = await readdir(media);
  const broken = { ...outside, record: () => Promise.reject(new Error("The disk is full.")) };
  await expect(exportFiles(broken, { folder: media, environmentId: null, after: null })).rejects.toThrow(
    "full",
  );
  expect(await readdir(media)).toEqual(before);
  const again = join(media, "copy");
  await copyFile(await carryOut(), again);
  await takeIn(again);
  expect(await bufferedIds(inside.pool)).toHaveLength(3);
});

test("what no file holds yet, or what the other side does not have by its receipt, is owed to it", async () => {
  await happen(100, { data: { id: "user_1", blob: "x".repeat(10_000) } });
  const first = await carryOut();
  await happen(50, { data: { id: "user_1", blob: "x".repeat(10_000) } });
  const limits = exampleConfiguration({ buffer: { max_bytes: 1_200_000, max_age_seconds: 86_400 } });
  const keep = () => keepWithin(outside.pool, SIDE, limits, new Date(), { byAge: true });
  expect(await keep()).toMatchObject({ had: 32, gaps: [] });
  await takeIn(first);
  await confirm(outside, receipt());
  await carryOut();
  await happen(60, { data: { id: "user_1", blob: "x".repeat(10_000) } });
  const { had, gaps } = await keep();
  expect(had).toBeGreaterThan(50);
  expect(gaps).toEqual([]);
});
