import { isDeepStrictEqual } from "node:util";
import { newId } from "#lib/shared/ids.ts";
import { json, sql } from "../../db.ts";
import { eventRow, recordEvents, recordingEvents } from "../../events/record.ts";
import { type SessionRow, sessionInEvent } from "../../sessions/session.ts";
import { type MembershipRow, membershipInEvent } from "../../users/membership.ts";
import { createdAt } from "../../wire/ids.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { People } from "./people.ts";
import type { Provisioned } from "./provision.ts";

const FIND = sql(
  "provisioning_memberships",
  `SELECT m.* FROM unnest($3::text[]) AS listed(user_id) JOIN identity.organization_memberships AS m
     ON m.user_id = listed.user_id AND m.organization_id = $2
   WHERE m.environment_id IS NOT DISTINCT FROM $1 ORDER BY m.id FOR UPDATE OF m`,
);
const INSERT = sql(
  "provisioning_memberships_insert",
  `WITH put AS (
     INSERT INTO identity.organization_memberships (id, environment_id, user_id, organization_id, status,
       directory_managed, role_slugs, custom_attributes, created_at, updated_at)
     SELECT new.id, $1, new.user_id, new.organization_id, new.status, true, new.role_slugs, new.custom_attributes,
       new.created_at, new.created_at
     FROM jsonb_to_recordset($2) AS new(id text, user_id text, organization_id text, status text, role_slugs text[],
       custom_attributes jsonb, created_at timestamptz)
     ON CONFLICT (user_id, organization_id) DO NOTHING RETURNING id),
   recorded AS (${recordingEvents("$3", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`,
);
const UPDATE = sql(
  "provisioning_memberships_update",
  `WITH put AS (
     UPDATE identity.organization_memberships AS m SET status = new.status, directory_managed = new.directory_managed,
       role_slugs = new.role_slugs, custom_attributes = new.custom_attributes, updated_at = new.updated_at
     FROM jsonb_to_recordset($2) AS new(id text, status text, directory_managed boolean, role_slugs text[],
       custom_attributes jsonb, updated_at timestamptz)
     WHERE m.id = new.id AND m.environment_id IS NOT DISTINCT FROM $1 RETURNING m.id),
   recorded AS (${recordingEvents("$3", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`,
);
const STILL_THERE = sql(
  "provisioning_still_there",
  `SELECT DISTINCT u.user_id FROM identity.directory_users AS u
   JOIN identity.directories AS d ON d.id = u.directory_id AND d.settings -> 'provisioning' = 'true'
   WHERE u.environment_id = $1 AND u.organization_id = $2 AND u.user_id = ANY ($3) AND u.state = 'active'`,
);
const REVOKE = sql(
  "provisioning_sessions_revoke",
  `UPDATE identity.sessions SET status = 'revoked', ended_at = $4, updated_at = $4
   WHERE environment_id = $1 AND organization_id = $2 AND user_id = ANY ($3) AND status = 'active' RETURNING *`,
);

/** Makes people members, or brings them back: at once where their domain is proven, else they wait for their own yes. */
export async function admit(ingest: Ingest, active: readonly Provisioned[], people: People): Promise<void> {
  const wanted = new Map(active.flatMap((each) => [[people.of(each.row)?.id ?? "", each] as const]));
  wanted.delete("");
  const known = await memberships(ingest, [...wanted.keys()]);
  const created: MembershipRow[] = [];
  const updated: MembershipRow[] = [];
  for (const [userId, each] of wanted) {
    const before = known.get(userId);
    if (!before) created.push(newMembership(ingest, userId, each));
    else {
      const after = { ...before, ...admitted(before, each), directory_managed: true, updated_at: ingest.now };
      if (!isDeepStrictEqual({ ...after, updated_at: before.updated_at }, before)) updated.push(after);
    }
  }
  await write(ingest, INSERT, "organization_membership.created", created);
  await write(ingest, UPDATE, "organization_membership.updated", updated);
}

/** Memberships become inactive and lose their role, and sessions in the organization end. */
export async function shutOut(ingest: Ingest, userIds: readonly string[]): Promise<void> {
  const { run, directory, now } = ingest;
  const { environment_id, organization_id } = directory;
  const scope = [environment_id, organization_id] as const;
  const staying = await run<{ user_id: string }>(STILL_THERE, [...scope, userIds]);
  const kept = new Set(staying.map(({ user_id }) => user_id));
  const gone = userIds.filter((id) => !kept.has(id));
  if (gone.length === 0) return;
  const known = await memberships(ingest, gone);
  const ended = [...known.values()]
    .filter(({ status, directory_managed }) => directory_managed && status !== "inactive")
    .map((before) => ({ ...before, status: "inactive" as const, role_slugs: ["member"], updated_at: now }));
  await write(ingest, UPDATE, "organization_membership.updated", ended);
  const managed = ended.map(({ user_id }) => user_id);
  if (managed.length === 0) return;
  const sessions = await run<SessionRow>(REVOKE, [...scope, managed, now]);
  await recordEvents(
    run,
    sessions.map((row) =>
      eventRow(environment_id, row.id, {
        event: "session.revoked",
        data: sessionInEvent(row),
        organizationId: organization_id,
      }),
    ),
  );
}

function admitted(before: MembershipRow, { row, proven }: Provisioned) {
  // Who was shut out before they ever said yes does not become a member by coming back.
  const status = proven ? "active" : before.status === "inactive" ? "pending" : before.status;
  const fallback = before.directory_managed ? ["member"] : before.role_slugs;
  return {
    status: status as MembershipRow["status"],
    role_slugs: row.role_slugs.length > 0 ? row.role_slugs : fallback,
    custom_attributes: row.custom_attributes,
  };
}

function newMembership({ directory }: Ingest, userId: string, { row, proven }: Provisioned): MembershipRow {
  const id = newId("om");
  const at = createdAt(id);
  return {
    id,
    user_id: userId,
    organization_id: directory.organization_id,
    status: proven ? "active" : "pending",
    directory_managed: true,
    role_slugs: row.role_slugs.length > 0 ? row.role_slugs : ["member"],
    custom_attributes: row.custom_attributes,
    created_at: at,
    updated_at: at,
  };
}

async function memberships(
  { run, directory }: Ingest,
  userIds: readonly string[],
): Promise<Map<string, MembershipRow>> {
  const { environment_id, organization_id } = directory;
  const found = await run<MembershipRow>(FIND, [environment_id, organization_id, userIds]);
  return new Map(found.map((row) => [row.user_id, row]));
}

async function write(
  { run, directory }: Ingest,
  statement: typeof INSERT,
  event: string,
  rows: readonly MembershipRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const events = rows.map((row) =>
    eventRow(directory.environment_id, row.id, {
      event,
      data: membershipInEvent(row),
      organizationId: directory.organization_id,
    }),
  );
  await run(statement, [directory.environment_id, json(rows), json(events)]);
}
