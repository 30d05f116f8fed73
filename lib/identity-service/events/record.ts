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
  /** Whom a feature flag is on for, with `flag.rule_updated`. */
  access_type?: "none" | "some" | "all";
  configured_targets?: object;
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

/**
 * The part of a statement that records events together with the change it makes. `parameter` is a list of `eventRow`s
 * as JSON; `condition` says which of them came true, by `told.subject`.
 */
export function recordingEvents(parameter: string, condition: string): string {
  return `INSERT INTO identity.events (id, environment_id, name, organization_id, data, context, created_at)
    SELECT told.id, told.environment_id, told.name, told.organization_id, told.data, told.context, told.created_at
    FROM jsonb_to_recordset(${parameter}) AS told(id text, environment_id text, name text, organization_id text,
      data jsonb, context jsonb, created_at timestamptz, subject text)
    WHERE ${condition} ORDER BY told.id`;
}

/** Several events at once, each an `eventRow`. As `recordEvent`, it takes the transaction that made them true. */
export async function recordEvents(run: Run, events: readonly ReturnType<typeof eventRow>[]): Promise<void> {
  if (events.length > 0) await run(INSERT_MANY, [json(events)]);
}

/** An event as a row. `subject` is the id of what changed; it is not kept. */
export function eventRow(environmentId: string, subject: string, happened: NewEvent) {
  const id = newId("event");
  return {
    id,
    environment_id: environmentId,
    name: happened.event,
    organization_id: happened.organizationId,
    data: happened.data,
    context: happened.context ?? null,
    created_at: createdAt(id),
    subject,
  };
}

const INSERT_MANY = sql("events_insert", recordingEvents("$1", "true"));
