import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Database, hotSql, openDatabase, sql } from "#lib/identity-service/db.ts";
import { testDatabase } from "#tests/support/database.ts";

let db: Database;
let alone: Database;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  // Four connections: one lane, and three of the pool.
  db = openDatabase(identityUrl, 4);
  alone = openDatabase(identityUrl, 1);
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
    { status: "rejected", reason: { code: "22012" } },
    { status: "fulfilled", value: [{ quotient: 0 }] },
  ]);
});

test("where the lane is full, the pool takes what comes: nothing waits behind what is slow", async () => {
  const pid = await lanePid();
  const slow = Array.from({ length: 8 }, () => db.query("a", SLEEP, []));
  const [row] = await db.query<Who>("a", WHO, ["-"]);
  expect(row?.pid).not.toBe(pid);
  await Promise.all(slow);
});

test("a connection that is cut answers what was under way with the error, and is replaced", async () => {
  const pid = await lanePid();
  const cut = db.query("a", SLEEP, []);
  const failed = expect(cut).rejects.toThrow();
  await alone.query("*", END, [pid]);
  await failed;
  expect(await lanePid()).not.toBe(pid);
});
