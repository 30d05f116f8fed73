import { newId } from "#lib/shared/ids.ts";
import { json, type Run, sql } from "../db.ts";
import { createdAt } from "../wire/ids.ts";

/** Something that happened, as `/events` and webhooks will tell it. */
export interface NewEvent {
  /** Its name on the wire: `user.created`. */
  event: string;
  /** The payload in the event's own shape, complete in every key; never a code, token, link or password. */
  data: Record<string, unknown>;
  /** Null for what belongs to no organization, as everything about users does. */
  organizationId: string | null;
  context?: EventContext;
}

export interface EventContext {
  client_id?: string;
  actor?: { id: string; source: "api" | "dashboard" | "admin_portal" | "system"; name: string | null };
  previous_attributes?: Record<string, unknown>;
}

const INSERT = sql(
  "event_insert",
  `INSERT INTO identity.events (id, environment_id, name, organization_id, data, context, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);

/** Puts an event on record. Takes the `run` of the transaction that made it true: both are kept, or neither is. */
export async function recordEvent(run: Run, environmentId: string, happened: NewEvent): Promise<void> {
  const id = newId("event");
  await run(INSERT, [
    id,
    environmentId,
    happened.event,
    happened.organizationId,
    json(happened.data),
    happened.context ? json(happened.context) : null,
    createdAt(id),
  ]);
}
