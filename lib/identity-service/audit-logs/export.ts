import { z } from "zod";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { alone, json, sql } from "../db.ts";
import { requireOrganization } from "../memberships/commands.ts";
import type { Service } from "../service.ts";
import { notFound, refused, WireError } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";
import { iso } from "../wire/time.ts";

const LINK_LASTS_MS = 10 * MINUTE_MS;
const LINK_CONTEXT = "audit_log_export_link";

const Moment = z.iso.datetime({ offset: true });
const Words = z.array(z.string().max(500)).max(100).nullish();

const CreateExport = z.object({
  organization_id: z.string(),
  range_start: Moment,
  range_end: Moment,
  actions: Words,
  actors: Words,
  actor_names: Words,
  actor_ids: Words,
  targets: Words,
});

/** What is asked for. The wire calls a wrong request 400 here, and 422 everywhere else. */
export function readExport(body: unknown): z.infer<typeof CreateExport> {
  try {
    return parse(CreateExport, body);
  } catch (error) {
    throw error instanceof WireError ? new WireError(400, { ...error.body }) : error;
  }
}

/** Which events an export holds, as kept. Null: whatever it may be. */
const ExportFilter = z.object({
  range_start: z.string(),
  range_end: z.string(),
  actions: z.array(z.string()).nullable(),
  actor_names: z.array(z.string()).nullable(),
  actor_ids: z.array(z.string()).nullable(),
  targets: z.array(z.string()).nullable(),
});
export type ExportFilter = z.infer<typeof ExportFilter>;

export interface ExportRow {
  id: string;
  environment_id: string;
  organization_id: string;
  filter: ExportFilter;
  created_at: Date;
  updated_at: Date;
}

// By the database's clock, which says when events came in.
const INSERT = sql(
  "audit_log_export_insert",
  `INSERT INTO identity.audit_log_exports (id, environment_id, organization_id, filter)
   VALUES ($1, $2, $3, $4) RETURNING *`,
);
const FIND = sql(
  "audit_log_export_find",
  "SELECT * FROM identity.audit_log_exports WHERE environment_id = $1 AND id = $2",
);

export async function createExport(
  { db }: Service,
  environmentId: string,
  wanted: z.infer<typeof CreateExport>,
): Promise<ExportRow> {
  const filter: ExportFilter = {
    range_start: wanted.range_start,
    range_end: wanted.range_end,
    actions: listed(wanted.actions),
    actor_names: listed(wanted.actor_names) ?? listed(wanted.actors),
    actor_ids: listed(wanted.actor_ids),
    targets: listed(wanted.targets),
  };
  if (new Date(filter.range_start) >= new Date(filter.range_end))
    throw refused(
      400,
      "Invalid date range: it ends before it starts.",
      "invalid_audit_log_export_range_date",
    );
  const id = newId("audit_log_export");
  return await db.transaction(environmentId, async (run) => {
    await requireOrganization(run, environmentId, wanted.organization_id);
    const values = [id, environmentId, wanted.organization_id, json(filter)];
    const [row] = await run<ExportRow & Record<string, unknown>>(INSERT, values);
    if (!row) throw notFound("Audit Log Export", id);
    return row;
  });
}

export async function getExport({ db }: Service, environmentId: string, id: string): Promise<ExportRow> {
  const run = alone(db, environmentId);
  const [row] = await run<ExportRow & Record<string, unknown>>(FIND, [environmentId, id]);
  if (!row) throw notFound("Audit Log Export", id);
  return row;
}

/** Ready at once: the file is written as it is read. Each answer has a link of its own, good for ten minutes. */
export function exportToWire({ env, sealer, clock }: Service, row: ExportRow) {
  const link = { environmentId: row.environment_id, id: row.id, until: clock().getTime() + LINK_LASTS_MS };
  const token = sealer.seal(JSON.stringify(link), LINK_CONTEXT);
  return {
    object: "audit_log_export" as const,
    id: row.id,
    state: "ready" as const,
    url: `${env.baseUrl}/audit_logs/exports/${row.id}/csv?token=${token}`,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

const Link = z.object({ environmentId: z.string(), id: z.string(), until: z.number() });

/** The export that a link leads to. @throws WireError 403 where it was not made here, was altered, or is over. */
export async function openExportLink(
  service: Service,
  id: string,
  token: string | undefined,
): Promise<ExportRow> {
  const link = readLink(service, token ?? "");
  if (!link || link.id !== id || link.until <= service.clock().getTime())
    throw refused(
      403,
      "This link is not valid, or no longer. Fetch the export again for a new one.",
      "export_link_expired",
    );
  return await getExport(service, link.environmentId, link.id);
}

function readLink({ sealer }: Service, token: string): z.infer<typeof Link> | null {
  let opened: string;
  try {
    opened = sealer.open(token, LINK_CONTEXT);
  } catch {
    // Whatever is wrong with it, it is no link of ours.
    return null;
  }
  return Link.parse(JSON.parse(opened));
}

function listed(words: string[] | null | undefined): string[] | null {
  return words && words.length > 0 ? words : null;
}
