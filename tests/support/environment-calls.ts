import { WorkOS } from "@workos-inc/node";
import type pg from "pg";
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
