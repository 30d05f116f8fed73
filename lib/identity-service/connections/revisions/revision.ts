import type { QueryResultRow } from "pg";
import { type Database, sql } from "../../db.ts";
import { notFound } from "../../wire/errors.ts";
import type { ListSource } from "../../wire/pagination.ts";
import { iso, isoOrNull } from "../../wire/time.ts";
import { settingsToWire } from "../detail.ts";
import { whatIsMissing } from "../protocols.ts";
import type { AttributeMap, RoleMap } from "../settings.ts";

/** All that a revision is about. A connection's name, domains and organization are not: they bite nobody. */
export interface RevisionContent {
  connection_type: string;
  /** As stored, like those of a connection. */
  saml: unknown;
  oidc: unknown;
  ldap: unknown;
  attribute_map: AttributeMap;
  role_map: RoleMap;
}

export type RevisionState = "draft" | "active" | "superseded" | "discarded";

export interface RevisionRow extends RevisionContent, QueryResultRow {
  id: string;
  environment_id: string;
  connection_id: string;
  number: number;
  state: RevisionState;
  edition: number;
  note: string | null;
  made_by: string | null;
  based_on: number | null;
  returns_to: number | null;
  test_sign_in_id: string | null;
  tested_at: Date | null;
  activated_at: Date | null;
  activated_by: string | null;
  reason: string | null;
  replaced: number | null;
  created_at: Date;
  updated_at: Date;
}

export function revisions(environmentId: string, connectionId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.connection_revisions AS row",
    where: ["row.environment_id = $1", "row.connection_id = $2"],
    values: [environmentId, connectionId],
  };
}

const FIND = sql(
  "connection_revision_find",
  "SELECT * FROM identity.connection_revisions WHERE environment_id = $1 AND connection_id = $2 AND number = $3",
);

export async function getRevision(
  db: Database,
  environmentId: string,
  { connectionId, number }: RevisionRef,
): Promise<RevisionRow> {
  const [row] = await db.query<RevisionRow>(environmentId, FIND, [environmentId, connectionId, number]);
  if (!row) throw noSuchRevision(number);
  return row;
}

const NUMBER_OF = sql(
  "connection_revision_number",
  "SELECT number FROM identity.connection_revisions WHERE environment_id = $1 AND connection_id = $2 AND (id = $3 OR number::text = $3)",
);

/** By its number, or by its id. @throws WireError 404 */
export async function findRevision(
  db: Database,
  environmentId: string,
  { id: connectionId, revision }: { id: string; revision: string },
): Promise<RevisionRef> {
  const values = [environmentId, connectionId, revision];
  const [row] = await db.query<{ number: number }>(environmentId, NUMBER_OF, values);
  if (!row) throw noSuchRevision(revision);
  return { connectionId, number: row.number };
}

/** Which revision of which connection. */
export interface RevisionRef {
  connectionId: string;
  number: number;
}

export function noSuchRevision(number: number | string) {
  return notFound("Revision", String(number));
}

export async function revisionToWire(row: RevisionRow) {
  return {
    object: "connection_revision" as const,
    id: row.id,
    connection_id: row.connection_id,
    number: row.number,
    state: row.state,
    connection_type: row.connection_type,
    ...(await settingsToWire(row)),
    attribute_map: row.attribute_map,
    role_map: row.role_map,
    note: row.note,
    made_by: row.made_by,
    based_on: row.based_on,
    returns_to: row.returns_to,
    tested: row.tested_at && { sign_in_id: row.test_sign_in_id, at: iso(row.tested_at) },
    activated: row.activated_at && {
      at: iso(row.activated_at),
      by: row.activated_by,
      reason: row.reason,
      replaced: row.replaced,
    },
    missing: whatIsMissing(row),
    created_at: iso(row.created_at),
    updated_at: isoOrNull(row.updated_at),
  };
}
