import { afterAll, beforeAll, expect, test } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { appendEvents, inTransaction, recordGap } from "#lib/gateway/relay/append.ts";
import { metricsOf, standingOf } from "#lib/gateway/relay/pull/standing.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type EventsApi, startEventsApi } from "#tests/support/events-api.ts";
import { pulling, SIDE, sourceOf, untilBuffered } from "#tests/support/pulling.ts";
import { arrival } from "#tests/support/relayed-events.ts";

let pool: Pool;
let api: EventsApi;

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 4, "dep_1");
  api = await startEventsApi();
});
afterAll(async () => {
  await Promise.all([pool.end(), api.close()]);
});

test("says where each environment is, how full the buffer is and what is missing", async () => {
  api.add(3);
  const sources = [sourceOf(api.url), sourceOf(api.url, { id: "source_2", environment_id: "never_pulled" })];
  const one = pulling(pool, sources.slice(0, 1));
  await untilBuffered(pool, 3);
  await one.stop();
  const now = new Date();
  const gap = { id: "gap_1", environmentId: "environment_1", sourceId: null, from: now, to: now } as const;
  await inTransaction(pool, async (client) => {
    await appendEvents(client, SIDE, [arrival("event_received")]);
    await recordGap(client, SIDE, { ...gap, count: null, reason: "cursor_lost" }, now);
  });
  const standing = await standingOf(pool, SIDE, { sources, errands: [] });
  const { sources: told, buffer, gaps } = GatewayReport.partial().parse(standing.report);
  expect(told).toEqual([
    {
      id: "source_1",
      cursor: "event_000003",
      last_event_at: "2026-11-01T00:00:03.000Z",
      last_pulled_at: expect.any(String),
      caught_up_at: expect.any(String),
      problem: null,
    },
  ]);
  expect(buffer).toMatchObject({ events: 5, oldest_at: expect.any(String) });
  expect(gaps).toMatchObject([{ id: "gap_1", count: null, reason: "cursor_lost" }]);
  expect(standing.report.carried).toEqual({ public_key: null, relays: [] });
  const figures = metricsOf(standing, new Date(now.getTime() + 60_000)).join("\n");
  expect(figures).toContain("sallyport_gateway_relay_buffer_events 5");
  expect(figures).toMatch(
    /sallyport_gateway_relay_pull_lag_seconds\{environment="environment_1"\} (59|6\d)$/m,
  );
});
