import { z } from "zod";
import { type Run, sql } from "../db.ts";
import { externalIdTaken, userFields } from "../users/commands.ts";
import { CreateUser } from "../users/input.ts";
import { readNewPassword } from "../users/new-password.ts";
import { findUserByEmail, insertUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { importKind } from "./batch.ts";
import { Identity, insertIdentity } from "./identities.ts";
import { Moment, originOf, PinnedId, Times } from "./pinned.ts";

/** A user as WorkOS's API shows it, with the hash of the password, which that API does not show, and the identities. */
const ImportUser = CreateUser.omit({ password: true }).extend({
  ...Times,
  id: PinnedId("user"),
  profile_picture_url: z.url().max(2_000).nullish(),
  last_sign_in_at: Moment.nullish(),
  identities: z.array(Identity).max(20).default([]),
});
type ImportUser = z.infer<typeof ImportUser>;

const HAS_EXTERNAL_ID = sql(
  "import_user_external_id",
  "SELECT id FROM identity.users WHERE environment_id = $1 AND external_id = $2",
);

export const userImport = importKind({
  schema: ImportUser,
  known: sql("import_user_known", "SELECT id FROM identity.users WHERE environment_id = $1 AND id = $2"),
  async insert({ db }, environmentId, record) {
    const passwordHash = await readNewPassword(db, environmentId, record.email, record);
    const fields = {
      ...userFields(record, {}),
      email: record.email,
      profile_picture_url: record.profile_picture_url ?? null,
      last_sign_in_at: record.last_sign_in_at ? new Date(record.last_sign_in_at) : null,
    };
    await db.transaction(environmentId, async (run) => {
      const user = await insertUser(run, environmentId, fields, passwordHash, originOf(record));
      if (!user) throw await conflict(run, environmentId, record);
      for (const identity of record.identities) await insertIdentity(run, environmentId, user, identity);
    });
  },
});

async function conflict(run: Run, environmentId: string, { email, external_id }: ImportUser) {
  if (await findUserByEmail(run, environmentId, email))
    return refused(409, "Another user has this e-mail address.", "email_not_available");
  if (external_id && (await run(HAS_EXTERNAL_ID, [environmentId, external_id])).length > 0)
    return externalIdTaken();
  return refused(409, "An id in this record is not available.", "id_not_available");
}
