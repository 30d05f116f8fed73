import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import type { DirectoryGroupRow } from "../directories/groups.ts";
import {
  deleteGroup as deleteGroupRow,
  type IncomingGroup,
  writeGroups,
} from "../directories/ingest/groups.ts";
import type { Ingest } from "../directories/ingest/ingest.ts";
import { changeMembers, type MemberChange } from "../directories/ingest/members.ts";
import { atOnce, type Caller, refusingTwins, together } from "./caller.ts";
import { noResource, ScimError } from "./errors.ts";
import { type ListRequest, listResponse, readRows } from "./list.ts";
import { type Attributes, isAttributes, keyOf } from "./match.ts";
import { isMemberOperation, memberIds, readMemberChange } from "./members.ts";
import { metaOf, requireVersion } from "./meta.ts";
import { normalResource } from "./normal.ts";
import { readOperations } from "./operations.ts";
import { patch } from "./patch.ts";
import { type Projection, project, wants } from "./projection.ts";
import { GROUP_SCHEMA } from "./schema.ts";

interface ScimGroupRow extends DirectoryGroupRow {
  /** Null where they were not asked for. */
  scim_members: { value: string; display: string | null; $ref: string }[] | null;
}

const MEMBERS = `coalesce((SELECT json_agg(json_build_object('value', u.id, 'display', coalesce(u.name, u.username),
      '$ref', $1::text || u.id, 'type', 'User') ORDER BY u.id)
    FROM identity.directory_members AS m JOIN identity.directory_users AS u ON u.id = m.user_id
    WHERE m.group_id = row.id), '[]')`;
const FIND = sql(
  "scim_group_find",
  `SELECT row.*, CASE WHEN $5 THEN ${MEMBERS} END AS scim_members FROM identity.directory_groups AS row
   WHERE row.environment_id = $2 AND row.directory_id = $3 AND row.id = $4`,
);
const LOCK = sql(
  "scim_group_lock",
  `SELECT * FROM identity.directory_groups WHERE environment_id = $1 AND directory_id = $2 AND id = $3 FOR UPDATE`,
);

export async function createGroup(caller: Caller, body: unknown): Promise<string> {
  const id = newId("directory_group");
  const group = incomingGroup(normalResource("Group", body), id);
  const members = membersIn(body) ?? [];
  const work = (ingest: Ingest) => writeGroups(ingest, [{ before: null, group, id }]);
  await refusingTwins<unknown>(
    "externalId",
    members.length === 0
      ? atOnce(caller, work)
      : together(caller, async (ingest) => {
          await work(ingest);
          await setMembers(ingest, id, { add: members });
        }),
  );
  return id;
}

export async function readGroup(
  caller: Caller,
  id: string,
  projection: Projection,
): Promise<{ version: number; resource: Attributes }> {
  const { service, directory } = caller;
  const [row] = await service.db.query<ScimGroupRow>(directory.environment_id, FIND, [
    `${caller.location}/Users/`,
    directory.environment_id,
    directory.id,
    id,
    wants(projection, "members"),
  ]);
  if (!row) throw noResource("Group", id);
  const resource = project("Group", groupResource(row, caller.location), projection);
  return { version: row.version, resource };
}

/** Members that are left out stay as they are: a new name is not to empty a group. */
export async function replaceGroup(
  caller: Caller,
  id: string,
  body: unknown,
  ifMatch: string | undefined,
): Promise<void> {
  const attributes = normalResource("Group", body);
  const members = membersIn(body);
  await change(caller, id, ifMatch, () => attributes, members && { add: members, remove: "all" });
}

export async function patchGroup(
  caller: Caller,
  id: string,
  body: unknown,
  ifMatch: string | undefined,
): Promise<void> {
  const operations = readOperations("Group", body);
  const others = operations.filter((operation) => !isMemberOperation(operation));
  const members = readMemberChange(operations.filter(isMemberOperation));
  const next = (before: Attributes) => (others.length > 0 ? patch("Group", before, others) : before);
  await change(caller, id, ifMatch, next, members);
}

export async function deleteGroup(caller: Caller, id: string, ifMatch: string | undefined): Promise<void> {
  await together(caller, async (ingest) => {
    const row = await lock(ingest.run, caller, id);
    requireVersion(ifMatch, row.version);
    await deleteGroupRow(ingest, row);
  });
}

export async function listGroups(caller: Caller, request: ListRequest): Promise<Attributes> {
  const members = wants(request.projection, "members");
  const select = members
    ? { text: `, ${MEMBERS} AS scim_members`, values: [`${caller.location}/Users/`] }
    : { text: ", NULL AS scim_members", values: [] };
  const { total, rows } = await readRows<ScimGroupRow>(caller, "Group", request, select);
  const resources = rows.map((row) =>
    project("Group", groupResource(row, caller.location), request.projection),
  );
  return listResponse({ total, rows: resources }, request);
}

async function change(
  caller: Caller,
  id: string,
  ifMatch: string | undefined,
  next: (before: Attributes) => Attributes,
  members: MemberChange | null,
): Promise<void> {
  const work = together(caller, async (ingest) => {
    const before = await lock(ingest.run, caller, id);
    requireVersion(ifMatch, before.version);
    const group = incomingGroup(next(before.raw_attributes), id);
    await writeGroups(ingest, [{ before, group }]);
    if (members) await setMembers(ingest, id, members);
  });
  await refusingTwins("externalId", work);
}

async function setMembers(ingest: Ingest, id: string, members: MemberChange): Promise<void> {
  const outcome = await changeMembers(ingest, id, members);
  if (outcome?.unknown != null)
    throw new ScimError(400, `There is no user '${outcome.unknown}' to be a member.`, "invalidValue");
}

function membersIn(body: unknown): string[] | null {
  const given = isAttributes(body) ? body[keyOf(body, "members") ?? ""] : undefined;
  return given === undefined || given === null ? null : memberIds(given);
}

function incomingGroup(attributes: Attributes, id: string): IncomingGroup {
  const { displayName, externalId } = attributes;
  if (typeof displayName !== "string" || displayName.trim() === "")
    throw new ScimError(400, "A group needs a 'displayName'.", "invalidValue");
  if (displayName.length > 1_000 || String(externalId ?? "").length > 500)
    throw new ScimError(400, "The group's name or externalId is too long.", "invalidValue");
  return {
    idpId: typeof externalId === "string" ? externalId : id,
    name: displayName,
    rawAttributes: attributes,
  };
}

function groupResource(row: ScimGroupRow, location: string): Attributes {
  const { schemas, ...attributes } = row.raw_attributes;
  const sent = Array.isArray(schemas) ? schemas : [];
  return {
    schemas: [...new Set([GROUP_SCHEMA, ...sent])],
    id: row.id,
    ...attributes,
    ...(row.scim_members === null ? {} : { members: row.scim_members }),
    meta: metaOf("Group", row, location),
  };
}

async function lock(run: Run, { directory }: Caller, id: string): Promise<DirectoryGroupRow> {
  const [row] = await run<DirectoryGroupRow>(LOCK, [directory.environment_id, directory.id, id]);
  if (!row) throw noResource("Group", id);
  return row;
}
