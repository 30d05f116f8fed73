import type pg from "pg";
import { newId } from "#lib/shared/ids.ts";

/** An active session of a user, as a sign-in leaves one. */
export async function putSession(
  admin: pg.Client,
  environmentId: string,
  userId: string,
  organizationId: string | null,
): Promise<string> {
  const id = newId("session");
  await admin.query(
    `INSERT INTO identity.sessions (id, environment_id, user_id, organization_id, auth_method, status, expires_at)
     VALUES ($1, $2, $3, $4, 'password', 'active', now() + interval '1 day')`,
    [id, environmentId, userId, organizationId],
  );
  return id;
}
