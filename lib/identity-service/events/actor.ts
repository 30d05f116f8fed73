import type { FastifyRequest } from "fastify";
import { type Run, sql } from "../db.ts";

/** Who made a change, as some events tell it: an application with its key, or a console with its credential. */
export interface Author {
  environmentId: string;
  callerId: string;
  source: "api" | "dashboard";
}

export interface Actor {
  id: string;
  source: Author["source"];
  name: string | null;
}

const DESCRIBE = sql(
  "actor_describe",
  `SELECT client_id, coalesce(
     (SELECT name FROM identity.api_keys WHERE environment_id = $1 AND id = $2),
     (SELECT name FROM identity.management_tokens WHERE id = $2)) AS name
   FROM identity.environments WHERE id = $1`,
);

/** The application behind a request with an API key. */
export function application({ environmentId, callerId }: FastifyRequest): Author {
  return { environmentId, callerId, source: "api" };
}

/** The part of an event's context that says who did it. */
export async function describeActor(
  run: Run,
  { environmentId, callerId, source }: Author,
): Promise<{ client_id: string; actor: Actor }> {
  const [row] = await run<{ client_id: string; name: string | null }>(DESCRIBE, [environmentId, callerId]);
  return { client_id: row?.client_id ?? "", actor: { id: callerId, source, name: row?.name ?? null } };
}
