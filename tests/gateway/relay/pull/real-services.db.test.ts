import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createEmulator, type Emulator } from "workos/emulate";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { bufferedIds, cursorOf, pulling, sourceOf, untilBuffered } from "#tests/support/pulling.ts";

let pool: Pool;
let service: RunningIdentityService;
let here: TestEnvironment;
let emulator: Emulator;

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 8, "dep_1");
  service = await startIdentityService(urls.identityUrl);
  here = await prepareEnvironment(service);
  emulator = await createEmulator({ port: 0 });
});
afterAll(async () => {
  await Promise.all([pool.end(), service.close(), emulator.close()]);
});

/** Until the buffer has an organization of this name. */
const untilTold = (name: string) =>
  vi.waitUntil(
    async () =>
      (await pool.query("SELECT FROM boundary.relay_events WHERE body->'data'->>'name' = $1", [name]))
        .rowCount,
    { timeout: 20_000, interval: 100 },
  );

test("what happens in an environment of the offline identity service is pulled as /events tells it", async () => {
  const source = sourceOf(service.url, { environment_id: here.id, api_key: here.apiKey });
  const one = pulling(pool, [source]);
  for (let at = 0; at < 120; at += 1)
    await callWire(service, here, "POST", "/organizations", { name: `Customer ${at}` });
  await untilTold("Customer 119");
  await one.stop();
  const first = await callWire(service, here, "GET", "/events?order=asc&limit=100");
  const { rows } = await pool.query<{ body: object; organization_id: string }>(
    "SELECT body, organization_id FROM boundary.relay_events WHERE environment_id = $1 ORDER BY seq LIMIT 100",
    [here.id],
  );
  expect(rows.map(({ body }) => body)).toEqual(first.body.data);
  expect(rows.every(({ organization_id }) => /^org_/.test(organization_id))).toBe(true);
});

test("a key that was revoked is said, and another goes on behind the last event", async () => {
  const sources = [sourceOf(service.url, { environment_id: here.id, api_key: "sk_revoked_since_long" })];
  const configuration = { sources, errands: [] };
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
  const one = pulling(pool, sources, { configuration: () => configuration });
  await vi.waitUntil(async () => (await cursorOf(pool, here.id))?.problem?.includes("API key"), 10_000);
  await callWire(service, here, "POST", "/organizations", { name: "Later" });
  sources[0] = sourceOf(service.url, { environment_id: here.id, api_key: here.apiKey });
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
  await untilTold("Later");
  await one.stop();
  const all = await bufferedIds(pool, here.id);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(120);
});

test("WorkOS's own emulator is pulled alike", async () => {
  const create = async (name: string) => {
    const answer = await fetch(`${emulator.url}/organizations`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
    expect(answer.ok).toBe(true);
  };
  await create("One");
  const source = sourceOf(emulator.url, { environment_id: "emulated", api_key: emulator.apiKey });
  const one = pulling(pool, [source]);
  await untilBuffered(pool, 1, "emulated");
  await one.stop();
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
  await create("Two");
  const other = pulling(pool, [source]);
  await untilBuffered(pool, 2, "emulated");
  await other.stop();
  const { rows } = await pool.query(
    "SELECT event, body->'data'->>'name' AS name FROM boundary.relay_events WHERE environment_id = 'emulated' ORDER BY seq",
  );
  expect(rows).toEqual([
    { event: "organization.created", name: "One" },
    { event: "organization.created", name: "Two" },
  ]);
});
