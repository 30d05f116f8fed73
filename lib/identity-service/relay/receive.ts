import { isUtf8 } from "node:buffer";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { type RelayedEvent, readEvent } from "#lib/shared/gateway/relayed-event.ts";
import { readSignature } from "#lib/shared/gateway/webhook-signature.ts";
import { type Database, json, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { refused, WireError } from "../wire/errors.ts";
import { readJson } from "../wire/json.ts";
import { secretsOf } from "./relay.ts";

/** As the official SDKs have it. */
const TOLERANCE_MS = 3 * MINUTE_MS;

const INSERT = sql(
  "relayed_event_insert",
  `INSERT INTO identity.events (id, environment_id, name, organization_id, data, context, created_at)
   VALUES ($2, $1, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING id`,
);
const KNOWN = sql(
  "relayed_event_known",
  "SELECT id FROM identity.events WHERE environment_id = $1 AND id = $2",
);

/**
 * Takes an event that happened elsewhere into the environment's own, under the id it has there, behind everything that is
 * readable by now: whoever goes on from a cursor finds it. Handed over again it is the same one.
 *
 * @throws WireError 401 for a signature that does not hold, and where nothing is relayed to; 422 for what is no event, 409 for
 * the id of another environment's event.
 */
export async function receive(
  service: Service,
  environmentId: string,
  signature: string | undefined,
  body: Buffer,
) {
  const secrets = await secretsOf(service, environmentId);
  const read = readSignature(signature, body, { secrets, toleranceMs: TOLERANCE_MS, now: service.clock() });
  if (!read.ok)
    // One answer for both: whether there is such an environment is nobody else's business.
    throw new WireError(401, {
      message: "The signature does not hold, or no event relay is set for this environment.",
      code: read.problem,
    });
  const event = isUtf8(body) ? readEvent(readJson(body.toString("utf8"))) : null;
  if (!event) throw refused(422, "This is no event.", "no_event");
  return {
    object: "relayed_event" as const,
    id: event.id,
    outcome: await keep(service.db, environmentId, event),
  };
}

async function keep(db: Database, environmentId: string, event: RelayedEvent): Promise<"created" | "exists"> {
  const { data, context } = JSON.parse(event.body);
  const made = await db.query(environmentId, INSERT, [
    environmentId,
    event.id,
    event.event,
    event.organizationId,
    json(data),
    context ? json(context) : null,
    event.createdAt,
  ]);
  if (made.length > 0) return "created";
  const known = await db.query(environmentId, KNOWN, [environmentId, event.id]);
  if (known.length > 0) return "exists";
  throw refused(409, "The id of this event is not available.", "id_not_available");
}
