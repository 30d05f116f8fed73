import { isDeepStrictEqual } from "node:util";
import { newId } from "#lib/shared/ids.ts";
import { json, type Run, sql, type Value } from "../../db.ts";
import { LdapSettings } from "../../ldap/settings.ts";
import { notFound } from "../../wire/errors.ts";
import type { ConnectionRow } from "../connection.ts";
import { OidcSettings, SamlSettings } from "../settings.ts";
import type { RevisionContent, RevisionRow, RevisionState } from "./revision.ts";

const LOCK = sql(
  "connection_revisions_lock",
  "SELECT * FROM identity.connections WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const ALL = sql(
  "connection_revisions_open",
  `SELECT * FROM identity.connection_revisions WHERE environment_id = $1 AND connection_id = $2
   AND (state IN ('draft', 'active') OR number = (SELECT max(number) FROM identity.connection_revisions WHERE connection_id = $2))`,
);
const INSERT = sql(
  "connection_revision_insert",
  `INSERT INTO identity.connection_revisions (id, environment_id, connection_id, number, state, connection_type, saml, oidc, ldap,
     attribute_map, role_map, note, made_by, based_on, returns_to, activated_at, activated_by, reason, replaced, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20) RETURNING *`,
);
const SUPERSEDE = sql(
  "connection_revision_supersede",
  "UPDATE identity.connection_revisions SET state = 'superseded' WHERE connection_id = $1 AND state = 'active'",
);

/** Where a connection's history stands, with the connection locked: nobody else moves it meanwhile. */
export interface History {
  connection: ConnectionRow;
  /** Null where the connection was never live. */
  active: RevisionRow | null;
  draft: RevisionRow | null;
  last: number;
}

/** @throws WireError 404 */
export async function lockHistory(
  run: Run,
  environmentId: string,
  connectionId: string,
  now: Date,
  by: string | null = null,
): Promise<History> {
  const [connection] = await run<ConnectionRow>(LOCK, [environmentId, connectionId]);
  if (!connection) throw notFound("Connection", connectionId);
  const rows = await run<RevisionRow>(ALL, [environmentId, connectionId]);
  // It begins with what the connection was when somebody first asked: those that are older than revisions have none until then.
  if (rows.length === 0) rows.push(await firstRevision(run, connection, by, now));
  return {
    connection,
    active: rows.find(({ state }) => state === "active") ?? null,
    draft: rows.find(({ state }) => state === "draft") ?? null,
    last: Math.max(...rows.map(({ number }) => number)),
  };
}

/** What is known of a revision besides its content. */
export interface RevisionFacts {
  number: number;
  state: RevisionState;
  note?: string | null;
  madeBy?: string | null;
  basedOn?: number | null;
  returnsTo?: number | null;
  activated?: { by: string | null; reason: string | null; replaced: number | null };
}

export async function insertRevision(
  run: Run,
  { environment_id, id }: Pick<ConnectionRow, "id" | "environment_id">,
  content: RevisionContent,
  facts: RevisionFacts,
  now: Date,
): Promise<RevisionRow> {
  if (facts.state === "active") await run(SUPERSEDE, [id]);
  const { activated } = facts;
  const [row] = await run<RevisionRow>(INSERT, [
    newId("rev"),
    environment_id,
    id,
    facts.number,
    facts.state,
    ...contentValues(content),
    facts.note ?? null,
    facts.madeBy ?? null,
    facts.basedOn ?? null,
    facts.returnsTo ?? null,
    activated ? now : null,
    activated?.by ?? null,
    activated?.reason ?? null,
    activated?.replaced ?? null,
    now,
  ]);
  if (!row) throw new Error("A revision was not written.");
  return row;
}

async function firstRevision(
  run: Run,
  connection: ConnectionRow,
  by: string | null,
  now: Date,
): Promise<RevisionRow> {
  const wasLive = connection.state !== "draft";
  return await insertRevision(
    run,
    connection,
    connection,
    {
      number: 1,
      state: wasLive ? "active" : "draft",
      madeBy: by,
      ...(wasLive ? { activated: { by, reason: null, replaced: null } } : {}),
    },
    now,
  );
}

export async function supersedeActive(run: Run, connectionId: string): Promise<void> {
  await run(SUPERSEDE, [connectionId]);
}

/** Type, three kinds of settings, two maps: in the order in which every statement takes them. */
export function contentValues(content: RevisionContent): Value[] {
  const { saml, oidc, ldap } = content;
  return [
    content.connection_type,
    saml ? json(saml) : null,
    oidc ? json(oidc) : null,
    ldap ? json(ldap) : null,
    json(content.attribute_map),
    json(content.role_map),
  ];
}

export function contentOf(row: RevisionContent): RevisionContent {
  const { connection_type, saml, oidc, ldap, attribute_map, role_map } = row;
  return { connection_type, saml, oidc, ldap, attribute_map, role_map };
}

/** Whether two are the same settings, whichever version of this service wrote them down. */
export function sameContent(one: RevisionContent, other: RevisionContent): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

function plain({ saml, oidc, ldap, ...rest }: RevisionContent): unknown {
  const { connection_type, attribute_map, role_map } = rest;
  return {
    ...{ connection_type, attribute_map, role_map },
    saml: saml ? SamlSettings.parse(saml) : null,
    oidc: oidc ? OidcSettings.parse(oidc) : null,
    ldap: ldap ? LdapSettings.parse(ldap) : null,
  };
}
