import { newId } from "#lib/shared/ids.ts";
import { alone, type Database, json, type Run, sql } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { ApplicationRow, ChangeApplication, CreateApplication, SecretRow } from "./application.ts";

const SECRETS_MAX = 5;

const INSERT = sql(
  "connect_application_insert",
  `INSERT INTO identity.connect_applications (id, environment_id, client_id, kind, name, description, scopes, redirect_uris, uses_pkce,
     is_first_party, organization_id, created_at, updated_at)
   VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) RETURNING *`,
);
const FIND = sql(
  "connect_application_find",
  "SELECT * FROM identity.connect_applications WHERE environment_id = $1 AND (id = $2 OR client_id = $2)",
);
const UPDATE = sql(
  "connect_application_update",
  `UPDATE identity.connect_applications SET name = $3, description = $4, scopes = $5, redirect_uris = $6, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const DELETE = sql(
  "connect_application_delete",
  "DELETE FROM identity.connect_applications WHERE environment_id = $1 AND id = $2 RETURNING id",
);
const LOCK = sql(
  "connect_application_lock",
  "SELECT id FROM identity.connect_applications WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const LIST_SECRETS = sql(
  "connect_secrets_list",
  "SELECT * FROM identity.connect_secrets WHERE environment_id = $1 AND application_id = $2 ORDER BY id",
);
const ADD_SECRET = sql(
  "connect_secret_add",
  `INSERT INTO identity.connect_secrets (id, environment_id, application_id, secret_hash, hint, created_at, updated_at)
   VALUES ($2, $1, $3, $4, $5, $6, $6) RETURNING *`,
);
const DELETE_SECRET = sql(
  "connect_secret_delete",
  "DELETE FROM identity.connect_secrets WHERE environment_id = $1 AND id = $2 RETURNING id",
);

export function applications(environmentId: string, organizationId: string | undefined): ListSource {
  const values: ListSource["values"] = [environmentId];
  const where = ["row.environment_id = $1"];
  if (organizationId) where.push(`row.organization_id = $${values.push(organizationId)}`);
  return { select: "SELECT row.* FROM identity.connect_applications AS row", where, values };
}

/** By its id or its client id. @throws WireError 404 */
export async function getApplication(
  db: Database,
  environmentId: string,
  id: string,
): Promise<ApplicationRow> {
  const [row] = await db.query<ApplicationRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Connect Application", id);
  return row;
}

export async function createApplication(
  db: Database,
  environmentId: string,
  wanted: CreateApplication,
): Promise<ApplicationRow> {
  const oauth = wanted.application_type === "oauth" ? wanted : null;
  const organizationId = wanted.organization_id ?? null;
  if (oauth && !oauth.is_first_party && organizationId === null)
    throw invalid([
      {
        field: "organization_id",
        code: "required",
        message: "An application of somebody else's belongs to an organization.",
      },
    ]);
  if (organizationId !== null)
    await requireOrganization(alone(db, environmentId), environmentId, organizationId);
  const uris = await requireUris(db, environmentId, oauth?.redirect_uris ?? []);
  const id = newId("conn_app");
  const [row] = await db.query<ApplicationRow>(environmentId, INSERT, [
    environmentId,
    id,
    newId("client"),
    wanted.application_type,
    wanted.name,
    wanted.description ?? null,
    wanted.scopes ?? [],
    json(uris),
    oauth?.uses_pkce ?? false,
    oauth?.is_first_party ?? false,
    organizationId,
    createdAt(id),
  ]);
  if (!row) throw new Error("The application was not kept.");
  return row;
}

export async function changeApplication(
  db: Database,
  environmentId: string,
  id: string,
  change: ChangeApplication,
): Promise<ApplicationRow> {
  const before = await getApplication(db, environmentId, id);
  const uris =
    change.redirect_uris == null
      ? before.redirect_uris
      : await requireUris(db, environmentId, change.redirect_uris);
  const [row] = await db.query<ApplicationRow>(environmentId, UPDATE, [
    environmentId,
    before.id,
    change.name ?? before.name,
    change.description === undefined ? before.description : change.description,
    change.scopes ?? before.scopes,
    json(uris),
  ]);
  if (!row) throw notFound("Connect Application", id);
  return row;
}

export async function removeApplication(db: Database, environmentId: string, id: string): Promise<void> {
  const { id: found } = await getApplication(db, environmentId, id);
  await db.query(environmentId, DELETE, [environmentId, found]);
}

export async function listSecrets(db: Database, environmentId: string, id: string): Promise<SecretRow[]> {
  const application = await getApplication(db, environmentId, id);
  return await db.query<SecretRow>(environmentId, LIST_SECRETS, [environmentId, application.id]);
}

/** A new secret, shown this once. @throws WireError 422 where there are five already */
export async function addSecret(
  db: Database,
  environmentId: string,
  id: string,
): Promise<{ row: SecretRow; secret: string }> {
  const application = await getApplication(db, environmentId, id);
  const secret = randomSecret();
  const secretId = newId("secret");
  const row = await db.transaction(environmentId, async (run: Run) => {
    await run(LOCK, [environmentId, application.id]);
    const known = await run(LIST_SECRETS, [environmentId, application.id]);
    if (known.length >= SECRETS_MAX)
      throw refused(422, `An application has at most ${SECRETS_MAX} secrets. Delete one first.`);
    const values = [
      environmentId,
      secretId,
      application.id,
      hashSecret(secret),
      secret.slice(-4),
      createdAt(secretId),
    ];
    return (await run<SecretRow>(ADD_SECRET, values))[0];
  });
  if (!row) throw notFound("Connect Application", id);
  return { row, secret };
}

export async function removeSecret(db: Database, environmentId: string, id: string): Promise<void> {
  const gone = await db.query(environmentId, DELETE_SECRET, [environmentId, id]);
  if (gone.length === 0) throw notFound("Connect Application Secret", id);
}

/** One of them is the default: the one said to be, or the first. */
async function requireUris(
  db: Database,
  environmentId: string,
  wanted: readonly { uri: string; default: boolean }[],
): Promise<{ uri: string; default: boolean }[]> {
  const { kind } = await getEnvironment(db, environmentId);
  const { redirectUriProblem } = await import("#lib/shared/redirect-uri.ts"); // brings the list of public suffixes
  for (const { uri } of wanted) {
    const problem = redirectUriProblem(uri, { kind, isDefault: false });
    if (problem) throw invalid([{ field: "redirect_uris", code: "invalid", message: problem }], problem);
  }
  const chosen = Math.max(
    0,
    wanted.findIndex((each) => each.default),
  );
  return wanted.map(({ uri }, place) => ({ uri, default: place === chosen }));
}
