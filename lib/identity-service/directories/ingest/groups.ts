import { newId } from "#lib/shared/ids.ts";
import { sql } from "../../db.ts";
import { recordingEvents } from "../../events/record.ts";
import { createdAt } from "../../wire/ids.ts";
import { type DirectoryGroupRow, directoryGroupToWire } from "../groups.ts";
import { assignRoles } from "../roles.ts";
import { directoryEvent, type Ingest, inBites, rows } from "./ingest.ts";
import { previousAttributes } from "./previous.ts";

/** A group as a provider describes it, without its members. */
export interface IncomingGroup {
  idpId: string;
  name: string;
  rawAttributes: Record<string, unknown>;
}

export interface AppliedGroup {
  row: DirectoryGroupRow;
  change: "created" | "updated" | "unchanged";
}

interface GroupChange {
  before: DirectoryGroupRow | null;
  group: IncomingGroup;
  id?: string;
}

const BY_IDP_ID = sql(
  "directory_groups_by_idp_id",
  `SELECT * FROM identity.directory_groups WHERE environment_id = $1 AND directory_id = $2 AND idp_id = ANY ($3)
   ORDER BY id FOR UPDATE`,
);
const INSERT = sql(
  "directory_groups_insert",
  `WITH put AS (
     INSERT INTO identity.directory_groups SELECT * FROM jsonb_populate_recordset(NULL::identity.directory_groups, $1)
     RETURNING id),
   recorded AS (${recordingEvents("$2", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`,
);
const UPDATE = sql(
  "directory_groups_update",
  `WITH put AS (
     UPDATE identity.directory_groups AS row SET idp_id = new.idp_id, name = new.name, name_key = new.name_key,
       raw_attributes = new.raw_attributes, version = new.version, updated_at = new.updated_at
     FROM jsonb_populate_recordset(NULL::identity.directory_groups, $3) AS new
     WHERE row.id = new.id AND row.environment_id IS NOT DISTINCT FROM $1
       AND row.directory_id IS NOT DISTINCT FROM $2 RETURNING row.id),
   recorded AS (${recordingEvents("$4", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`,
);
const MEMBERS = sql(
  "directory_groups_members",
  "SELECT user_id FROM identity.directory_members WHERE environment_id = $1 AND group_id = $2",
);
const DELETE = sql(
  "directory_group_delete",
  `WITH gone AS (DELETE FROM identity.directory_groups
     WHERE environment_id = $1 AND directory_id = $2 AND id = $3 RETURNING id),
   recorded AS (${recordingEvents("$4", "told.subject IN (SELECT id FROM gone)")})
   SELECT id FROM gone`,
);

/** Makes the directory's groups what the provider says they are, by their idp ids. Call it in a transaction. */
export async function applyGroups(
  ingest: Ingest,
  incoming: readonly IncomingGroup[],
): Promise<AppliedGroup[]> {
  const applied: AppliedGroup[] = [];
  const each = [...new Map(incoming.map((group) => [group.idpId, group])).values()];
  for (const bite of inBites(each)) {
    const known = await groupsByIdpId(
      ingest,
      bite.map(({ idpId }) => idpId),
    );
    const before = new Map(known.map((row) => [row.idp_id, row]));
    applied.push(
      ...(await writeGroups(
        ingest,
        bite.map((group) => ({ before: before.get(group.idpId) ?? null, group })),
      )),
    );
  }
  return applied;
}

/** Writes groups over rows that this transaction has locked; null where the group is new. */
export async function writeGroups(ingest: Ingest, changes: readonly GroupChange[]): Promise<AppliedGroup[]> {
  const { run, directory } = ingest;
  const applied = changes.map((change) => nextGroup(ingest, change));
  const created = applied.filter(({ change }) => change === "created");
  if (created.length > 0)
    await run(INSERT, [
      rows(created.map(({ row }) => row)),
      rows(
        created.map(({ row }) =>
          directoryEvent(directory, row.id, "dsync.group.created", directoryGroupToWire(row)),
        ),
      ),
    ]);
  const updated = applied.filter(({ change }) => change === "updated");
  if (updated.length > 0)
    await run(UPDATE, [
      directory.environment_id,
      directory.id,
      rows(updated.map(({ row }) => row)),
      rows(
        updated.map(({ row, previous }) =>
          directoryEvent(directory, row.id, "dsync.group.updated", {
            ...directoryGroupToWire(row),
            previous_attributes: previous,
          }),
        ),
      ),
    ]);
  return applied.map(({ row, change }) => ({ row, change }));
}

/** Takes groups away. Applications hear that of the groups alone, not of each member. */
export async function removeGroups(ingest: Ingest, idpIds: readonly string[]): Promise<number> {
  let removed = 0;
  for (const bite of inBites(idpIds))
    for (const group of await groupsByIdpId(ingest, bite)) if (await deleteGroup(ingest, group)) removed += 1;
  return removed;
}

export async function deleteGroup(ingest: Ingest, group: DirectoryGroupRow): Promise<boolean> {
  const { run, directory } = ingest;
  const members = await run<{ user_id: string }>(MEMBERS, [directory.environment_id, group.id]);
  const event = directoryEvent(directory, group.id, "dsync.group.deleted", directoryGroupToWire(group));
  const gone = await run(DELETE, [directory.environment_id, directory.id, group.id, rows([event])]);
  if (gone.length === 0) return false;
  await assignRoles(
    ingest,
    members.map(({ user_id }) => user_id),
  );
  return true;
}

function nextGroup(
  { directory, now }: Ingest,
  { before, group, id = before?.id ?? newId("directory_group") }: GroupChange,
) {
  const row: DirectoryGroupRow = {
    id,
    environment_id: directory.environment_id,
    organization_id: directory.organization_id,
    directory_id: directory.id,
    idp_id: group.idpId,
    name: group.name,
    name_key: group.name.toLowerCase(),
    raw_attributes: group.rawAttributes,
    version: (before?.version ?? 0) + 1,
    created_at: before?.created_at ?? createdAt(id),
    updated_at: before ? now : createdAt(id),
  };
  if (!before) return { row, change: "created" as const, previous: null };
  const previous = previousAttributes(directoryGroupToWire(before), directoryGroupToWire(row));
  return previous
    ? { row, change: "updated" as const, previous }
    : { row: before, change: "unchanged" as const, previous };
}

async function groupsByIdpId({ run, directory }: Ingest, idpIds: string[]): Promise<DirectoryGroupRow[]> {
  return await run<DirectoryGroupRow>(BY_IDP_ID, [directory.environment_id, directory.id, idpIds]);
}
