import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, relaxedSql, sql } from "#lib/identity-service/db.ts";
import { testDatabase } from "#tests/support/database.ts";

let db: Database;

beforeAll(async () => {
  const url = new URL((await testDatabase()).identityUrl);
  // Tests run on a database that forgets; this one connection is told to be as durable as an installation's.
  url.searchParams.set("options", "-c synchronous_commit=on");
  db = openDatabase(url.href, 1);
});
afterAll(() => db.close());

const SETTINGS =
  "SELECT current_setting('synchronous_commit') AS commit, current_setting('sallyport.environment', true) AS scope";
const STRICT = sql("test_strict", SETTINGS);
const RELAXED = relaxedSql("test_relaxed", SETTINGS);

test("a relaxed statement does not wait for the disk, in its own environment; the next on the same connection does", async () => {
  expect(await db.query("environment_a", RELAXED, [])).toEqual([{ commit: "off", scope: "environment_a" }]);
  expect(await db.query("environment_b", STRICT, [])).toEqual([{ commit: "on", scope: "environment_b" }]);
});

test("within a transaction a relaxed statement keeps the transaction's promise", async () => {
  const rows = await db.transaction("environment_a", (run) => run(RELAXED, []));
  expect(rows).toEqual([{ commit: "on", scope: "environment_a" }]);
});
