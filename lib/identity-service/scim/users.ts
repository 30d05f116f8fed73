import { newId } from "#lib/shared/ids.ts";
import { hotSql, type Run, sql, type Value } from "../db.ts";
import type { Ingest } from "../directories/ingest/ingest.ts";
import { deleteUsers, nextUser, writeUsers } from "../directories/ingest/users.ts";
import { ProofLost, proofHolds, proofValues } from "../directories/proof.ts";
import { atOnce, type Caller, refusingTwins, together } from "./caller.ts";
import { noResource, ScimError } from "./errors.ts";
import { type ListRequest, listResponse, readRows } from "./list.ts";
import type { Attributes } from "./match.ts";
import { requireVersion } from "./meta.ts";
import { normalResource } from "./normal.ts";
import { readOperations } from "./operations.ts";
import { patch } from "./patch.ts";
import { project, wants } from "./projection.ts";
import { incomingUser, type ScimUserRow, userResource } from "./user.ts";

const GROUPS = `coalesce((SELECT json_agg(json_build_object('value', g.id, 'display', g.name) ORDER BY g.id)
    FROM identity.directory_members AS m JOIN identity.directory_groups AS g ON g.id = m.group_id
    WHERE m.user_id = row.id), '[]')`;
const SELECT = `SELECT row.*, ${GROUPS} AS scim_groups FROM identity.directory_users AS row
  WHERE row.environment_id = $1 AND row.directory_id = $2 AND row.id = $3`;
const FIND = sql("scim_user_find", SELECT);
// A row always comes: it says whether the caller's proof holds, and has the user where there is one.
const FIND_PROVEN = hotSql(
  "scim_user_find_proven",
  `SELECT row.*, ${proofHolds(4)} AS proven FROM (SELECT 1) AS always LEFT JOIN LATERAL (${SELECT}) AS row ON true`,
);
const LOCK = sql("scim_user_lock", `${SELECT} FOR UPDATE OF row`);

export async function createUser(caller: Caller, body: unknown): Promise<ScimUserRow> {
  const id = newId("directory_user");
  const attributes = normalResource("User", body);
  const incoming = incomingUser({ active: true, ...attributes }, id);
  const work = atOnce(caller, async (ingest) => {
    const { applied } = await writeUsers(ingest, [nextUser(ingest, null, incoming, id)]);
    return applied[0]?.row;
  });
  const row = await refusingTwins("userName or externalId", work);
  if (!row) throw new ScimError(500, "The user could not be written.");
  return { ...row, scim_groups: [] };
}

export async function readUser(caller: Caller, id: string): Promise<ScimUserRow> {
  return await atOnce(caller, async ({ run }) => await find(run, caller, id));
}

export async function replaceUser(
  caller: Caller,
  id: string,
  body: unknown,
  ifMatch: string | undefined,
): Promise<ScimUserRow> {
  const attributes = normalResource("User", body);
  // Whoever leaves `active` out does not mean that somebody shut out is to come back.
  return await change(caller, id, ifMatch, (before) => ({ active: before.active ?? true, ...attributes }));
}

export async function patchUser(
  caller: Caller,
  id: string,
  body: unknown,
  ifMatch: string | undefined,
): Promise<ScimUserRow> {
  const operations = readOperations("User", body);
  return await change(caller, id, ifMatch, (before) => patch("User", before, operations));
}

export async function deleteUser(caller: Caller, id: string, ifMatch: string | undefined): Promise<void> {
  await retrying(caller, async (ingest, locking) => {
    const before = await find(ingest.run, caller, id, locking);
    requireVersion(ifMatch, before.version);
    return (await deleteUsers(ingest, [before])).has(id) || null;
  });
}

export async function listUsers(caller: Caller, request: ListRequest): Promise<Attributes> {
  const groups = wants(request.projection, "groups") ? GROUPS : "'[]'::json";
  const select = { text: `, ${groups} AS scim_groups`, values: [] };
  const { total, rows } = await readRows<ScimUserRow>(caller, "User", request, select);
  const resources = rows.map((row) =>
    project("User", userResource(row, caller.location), request.projection),
  );
  return listResponse({ total, rows: resources }, request);
}

async function change(
  caller: Caller,
  id: string,
  ifMatch: string | undefined,
  next: (before: Attributes) => Attributes,
): Promise<ScimUserRow> {
  const work = retrying(caller, async (ingest, locking) => {
    const before = await find(ingest.run, caller, id, locking);
    requireVersion(ifMatch, before.version);
    const { scim_groups, ...row } = before;
    const incoming = incomingUser(next(row.raw_attributes), id);
    const { applied } = await writeUsers(ingest, [nextUser(ingest, row, incoming)]);
    const after = applied[0]?.row;
    return after ? { ...after, scim_groups } : null;
  });
  return await refusingTwins("userName or externalId", work);
}

type Attempt<T> = (ingest: Ingest, locking: boolean) => Promise<T | null>;

/**
 * A change is worked out from what was read, and written only if that is still so: nothing is locked meanwhile, and no
 * transaction needed. Where others keep coming first, the row is locked.
 */
async function retrying<T>(caller: Caller, attempt: Attempt<T>): Promise<T> {
  for (let times = 0; times < 3; times++) {
    const done = await atOnce(caller, async (ingest) => await attempt(ingest, false));
    if (done !== null) return done;
  }
  const done = await together(caller, async (ingest) => await attempt(ingest, true));
  if (done === null) throw new ScimError(503, "The user is being changed by others. Try again.");
  return done;
}

async function find(run: Run, caller: Caller, id: string, locking = false): Promise<ScimUserRow> {
  const { directory, proof } = caller;
  const asked = [directory.environment_id, directory.id, id];
  const [row] =
    locking || !proof
      ? await run<ScimUserRow>(locking ? LOCK : FIND, asked)
      : await findProven(run, [...asked, ...proofValues(proof)]);
  if (!row) throw noResource("User", id);
  return row;
}

async function findProven(run: Run, asked: Value[]): Promise<ScimUserRow[]> {
  const [found] = await run<ScimUserRow & { proven: boolean }>(FIND_PROVEN, asked);
  if (!found?.proven) throw new ProofLost();
  const { proven, ...row } = found;
  return row.id === null ? [] : [row];
}
