import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Database, hotSql, hotWriteSql, openDatabase, sql } from "#lib/identity-service/db.ts";
import { testDatabase } from "#tests/support/database.ts";

let db: Database;
let alone: Database;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  // Four connections: one lane, and three of the pool.
  db = openDatabase(identityUrl, 4);
  alone = openDatabase(identityUrl, 1);
  await alone.query("*", ENVIRONMENTS, []);
});
afterAll(() => Promise.all([db.close(), alone.close()]));

const WHO = hotSql(
  "lane_who",
  "SELECT pg_backend_pid() AS pid, current_setting('sallyport.environment', true) AS scope, $1::text AS asked",
);
const DIVIDE = hotSql("lane_divide", "SELECT 1 / $1::int AS quotient");
const SLEEP = hotSql("lane_sleep", "SELECT pg_sleep(0.2)");
const END = sql("lane_end", "SELECT pg_terminate_backend($1)");

interface Who {
  pid: number;
  scope: string;
  asked: string;
}

/** The lane's connection: until it is there, the pool's answer, and the pool opens one connection for each of many at once. */
async function lanePid(): Promise<number> {
  return await vi.waitFor(async () => {
    const rows = await Promise.all(Array.from({ length: 8 }, () => db.query<Who>("a", WHO, ["-"])));
    const pids = new Set(rows.map(([row]) => row?.pid));
    expect(pids.size).toBe(1);
    return [...pids][0] as number;
  });
}

test("statements that share a connection each get their own answer, in their own environment", async () => {
  const pid = await lanePid();
  const numbers = Array.from({ length: 8 }, (_, number) => String(number));
  const rows = await Promise.all(
    numbers.map((number) => db.query<Who>(`environment_${number}`, WHO, [number])),
  );
  expect(rows).toEqual(numbers.map((asked) => [{ pid, scope: `environment_${asked}`, asked }]));
});

test("one that fails takes none of its neighbours with it", async () => {
  await lanePid();
  const results = await Promise.allSettled([1, 0, 4].map((by) => db.query("a", DIVIDE, [by])));
  expect(results).toMatchObject([
    { status: "fulfilled", value: [{ quotient: 1 }] },
    { status: "rejected", reason: { code: "22012", severity: "ERROR", message: "division by zero" } },
    { status: "fulfilled", value: [{ quotient: 0 }] },
  ]);
});

test("one that fails alone says what the pool's would", async () => {
  await lanePid();
  const asked = (run: Database) =>
    run.query("a", DIVIDE, [0]).catch((error: unknown) => ({ ...(error as object) }));
  expect(await asked(db)).toEqual(await asked(alone));
});

const ENVIRONMENTS = sql(
  "lane_environments",
  "INSERT INTO identity.environments (id, name, kind, client_id) SELECT id, id, 'staging', id FROM unnest('{env_a,env_b,env_c,env_d,env_e}'::text[]) AS id",
);
const NOTE = hotWriteSql(
  "lane_note",
  "INSERT INTO identity.rate_windows (environment_id, key, started_at, count) VALUES ($1, $2, now(), 1) RETURNING pg_current_xact_id()::text AS tx",
);
const NOTED = hotSql(
  "lane_noted",
  "SELECT key FROM identity.rate_windows WHERE environment_id = $1 ORDER BY key",
);

test("what is written together is one transaction, each in its own environment", async () => {
  await lanePid();
  const notes = ["one", "two"].map((key) => db.query<{ tx: string }>("env_a", NOTE, ["env_a", key]));
  const other = db.query<{ tx: string }>("env_b", NOTE, ["env_b", "three"]);
  const transactions = (await Promise.all([...notes, other])).map(([row]) => row?.tx);
  expect(new Set(transactions).size).toBe(1);
  expect(await db.query("env_a", NOTED, ["env_a"])).toEqual([{ key: "one" }, { key: "two" }]);
  expect(await db.query("env_a", NOTED, ["env_b"])).toEqual([]);
});

