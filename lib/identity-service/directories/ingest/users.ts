import { newId } from "#lib/shared/ids.ts";
import { hotWriteSql, sql } from "../../db.ts";
import { recordingEvents } from "../../events/record.ts";
import { createdAt } from "../../wire/ids.ts";
import { customAttributes } from "../attributes.ts";
import { ProofLost, proofHolds, proofValues } from "../proof.ts";
import { deprovision, provision } from "../provisioning/provision.ts";
import { type DirectoryEmail, type DirectoryUserRow, directoryUserInEvent } from "../users.ts";
import { directoryEvent, type Ingest, inBites, rows } from "./ingest.ts";
import { membershipEvents } from "./membership.ts";
import { previousAttributes } from "./previous.ts";

/** A person as a provider describes them. */
export interface IncomingUser {
  /** The provider's own id, which stays when everything else changes. */
  idpId: string;
  /** Where no two users may share a name: the name, in lower case. */
  uniqueName: string | null;
  username: string | null;
  email: string | null;
  emails: DirectoryEmail[];
  firstName: string | null;
  lastName: string | null;
  name: string | null;
  jobTitle: string | null;
  state: DirectoryUserRow["state"];
  rawAttributes: Record<string, unknown>;
}

export interface AppliedUser {
  row: DirectoryUserRow;
  change: "created" | "updated" | "unchanged";
}

interface Change {
  before: DirectoryUserRow | null;
  after: DirectoryUserRow;
}

const BY_IDP_ID = sql(
  "directory_users_by_idp_id",
  `SELECT row.* FROM unnest($3::text[]) AS wanted(idp_id) CROSS JOIN LATERAL (
     SELECT * FROM identity.directory_users AS u
     WHERE u.environment_id = $1 AND u.directory_id = $2 AND u.idp_id = wanted.idp_id LIMIT 1) AS row`,
);
const INSERT = sql("directory_users_insert", insert("true"));
const INSERT_PROVEN = hotWriteSql("directory_users_insert_proven", insert(proofHolds(3)));

function insert(condition: string): string {
  return `WITH put AS (
     INSERT INTO identity.directory_users
     SELECT * FROM jsonb_populate_recordset(NULL::identity.directory_users, $1) WHERE ${condition} RETURNING id),
   recorded AS (${recordingEvents("$2", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`;
}

// The version says that the row is still what the change was worked out from; where it is not, nothing happens. One row has
// a prepared plan. Several are planned each time, and the scope is compared so that no index serves it: a plan from
// when the directory was small would read all of it for each row.
const UPDATE = hotWriteSql(
  "directory_user_update",
  update("jsonb_populate_record(NULL::identity.directory_users, $3::jsonb -> 0)"),
);
const UPDATE_MANY = sql("", update("jsonb_populate_recordset(NULL::identity.directory_users, $3)"));
const DELETE = sql(
  "",
  `WITH gone AS (
     DELETE FROM identity.directory_users AS row USING jsonb_to_recordset($3) AS old(id text, version int)
     WHERE row.id = old.id AND row.version = old.version
       AND row.environment_id IS NOT DISTINCT FROM $1 AND row.directory_id IS NOT DISTINCT FROM $2
     RETURNING row.id),
   recorded AS (${recordingEvents("$4", "told.subject IN (SELECT id FROM gone)")})
   SELECT id FROM gone`,
);

function update(rows: string): string {
  return `WITH put AS (
     UPDATE identity.directory_users AS row SET (idp_id, unique_name, username, email, email_key, emails, first_name,
         last_name, name, job_title, state, raw_attributes, custom_attributes, role_slugs, version, withdrawn_at, updated_at)
       = (new.idp_id, new.unique_name, new.username, new.email, new.email_key, new.emails, new.first_name,
         new.last_name, new.name, new.job_title, new.state, new.raw_attributes, new.custom_attributes, new.role_slugs,
         new.version, new.withdrawn_at, new.updated_at)
     FROM ${rows} AS new
     WHERE row.id = new.id AND row.version = new.version - 1
       AND row.environment_id IS NOT DISTINCT FROM $1 AND row.directory_id IS NOT DISTINCT FROM $2
     RETURNING row.id),
   recorded AS (${recordingEvents("$4", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`;
}

/**
 * Makes the directory's users what the provider says they are, by their idp ids, and tells of what that changed. Once or
 * twice is the same. Takes several statements: call it in a transaction.
 */
export async function applyUsers(ingest: Ingest, incoming: readonly IncomingUser[]): Promise<AppliedUser[]> {
  const applied: AppliedUser[] = [];
  const each = [...new Map(incoming.map((user) => [user.idpId, user])).values()];
  for (const bite of inBites(each)) {
    let left = bite;
    while (left.length > 0) {
      const known = await usersByIdpId(ingest, left);
      const outcome = await writeUsers(
        ingest,
        left.map((user) => nextUser(ingest, known.get(user.idpId) ?? null, user)),
      );
      applied.push(...outcome.applied);
      const missed = new Set(outcome.overtaken.map(({ idp_id }) => idp_id));
      left = left.filter(({ idpId }) => missed.has(idpId));
    }
  }
  return applied;
}

/** Takes users away for good. Those the directory does not have are none the less gone. */
export async function removeUsers(ingest: Ingest, idpIds: readonly string[]): Promise<number> {
  let removed = 0;
  for (const bite of inBites(idpIds)) {
    let known = [
      ...(
        await usersByIdpId(
          ingest,
          bite.map((idpId) => ({ idpId })),
        )
      ).values(),
    ];
    while (known.length > 0) {
      removed += (await deleteUsers(ingest, known)).size;
      known = [
        ...(
          await usersByIdpId(
            ingest,
            bite.map((idpId) => ({ idpId })),
          )
        ).values(),
      ];
    }
  }
  return removed;
}

