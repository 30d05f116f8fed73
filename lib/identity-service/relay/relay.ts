import { z } from "zod";
import { DAY_MS } from "#lib/shared/clock.ts";
import { type Database, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import { iso, isoOrNull } from "../wire/time.ts";

/** How the boundary gateway of a site proves itself to one environment: by the secret of its endpoint there. */
export const SetRelay = z.object({
  secret: z.string().min(20, "A secret has twenty characters at least.").max(200),
});

/** How long the secret before is taken as well. */
const OVERLAP_MS = 7 * DAY_MS;

interface RelayRow {
  environment_id: string;
  secret_sealed: string;
  previous_secret_sealed: string | null;
  previous_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

const FIND = sql("relay_find", "SELECT * FROM identity.event_relays WHERE environment_id = $1");
const SET = sql(
  "relay_set",
  `INSERT INTO identity.event_relays AS relay (environment_id, secret_sealed, created_at, updated_at) VALUES ($1, $2, $3, $3)
   ON CONFLICT (environment_id) DO UPDATE SET secret_sealed = $2, previous_secret_sealed = relay.secret_sealed,
     previous_until = $4, updated_at = $3 RETURNING *`,
);
const DELETE = sql(
  "relay_delete",
  "DELETE FROM identity.event_relays WHERE environment_id = $1 RETURNING environment_id",
);

/** @throws WireError 404 where nothing is relayed to the environment. */
export async function getRelay(db: Database, environmentId: string): Promise<RelayRow> {
  const row = await findRelay(db, environmentId);
  if (!row) throw notFound("Event Relay", environmentId);
  return row;
}

async function findRelay(db: Database, environmentId: string): Promise<RelayRow | undefined> {
  const [row] = await db.query<RelayRow>(environmentId, FIND, [environmentId]);
  return row;
}

/** Takes another secret, the one in use so far for a week more. The same again changes nothing. */
export async function setRelay(
  service: Service,
  environmentId: string,
  { secret }: z.infer<typeof SetRelay>,
): Promise<RelayRow> {
  const { db, sealer, clock } = service;
  const known = await findRelay(db, environmentId);
  if (known && sealer.open(known.secret_sealed, contextOf(environmentId)) === secret) return known;
  const now = clock();
  const [row] = await db.query<RelayRow>(environmentId, SET, [
    environmentId,
    sealer.seal(secret, contextOf(environmentId)),
    now,
    new Date(now.getTime() + OVERLAP_MS),
  ]);
  if (!row) throw notFound("Environment", environmentId);
  return row;
}

export async function removeRelay(db: Database, environmentId: string): Promise<void> {
  const rows = await db.query(environmentId, DELETE, [environmentId]);
  if (rows.length === 0) throw notFound("Event Relay", environmentId);
}

/** Every secret that is taken now, the newest first; none where nothing is relayed to the environment. */
export async function secretsOf({ db, sealer, clock }: Service, environmentId: string): Promise<string[]> {
  const row = await findRelay(db, environmentId);
  if (!row) return [];
  const overlaps = row.previous_until !== null && row.previous_until > clock();
  const sealed = [row.secret_sealed, overlaps ? row.previous_secret_sealed : null];
  return sealed.flatMap((each) => (each === null ? [] : [sealer.open(each, contextOf(row.environment_id))]));
}

/** As an operator sees it, without the secret. `url` is what the gateway's endpoint is given. */
export function relayToWire(row: RelayRow, { env }: Service) {
  return {
    object: "event_relay" as const,
    environment_id: row.environment_id,
    url: new URL(`/relay/${row.environment_id}`, env.baseUrl).href,
    previous_secret_until: isoOrNull(row.previous_until),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

function contextOf(environmentId: string): string {
  return `event_relay:${environmentId}`;
}
