import { type Database, sql } from "../db.ts";
import { hashPassword, isOutdated, verifyPassword } from "./password.ts";

const FIND = sql(
  "user_password",
  "SELECT password_hash FROM identity.users WHERE environment_id = $1 AND id = $2",
);
// Not where the password was changed meanwhile.
const REPLACE = sql(
  "user_password_replace",
  `UPDATE identity.users SET password_hash = $4 WHERE environment_id = $1 AND id = $2 AND password_hash = $3`,
);

/**
 * Whether this is the user's password. It costs the same for nobody (null). A hash that came from elsewhere becomes one of
 * ours as soon as the password is known.
 */
export async function isUsersPassword(
  db: Database,
  environmentId: string,
  userId: string | null,
  password: string,
): Promise<boolean> {
  const [row] = await db.query<{ password_hash: string | null }>(environmentId, FIND, [
    environmentId,
    userId,
  ]);
  const kept = row?.password_hash ?? null;
  if (!(await verifyPassword(kept, password))) return false;
  if (kept !== null && isOutdated(kept))
    await db.query(environmentId, REPLACE, [environmentId, userId, kept, await hashPassword(password)]);
  return true;
}
