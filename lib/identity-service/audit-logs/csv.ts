import { csvLine } from "#lib/shared/csv.ts";
import { alone, type Database, sql } from "../db.ts";
import { iso } from "../wire/time.ts";
import type { ExportRow } from "./export.ts";
import type { Metadata } from "./metadata-schema.ts";

const ROWS_A_PAGE = 1_000;

interface Party {
  id: string;
  type: string;
  name?: string | null;
  metadata: Metadata;
}

interface EventRow extends Record<string, unknown> {
  id: string;
  action: string;
  version: number;
  occurred_at: Date;
  received_at: Date;
  actor: Party;
  targets: Party[];
  context: { location: string; user_agent?: string | null };
  metadata: Metadata;
}

// What came in after the export was made is not in it, however often it is fetched.
const PAGE = sql(
  "audit_log_export_page",
  `SELECT id, action, version, occurred_at, received_at, actor, targets, context, metadata
   FROM identity.audit_log_events AS event
   WHERE environment_id = $1 AND organization_id = $2 AND occurred_at >= $3 AND occurred_at <= $4 AND received_at <= $5
     AND (occurred_at, id) > ($6, $7)
     AND ($8::text[] IS NULL OR action = ANY ($8))
     AND ($9::text[] IS NULL OR actor->>'name' = ANY ($9))
     AND ($10::text[] IS NULL OR actor->>'id' = ANY ($10))
     AND ($11::text[] IS NULL OR EXISTS (
       SELECT FROM jsonb_array_elements(targets) AS target WHERE target->>'type' = ANY ($11)))
   ORDER BY occurred_at, id LIMIT ${ROWS_A_PAGE}`,
);

const COLUMNS = [
  "id",
  "action",
  "version",
  "occurred_at",
  "received_at",
  "actor_id",
  "actor_type",
  "actor_name",
  "actor_metadata",
  "targets",
  "location",
  "user_agent",
  "metadata",
];

/** The file in parts, each read when the one before it has been taken: an export of any size needs the memory of one page. */
export async function* csvOf(db: Database, { filter, ...of }: ExportRow): AsyncGenerator<string> {
  const run = alone(db, of.environment_id);
  yield csvLine(COLUMNS);
  let after: [Date, string] = [new Date(filter.range_start), ""];
  for (;;) {
    const rows = await run<EventRow>(PAGE, [
      of.environment_id,
      of.organization_id,
      new Date(filter.range_start),
      new Date(filter.range_end),
      of.created_at,
      ...after,
      filter.actions,
      filter.actor_names,
      filter.actor_ids,
      filter.targets,
    ]);
    if (rows.length > 0) yield rows.map(lineOf).join("");
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_A_PAGE) return;
    after = [last.occurred_at, last.id];
  }
}

function lineOf(row: EventRow): string {
  return csvLine([
    row.id,
    row.action,
    row.version,
    iso(row.occurred_at),
    iso(row.received_at),
    row.actor.id,
    row.actor.type,
    row.actor.name ?? null,
    JSON.stringify(row.actor.metadata),
    JSON.stringify(row.targets),
    row.context.location,
    row.context.user_agent ?? null,
    JSON.stringify(row.metadata),
  ]);
}
