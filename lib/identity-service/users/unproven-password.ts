import { type Run, sql } from "../db.ts";
import type { UserRow } from "./user.ts";

// Whoever has signed in before had the mailbox then: the password is theirs.
const REPLACE = sql(
  "user_unproven_password_replace",
  "UPDATE identity.users SET password_hash = $3 WHERE environment_id = $1 AND id = $2 AND last_sign_in_at IS NULL",
);

/**
 * Somebody shows that the address is theirs, and not by knowing the password. One that was set before anybody had shown so may be a
 * stranger's, who made the account to wait in it for its owner: it is worth nothing from now on. `chosen` takes its place, which
 * whoever has the mailbox chose in the same breath.
 */
export async function replaceUnprovenPassword(
  run: Run,
  environmentId: string,
  user: UserRow,
  chosen: string | null = null,
): Promise<void> {
  if (!user.email_verified) await run(REPLACE, [environmentId, user.id, chosen]);
}
