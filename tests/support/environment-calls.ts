import { setTimeout as sleep } from "node:timers/promises";
import { WorkOS } from "@workos-inc/node";
import pg from "pg";
import type { RunningIdentityService, TestEnvironment } from "./identity-service.ts";

export interface WireAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests compare what comes, whatever it is
  body: any;
}

/** One request to the wire with an environment's API key. */
export async function callWire(
  service: RunningIdentityService,
  { apiKey }: TestEnvironment,
  method: string,
  path: string,
  body?: unknown,
): Promise<WireAnswer> {
  const answer = await fetch(`${service.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
}

/** The official SDK, pointed at the service with an environment's credentials. */
export function sdkFor(service: RunningIdentityService, site: TestEnvironment): WorkOS {
  return new WorkOS(site.apiKey, {
    clientId: site.clientId,
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
}

/** What an environment's events of one name told, in order. */
export async function eventsOf(
  admin: pg.Client,
  environmentId: string,
  name: string,
): Promise<Record<string, unknown>[]> {
  const { rows } = await admin.query(
    "SELECT data FROM identity.events WHERE environment_id = $1 AND name = $2 ORDER BY position",
    [environmentId, name],
  );
  return rows.map(({ data }) => data);
}

/**
 * Waits until everything told so far can be read from /events and delivered: transactions of other test files, which
 * run on the same PostgreSQL, hold the newest events back as those of slow writers do.
 */
export async function eventsReadable(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const held = async () =>
      (
        await client.query(
          "SELECT FROM identity.events WHERE tx_id >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1",
        )
      ).rowCount;
    while (await held()) await sleep(20);
  } finally {
    await client.end();
  }
}
