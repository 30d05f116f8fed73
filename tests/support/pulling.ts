import pino from "pino";
import { vi } from "vitest";
import type { Pool } from "#lib/gateway/db.ts";
import { type PullOptions, startPulling } from "#lib/gateway/relay/pull/start.ts";
import { systemClock } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { exampleConfiguration } from "./gateway-configuration.ts";

export const SIDE = { customerId: "cus_1", deploymentId: "dep_1" };

type Source = ReturnType<PullOptions["configuration"]>["sources"][number];

/** A source as the configuration names it. */
export function sourceOf(url: string, changes: Partial<Source> = {}): Source {
  const source = {
    id: "source_1",
    environment_id: "environment_1",
    name: "Production",
    url,
    api_key: "sk_test",
    events: [],
    paused: false,
    ...changes,
  };
  return exampleConfiguration({ sources: [source] }).sources[0] as Source;
}

/** Pulls as a gateway does, and keeps what it wrote down. */
export function pulling(pool: Pool, sources: Source[], changes: Partial<PullOptions> = {}) {
  const crossings: Crossing[] = [];
  const configuration = { sources, errands: [] };
  const running = startPulling({
    pool,
    side: SIDE,
    clock: systemClock,
    log: pino({ level: "silent" }),
    recorder: { record: (crossing) => void crossings.push(crossing) },
    fetch,
    configuration: () => configuration,
    random: () => 0,
    ...changes,
  });
  return { ...running, crossings };
}

/** The ids in the buffer, in their order. */
export async function bufferedIds(pool: Pool, environmentId = "environment_1"): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM boundary.relay_events WHERE environment_id = $1 ORDER BY seq",
    [environmentId],
  );
  return rows.map(({ id }) => id);
}

export async function cursorOf(pool: Pool, environmentId = "environment_1") {
  const { rows } = await pool.query("SELECT * FROM boundary.relay_cursors WHERE environment_id = $1", [
    environmentId,
  ]);
  return rows[0];
}

export const untilBuffered = (pool: Pool, count: number, environmentId?: string) =>
  vi.waitUntil(async () => (await bufferedIds(pool, environmentId)).length >= count, {
    timeout: 20_000,
    interval: 50,
  });
