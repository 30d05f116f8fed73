import type { FastifyRequest } from "fastify";
import { newId } from "#lib/shared/ids.ts";
import type { Value } from "../db.ts";
import { createdAt } from "../wire/ids.ts";

type Status = "started" | "succeeded" | "failed" | "timed_out";

/** Where a sign-in is made from. */
export interface Visitor {
  ipAddress: string | null;
  userAgent: string | null;
}

export function visitorOf(request: FastifyRequest): Visitor {
  return { ipAddress: request.ip, userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null };
}

/**
 * The part of a statement that tells of a sign-in through a connection, together with what it changes. `from` is where each
 * is found whose event it is: `session_id` (the sign-in's), `connection_id`, `organization_id`, `user_id` and `email`, and
 * `error` where it failed. `first` is the first of the four parameters that `toldValues` gives.
 */
export function telling(status: Status, from: string, first: number): string {
  const [id, at, ip, agent] = [first, first + 1, first + 2, first + 3].map((number) => `$${number}`);
  const error = status === "failed" || status === "timed_out" ? ", 'error', about.error" : "";
  return `INSERT INTO identity.events (id, environment_id, name, organization_id, data, created_at)
    SELECT ${id}, $1, 'authentication.sso_${status}', about.organization_id,
      jsonb_build_object('type', 'sso', 'status', '${status}', 'ip_address', ${ip}::text, 'user_agent', ${agent}::text,
        'user_id', about.user_id, 'email', about.email, 'sso', jsonb_build_object('organization_id', about.organization_id,
          'connection_id', about.connection_id, 'session_id', about.session_id)${error}), ${at}::timestamptz
    FROM (${from}) AS about`;
}

export function toldValues({ ipAddress, userAgent }: Visitor): Value[] {
  const id = newId("event");
  return [id, createdAt(id), ipAddress, userAgent];
}
