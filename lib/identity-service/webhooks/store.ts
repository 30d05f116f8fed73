import { newId } from "#lib/shared/ids.ts";
import { type Database, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import { randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type ChangeEndpoint, type EndpointRow, endpointContext } from "./endpoint.ts";

// A new endpoint is told what happens from now on: whatever a transaction still running will bring, and nothing before.
const INSERT = sql(
  "webhook_endpoint_insert",
  `INSERT INTO identity.webhook_endpoints (id, environment_id, url, secret_sealed, events, status, cursor_tx_id, cursor_position, created_at, updated_at)
   VALUES ($2, $1, $3, $4, $5, 'enabled', pg_snapshot_xmin(pg_current_snapshot()), -1, $6, $6)
   ON CONFLICT (environment_id, url) DO NOTHING RETURNING *`,
);
const FIND = sql(
  "webhook_endpoint_find",
  "SELECT * FROM identity.webhook_endpoints WHERE environment_id = $1 AND id = $2",
);
const UPDATE = sql(
  "webhook_endpoint_update",
  `UPDATE identity.webhook_endpoints SET url = coalesce($3, url), events = coalesce($4, events), status = coalesce($5, status),
     disabled_reason = CASE WHEN $5::text IS NULL THEN disabled_reason END,
     failures = CASE WHEN $5 = 'enabled' THEN 0 ELSE failures END,
     failing_since = CASE WHEN $5 = 'enabled' THEN NULL ELSE failing_since END,
     next_attempt_at = CASE WHEN $5 = 'enabled' THEN now() ELSE next_attempt_at END, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const DELETE = sql(
  "webhook_endpoint_delete",
  "DELETE FROM identity.webhook_endpoints WHERE environment_id = $1 AND id = $2 RETURNING id",
);
const REWIND = sql(
  "webhook_endpoint_rewind",
  `UPDATE identity.webhook_endpoints AS endpoint SET cursor_tx_id = event.tx_id, cursor_position = event.position - 1, failures = 0,
     failing_since = NULL, next_attempt_at = now(), updated_at = now()
   FROM identity.events AS event
   WHERE endpoint.environment_id = $1 AND endpoint.id = $2 AND event.environment_id = $1 AND event.id = $3 RETURNING endpoint.*`,
);

export function endpoints(environmentId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.webhook_endpoints AS row",
    where: ["row.environment_id = $1"],
    values: [environmentId],
  };
}

export function attempts(environmentId: string, endpointId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.webhook_attempts AS row",
    where: ["row.environment_id = $1", "row.endpoint_id = $2"],
    values: [environmentId, endpointId],
  };
}

/** @throws WireError 422 `invalid_url`, 409 `duplicate_endpoint` */
export async function createEndpoint(
  { db, sealer }: Service,
  environmentId: string,
  { endpoint_url, events }: { endpoint_url: string; events: string[] },
): Promise<EndpointRow> {
  await requireUrl(db, environmentId, endpoint_url);
  const id = newId("we");
  const secret = sealer.seal(`whsec_${randomSecret()}`, endpointContext(id));
  const values = [environmentId, id, endpoint_url, secret, events, createdAt(id)];
  const [row] = await db.query<EndpointRow>(environmentId, INSERT, values);
  if (!row) throw duplicate(endpoint_url);
  return row;
}

export async function getEndpoint(db: Database, environmentId: string, id: string): Promise<EndpointRow> {
  const [row] = await db.query<EndpointRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Webhook Endpoint", id);
  return row;
}

/** Switched on again, it goes on where it was: nothing that happened meanwhile is left out. */
export async function changeEndpoint(
  db: Database,
  environmentId: string,
  id: string,
  { endpoint_url, events, status }: ChangeEndpoint,
): Promise<EndpointRow> {
  await getEndpoint(db, environmentId, id);
  if (endpoint_url !== undefined) await requireUrl(db, environmentId, endpoint_url);
  const values = [environmentId, id, endpoint_url ?? null, events ?? null, status ?? null];
  const [row] = await db
    .query<EndpointRow>(environmentId, UPDATE, values)
    .catch((error: { code?: string }) => {
      throw error.code === "23505" ? duplicate(endpoint_url ?? "") : error;
    });
  if (!row) throw notFound("Webhook Endpoint", id);
  return row;
}

export async function removeEndpoint(db: Database, environmentId: string, id: string): Promise<void> {
  const gone = await db.query(environmentId, DELETE, [environmentId, id]);
  if (gone.length === 0) throw notFound("Webhook Endpoint", id);
}

/** Delivers an event and every later one again. */
export async function replayFrom(
  db: Database,
  environmentId: string,
  id: string,
  eventId: string,
): Promise<EndpointRow> {
  await getEndpoint(db, environmentId, id);
  const [row] = await db.query<EndpointRow>(environmentId, REWIND, [environmentId, id, eventId]);
  if (!row) throw notFound("Event", eventId);
  return row;
}

async function requireUrl(db: Database, environmentId: string, text: string): Promise<void> {
  const { kind, settings } = await getEnvironment(db, environmentId);
  const url = URL.canParse(text) ? new URL(text) : null;
  const problem =
    !url || !["https:", "http:"].includes(url.protocol)
      ? "The endpoint_url must be an http or https address."
      : url.username || url.password || url.hash
        ? "The endpoint_url must have no user, password or fragment."
        : kind === "production" &&
            url.protocol === "http:" &&
            !EnvironmentSettings.parse(settings).webhooks.private_addresses
          ? "In production the endpoint_url must be an https address."
          : null;
  if (problem) throw refused(422, problem, "invalid_url");
}

function duplicate(url: string) {
  return refused(409, `A webhook endpoint with the URL '${url}' already exists.`, "duplicate_endpoint");
}