test("of those written together, who may not write into another environment is refused, and the rest is written once", async () => {
  await lanePid();
  const results = await Promise.allSettled([
    db.query("env_c", NOTE, ["env_c", "before"]),
    db.query("env_c", NOTE, ["env_d", "elsewhere"]),
    db.query("env_c", NOTE, ["env_c", "after"]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { code: "42501" } });
  expect(await db.query("*", NOTED, ["env_c"])).toEqual([{ key: "after" }, { key: "before" }]);
  expect(await db.query("*", NOTED, ["env_d"])).toEqual([]);
});

const LOCK = sql(
  "lane_lock",
  "UPDATE identity.rate_windows SET count = count WHERE environment_id = $1 AND key = $2",
);
const COUNT = hotWriteSql(
  "lane_count",
  "UPDATE identity.rate_windows SET count = count + 1 WHERE environment_id = $1 AND key = $2 RETURNING count",
);

const PAGE = hotSql(
  "lane_page",
  "SELECT n FROM generate_series(1, 100000) AS n WHERE n > $1::int LIMIT $2::int",
);
const PLANS = hotSql(
  "lane_plans",
  "SELECT generic_plans > 0 AS kept, custom_plans::int AS made_anew FROM pg_prepared_statements WHERE name = 'lane_page'",
);

test("a page of a large list is planned once, not each time it is asked for", async () => {
  await lanePid();
  for (let page = 0; page < 10; page += 1) expect(await db.query("a", PAGE, [page, 10])).toHaveLength(10);
  expect(await db.query("a", PLANS, [])).toEqual([{ kept: true, made_anew: 0 }]);
});

test("who holds a lock and waits for one that is held by what travels together comes first, and nobody fails", async () => {
  await lanePid();
  for (const key of ["left", "right"]) await db.query("env_e", NOTE, ["env_e", key]);
  let together: Promise<unknown[]> | undefined;
  await alone.transaction("env_e", async (run) => {
    await run(LOCK, ["env_e", "right"]);
    together = Promise.all(["left", "right"].map((key) => db.query("env_e", COUNT, ["env_e", key])));
    // Once the lane waits for "right" it holds "left", which is wanted here too.
    await vi.waitFor(async () => {
      const waiting = await db.query("*", WAITING, []);
      expect(waiting).toHaveLength(1);
    });
    await run(LOCK, ["env_e", "left"]);
  });
  expect(await together).toEqual([[{ count: 2 }], [{ count: 2 }]]);
});

const WAITING = sql(
  "lane_waiting",
  "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%rate_windows SET count = count + 1%'",
);

const VALUES = hotSql(
  "lane_values",
  `SELECT $1::text AS text, $2::int AS number, $3::bool AS truth, $4::timestamptz AS at, $5::text[] AS list, $6::text AS nothing,
     $7::jsonb AS json, repeat('é', 200) AS long, n FROM generate_series(1, 3) AS n`,
);

test("every kind of value goes there and back as through the pool", async () => {
  await lanePid();
  const at = new Date("2026-11-28T03:04:05.678Z");
  const list = ['a "quoted" one', "back\\slash", "", "{,}", "null"];
  const values = ["Zoë 🚪", 42, true, at, list, null, JSON.stringify({ ø: [1, null] })];
  const [inLane, inPool] = await Promise.all([
    db.query("a", VALUES, values),
    alone.query("a", VALUES, values),
  ]);
  expect(inLane).toEqual(inPool);
  expect(inLane[2]).toEqual({
    text: "Zoë 🚪",
    number: 42,
    truth: true,
    at,
    list,
    nothing: null,
    json: { ø: [1, null] },
    long: "é".repeat(200),
    n: 3,
  });
});

const LARGE = hotSql("lane_large", "SELECT repeat($1, 100000) AS text FROM generate_series(1, 4)");

test("an answer that comes in many pieces is put together", async () => {
  await lanePid();
  const rows = await Promise.all(
    ["x", "y"].map((letter) => db.query<{ text: string }>("a", LARGE, [letter])),
  );
  expect(rows.map((one) => one.map(({ text }) => text))).toEqual(
    ["x", "y"].map((letter) => Array.from({ length: 4 }, () => letter.repeat(100_000))),
  );
});

test("while a lane is held up, the pool takes what comes: nothing waits behind what is slow", async () => {
  const pid = await lanePid();
  const slow = Array.from({ length: 8 }, () => db.query("a", SLEEP, []));
  await new Promise(setImmediate);
  const [row] = await db.query<Who>("a", WHO, ["-"]);
  expect(row?.pid).not.toBe(pid);
  await Promise.all(slow);
});

test("a connection that is cut answers what was under way with the error, and is replaced", async () => {
  const pid = await lanePid();
  const cut = db.query("a", SLEEP, []);
  const failed = expect(cut).rejects.toThrow("The database cannot be reached.");
  await vi.waitFor(async () => expect(await alone.query("*", SLEEPING, [pid])).toHaveLength(1));
  await alone.query("*", END, [pid]);
  await failed;
  expect(await lanePid()).not.toBe(pid);
});

const SLEEPING = sql(
  "lane_sleeping",
  "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'",
);
