import { type Database, type Run, sql } from "../db.ts";
import { mergeMetadata } from "../organizations/organization.ts";
import { emailKey, isEmail } from "../wire/email.ts";
import { refused, WireError } from "../wire/errors.ts";
import { type ChangeUser, type CreateUser, isLocale } from "./input.ts";
import { readNewPassword } from "./new-password.ts";
import { findUserByEmail, getUser, insertUser, lockUser, type NewUser, updateUser } from "./store.ts";
import type { UserRow } from "./user.ts";

const DIRECTORY_MANAGED = sql(
  "user_directory_managed",
  `SELECT id FROM identity.organization_memberships
   WHERE environment_id = $1 AND user_id = $2 AND directory_managed AND status <> 'inactive' LIMIT 1`,
);

export async function createUser(db: Database, environmentId: string, wanted: CreateUser): Promise<UserRow> {
  const passwordHash = await readNewPassword(db, environmentId, wanted.email, wanted);
  const fields = { ...userFields(wanted, {}), email: wanted.email };
  return await db.transaction(environmentId, async (run) => {
    const made = await insertUser(run, environmentId, fields, passwordHash);
    if (made) return made;
    if (!(await findUserByEmail(run, environmentId, wanted.email))) throw externalIdTaken();
    throw new WireError(400, {
      message: "Could not create user.",
      code: "user_creation_error",
      errors: [{ code: "email_not_available", message: "This email is not available." }],
    });
  });
}

/** Changes what is given. A new e-mail address is unverified, unless it is said to be verified in the same breath. */
export async function changeUser(
  db: Database,
  environmentId: string,
  id: string,
  change: ChangeUser,
): Promise<UserRow> {
  if (change.email !== undefined && !isEmail(change.email))
    throw refused(400, "This is no e-mail address.", "invalid_email");
  const { email } = await getUser(db, environmentId, id);
  const passwordHash = await readNewPassword(db, environmentId, change.email ?? email, change);
  return await db.transaction(environmentId, async (run) => {
    const before = await lockUser(run, environmentId, id);
    const fields = userFields(change, before.metadata);
    if (change.email !== undefined && change.email !== before.email) {
      fields.email = change.email;
      if (emailKey(change.email) !== before.email_key) {
        await requireChangeableEmail(run, environmentId, id, change.email);
        fields.email_verified = change.email_verified ?? false;
      }
    }
    return await updateUser(run, environmentId, before, fields, passwordHash).catch(
      (error: { code?: string; constraint?: string }) => {
        if (error.code !== "23505") throw error;
        throw error.constraint?.includes("external_id") ? externalIdTaken() : emailTaken();
      },
    );
  });
}

/** The address of somebody whom a directory manages is the directory's to change. */
export async function isDirectoryManaged(run: Run, environmentId: string, id: string): Promise<boolean> {
  return (await run(DIRECTORY_MANAGED, [environmentId, id])).length > 0;
}

/** What a request says of a user, but for the address and the password. @throws WireError 400 */
export function userFields(given: ChangeUser, metadataBefore: Record<string, string>): Partial<NewUser> {
  const { first_name, last_name, name, external_id, email_verified, locale } = given;
  if (locale !== undefined && locale !== null && !isLocale(locale))
    throw refused(400, "A locale is a language tag such as en or pt-BR.", "invalid_locale");
  const metadata = mergeMetadata(metadataBefore, given.metadata);
  if (!metadata)
    throw refused(
      400,
      "Metadata holds at most 10 pairs of ASCII text: keys to 40 characters, values to 600.",
      "invalid_metadata",
    );
  return {
    ...(first_name === undefined ? {} : { first_name }),
    ...(last_name === undefined ? {} : { last_name }),
    ...(name === undefined ? {} : { name }),
    ...(external_id === undefined ? {} : { external_id }),
    ...(email_verified == null ? {} : { email_verified }),
    ...(locale === undefined ? {} : { locale }),
    metadata,
  };
}

async function requireChangeableEmail(
  run: Run,
  environmentId: string,
  id: string,
  email: string,
): Promise<void> {
  if (await isDirectoryManaged(run, environmentId, id))
    throw refused(
      400,
      "A directory manages this user: change the address there.",
      "email_change_not_allowed",
    );
  if (await findUserByEmail(run, environmentId, email)) throw emailTaken();
}

function emailTaken(): WireError {
  return refused(400, "This email is not available.", "email_not_available");
}

export function externalIdTaken(): WireError {
  return refused(400, "Another user has this external id.", "external_id_already_used");
}
