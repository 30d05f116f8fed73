import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type ApplicationRow, applicationToWire } from "./application.ts";

const FIND = sql(
  "connect_authorization_find",
  `SELECT * FROM identity.connect_authorizations
   WHERE environment_id = $1 AND application_id = $2 AND user_id = $3 AND organization_id IS NOT DISTINCT FROM $4 FOR UPDATE`,
);
const INSERT = sql(
  "connect_authorization_insert",
  `INSERT INTO identity.connect_authorizations (id, environment_id, application_id, user_id, organization_id, scopes, created_at, updated_at)
   VALUES ($2, $1, $3, $4, $5, $6, $7, $7) RETURNING *`,
);
const WIDEN = sql(
  "connect_authorization_widen",
  `UPDATE identity.connect_authorizations SET scopes = $3, updated_at = now() WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const DELETE = sql(
  "connect_authorization_delete",
  `DELETE FROM identity.connect_authorizations WHERE environment_id = $1 AND user_id = $2
     AND application_id IN (SELECT id FROM identity.connect_applications WHERE environment_id = $1 AND (id = $3 OR client_id = $3)) RETURNING id`,
);

export interface AuthorizationRow {
  id: string;
  application_id: string;
  user_id: string;
  organization_id: string | null;
  scopes: string[];
}

interface Subject {
  applicationId: string;
  userId: string;
  organizationId: string | null;
}

export async function findAuthorization(
  run: Run,
  environmentId: string,
  { applicationId, userId, organizationId }: Subject,
): Promise<AuthorizationRow | null> {
  const values = [environmentId, applicationId, userId, organizationId];
  return (await run<AuthorizationRow>(FIND, values))[0] ?? null;
}

/** Puts on record that somebody lets an application have these scopes, besides those it had. */
export async function authorize(
  run: Run,
  environmentId: string,
  subject: Subject,
  scopes: readonly string[],
): Promise<AuthorizationRow> {
  const before = await findAuthorization(run, environmentId, subject);
  if (before) {
    const all = [...new Set([...before.scopes, ...scopes])];
    if (all.length === before.scopes.length) return before;
    const [row] = await run<AuthorizationRow>(WIDEN, [environmentId, before.id, all]);
    if (row) return row;
  }
  const id = newId("authorized_app");
  const { applicationId, userId, organizationId } = subject;
  const values = [environmentId, id, applicationId, userId, organizationId, [...scopes], createdAt(id)];
  const [row] = await run<AuthorizationRow>(INSERT, values);
  if (!row) throw new Error("The authorization was not kept.");
  return row;
}

/** Takes back what a user let an application do, and every token with it. */
export async function withdraw(
  db: Database,
  environmentId: string,
  userId: string,
  applicationId: string,
): Promise<void> {
  const gone = await db.query(environmentId, DELETE, [environmentId, userId, applicationId]);
  if (gone.length === 0) throw notFound("Authorized Application", applicationId);
}

export function authorizations(
  environmentId: string,
  of: { userId: string } | { organizationId: string },
): ListSource {
  const [column, value] = "userId" in of ? ["user_id", of.userId] : ["organization_id", of.organizationId];
  return {
    select: `SELECT row.*, to_json(application) AS application FROM identity.connect_authorizations AS row
      JOIN identity.connect_applications AS application ON application.id = row.application_id`,
    where: ["row.environment_id = $1", `row.${column} = $2`],
    values: [environmentId, value ?? ""],
  };
}

export type ListedAuthorization = AuthorizationRow & {
  application: Omit<ApplicationRow, "created_at" | "updated_at"> & { created_at: string; updated_at: string };
};

export function authorizationToWire({ id, scopes, application }: ListedAuthorization) {
  const times = {
    created_at: new Date(application.created_at),
    updated_at: new Date(application.updated_at),
  };
  return {
    object: "authorized_connect_application" as const,
    id,
    granted_scopes: scopes,
    application: applicationToWire({ ...application, ...times }),
  };
}
