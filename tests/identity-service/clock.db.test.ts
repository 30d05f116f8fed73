import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptClock, guardClock } from "#lib/identity-service/clock.ts";
import { type Database, openDatabase } from "#lib/identity-service/db.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";

let db: Database;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  db = openDatabase(database.identityUrl, 2);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await db.close();
  await admin.end();
});

const recordedAhead = (interval: string) =>
  admin.query(`INSERT INTO identity.clock (highest) VALUES (now() + interval '${interval}')
    ON CONFLICT (singleton) DO UPDATE SET highest = excluded.highest`);

test("no time is told before it was compared with what is on record", async () => {
  const clock = guardClock(db, () => new Date());
  expect(clock.now).toThrow("has not been compared");
  await clock.look();
  expect(clock.now().getTime()).toBeGreaterThan(Date.now() - MINUTE_MS);
});

test("a clock below the highest time ever seen is refused with both times, until an operator accepts it", async () => {
  const clock = guardClock(db, () => new Date());
  await recordedAhead("3 hours");
  await clock.look();
  expect(clock.now).toThrow(/^The clock says 20.* but it was 20.* already\./);
  await clock.look();
  expect(clock.now).toThrow("sallyport clock accept");
  await acceptClock(db);
  await clock.look();
  expect(clock.now().getTime()).toBeGreaterThan(Date.now() - MINUTE_MS);
});

test("a small step back, as time services make, is no reason to refuse", async () => {
  const clock = guardClock(db, () => new Date());
  await recordedAhead("90 seconds");
  await clock.look();
  expect(clock.now().getTime()).toBeGreaterThan(Date.now() - MINUTE_MS);
});

test("a clock that goes back while the service runs is refused at once", async () => {
  await acceptClock(db);
  let offsetMs = 0;
  const clock = guardClock(db, () => new Date(Date.now() + offsetMs));
  await clock.look();
  clock.now();
  offsetMs = -HOUR_MS;
  expect(clock.now).toThrow("already");
  offsetMs = 0;
  expect(clock.now().getTime()).toBeGreaterThan(Date.now() - MINUTE_MS);
});

test("a host whose clock runs ahead of the database's is refused, and leaves nothing behind for the others", async () => {
  const fast = guardClock(db, () => new Date(Date.now() + HOUR_MS));
  await fast.look();
  expect(fast.now).toThrow("do not agree");
  const right = guardClock(db, () => new Date());
  await right.look();
  expect(right.now().getTime()).toBeGreaterThan(Date.now() - MINUTE_MS);
});
