import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { dropKeptDays } from "#lib/crossings/keep.ts";
import { createGateway } from "#lib/gateways/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { aSite } from "#tests/support/gateways.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
const day = (ago: number) => new Date(NOW.getTime() - ago * DAY_MS).toISOString().slice(0, 10);
let admin: pg.Client;

beforeAll(async () => {
  const { adminUrl, workerUrl } = await testDatabase();
  // It is the worker's to do, and the console may not.
  vi.stubEnv("SALLYPORT_WORKER_DATABASE_URL", workerUrl);
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await closeDatabase();
  vi.unstubAllEnvs();
});

test("a day of crossings goes once none of the console's deployments keeps it any longer, a few at a time", async () => {
  for (let ago = 0; ago < 12; ago += 1) await admin.query("SELECT boundary.prepare_day($1)", [day(ago)]);
  // Nobody has said how long: nothing goes.
  expect(await dropKeptDays(NOW)).toBe(0);
  const [short, long] = [await aSite("Short"), await aSite("Long")];
  for (const [{ deploymentId }, crossingsKeptDays] of [
    [short, 2],
    [long, 4],
  ] as const) {
    await createGateway(anActor("operator"), { deploymentId }, NOW);
    await asSystem("a test", (tx) =>
      tx.gateway.updateMany({ where: { deploymentId }, data: { crossingsKeptDays } }),
    );
  }
  expect(await dropKeptDays(NOW)).toBe(5);
  expect(await dropKeptDays(NOW)).toBe(3);
  expect(await dropKeptDays(NOW)).toBe(0);
  const { rows } = await admin.query(
    "SELECT right(inhrelid::regclass::text, 8) AS day FROM pg_inherits WHERE inhparent = 'boundary.crossings'::regclass ORDER BY 1",
  );
  expect(rows.map((row) => row.day)).toEqual([3, 2, 1, 0].map((ago) => day(ago).replaceAll("-", "")));
});