/** What a user is after what the provider said; the same row where that changes nothing. */
export function nextUser(
  { directory, settings, now }: Ingest,
  before: DirectoryUserRow | null,
  incoming: IncomingUser,
  id: string = before?.id ?? newId("directory_user"),
): Change {
  const withdrawn = settings.deactivated_users === "delete" && incoming.state === "inactive";
  const after: DirectoryUserRow = {
    id,
    environment_id: directory.environment_id,
    organization_id: directory.organization_id,
    directory_id: directory.id,
    idp_id: incoming.idpId,
    unique_name: incoming.uniqueName,
    username: incoming.username,
    email: incoming.email,
    email_key: incoming.email?.toLowerCase() ?? null,
    emails: incoming.emails,
    first_name: incoming.firstName,
    last_name: incoming.lastName,
    name: incoming.name,
    job_title: incoming.jobTitle,
    state: incoming.state,
    raw_attributes: incoming.rawAttributes,
    custom_attributes: customAttributes(settings.attribute_map, incoming.rawAttributes),
    role_slugs: before?.role_slugs ?? [],
    version: (before?.version ?? 0) + 1,
    user_id: before?.user_id ?? null,
    withdrawn_at: withdrawn ? (before?.withdrawn_at ?? now) : null,
    created_at: before?.created_at ?? createdAt(id),
    updated_at: before === null ? createdAt(id) : now,
  };
  return { before, after };
}

/** Writes changes that were worked out from rows as they were; `overtaken` are those that changed meanwhile. */
export async function writeUsers(ingest: Ingest, changes: readonly Change[]) {
  const { run, directory } = ingest;
  const applied: AppliedUser[] = [];
  const [created, updated]: [Change[], Change[]] = [[], []];
  for (const change of changes) {
    if (change.before === null) created.push(change);
    else if (isSame(change.before, change.after)) applied.push({ row: change.before, change: "unchanged" });
    else updated.push(change);
  }
  const written = new Set<string>();
  if (created.length > 0) {
    const values = [rows(created.map(({ after }) => after)), rows(await eventsOf(ingest, created))];
    const { proof } = ingest;
    const made = proof
      ? await run<{ id: string }>(INSERT_PROVEN, [...values, ...proofValues(proof)])
      : await run<{ id: string }>(INSERT, values);
    if (made.length === 0) throw new ProofLost();
    for (const { id } of made) written.add(id);
  }
  if (updated.length > 0) {
    const changed = await run<{ id: string }>(updated.length === 1 ? UPDATE : UPDATE_MANY, [
      directory.environment_id,
      directory.id,
      rows(updated.map(({ after }) => after)),
      rows(await eventsOf(ingest, updated)),
    ]);
    for (const { id } of changed) written.add(id);
  }
  const done = [...created, ...updated].filter(({ after }) => written.has(after.id));
  if (ingest.settings.provisioning && done.length > 0)
    await provision(
      ingest,
      done.map(({ after }) => after),
    );
  const overtaken = updated.filter(({ after }) => !written.has(after.id)).map(({ after }) => after);
  for (const { before, after } of [...created, ...updated])
    if (written.has(after.id)) applied.push({ row: after, change: before === null ? "created" : "updated" });
  return { applied, overtaken };
}

/** Deletes the rows that are still at the version given. Returns the ids of those. */
export async function deleteUsers(ingest: Ingest, users: readonly DirectoryUserRow[]): Promise<Set<string>> {
  const { run, directory, settings } = ingest;
  const events = users
    .filter(({ withdrawn_at }) => withdrawn_at === null)
    .map((row) => directoryEvent(directory, row.id, "dsync.user.deleted", directoryUserInEvent(row)));
  const gone = await run<{ id: string }>(DELETE, [
    directory.environment_id,
    directory.id,
    rows(users.map(({ id, version }) => ({ id, version }))),
    rows(events),
  ]);
  const ids = new Set(gone.map(({ id }) => id));
  if (settings.provisioning)
    await deprovision(
      ingest,
      users.filter(({ id }) => ids.has(id)),
    );
  return ids;
}

async function usersByIdpId(
  { run, directory }: Ingest,
  users: readonly { idpId: string }[],
): Promise<Map<string, DirectoryUserRow>> {
  const found = await run<DirectoryUserRow>(BY_IDP_ID, [
    directory.environment_id,
    directory.id,
    users.map(({ idpId }) => idpId),
  ]);
  return new Map(found.map((row) => [row.idp_id, row]));
}

function isSame(before: DirectoryUserRow, after: DirectoryUserRow): boolean {
  return previousAttributes({ ...before, version: 0 }, { ...after, version: 0 }) === null;
}

/** What applications hear. A withdrawn user is none to them: it goes, and it comes anew. */
async function eventsOf(ingest: Ingest, changes: readonly Change[]) {
  const { directory } = ingest;
  const events = [];
  for (const { before, after } of changes) {
    const [was, is] = [before !== null && before.withdrawn_at === null, after.withdrawn_at === null];
    const data = directoryUserInEvent(after);
    if (was && is && before) {
      const previous = previousAttributes(directoryUserInEvent(before), data);
      const told = { ...data, previous_attributes: previous ?? {} };
      events.push(directoryEvent(directory, after.id, "dsync.user.updated", told));
    } else if (was) events.push(directoryEvent(directory, after.id, "dsync.user.deleted", data));
    else if (is) {
      events.push(directoryEvent(directory, after.id, "dsync.user.created", data));
      if (before) events.push(...(await membershipEvents(ingest, after)));
    }
  }
  return events;
}
