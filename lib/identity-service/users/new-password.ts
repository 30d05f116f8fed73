import type { Database } from "../db.ts";
import { getSettings } from "../environments/settings.ts";
import { invalid, refused } from "../wire/errors.ts";
import { keepImportedHash } from "./imported-hash.ts";
import type { ChangeUser } from "./input.ts";
import { hashPassword } from "./password.ts";
import { requireStrongPassword } from "./password-strength.ts";

type PasswordFields = Pick<
  ChangeUser,
  "password" | "password_hash" | "password_hash_type" | "password_salt_position"
>;

/**
 * What to keep of the password that a request brings, in the clear or as a hash made elsewhere; null where it brings
 * none. Not inside a transaction: hashing takes its time.
 *
 * @throws WireError for a weak password, a hash that cannot be one, or both at once.
 */
export async function readNewPassword(
  db: Database,
  environmentId: string,
  email: string,
  given: PasswordFields,
): Promise<string | null> {
  const { password, password_hash, password_hash_type, password_salt_position } = given;
  if (typeof password === "string") {
    requireNoHash(given);
    const { minimum_length } = (await getSettings(db, environmentId)).password;
    requireStrongPassword(password, { email, minimumLength: minimum_length });
    return await hashPassword(password);
  }
  if (typeof password_hash !== "string") {
    if (password_salt_position)
      throw refused(
        400,
        "Give a password hash together with its salt position.",
        "password_salt_position_requires_password_hash",
      );
    if (password_hash_type) throw invalid([{ field: "password_hash", code: "required" }]);
    return null;
  }
  if (!password_hash_type) throw invalid([{ field: "password_hash_type", code: "required" }]);
  return await keepImportedHash(password_hash_type, password_hash, password_salt_position ?? undefined);
}

function requireNoHash({ password_hash, password_hash_type, password_salt_position }: PasswordFields): void {
  if (password_hash)
    throw refused(
      400,
      "Give either a password or a password hash, not both.",
      "password_and_password_hash_provided",
    );
  if (password_hash_type)
    throw refused(
      400,
      "Give either a password or a password hash type, not both.",
      "password_and_password_hash_type_provided",
    );
  if (password_salt_position)
    throw refused(
      400,
      "Give a password hash together with its salt position.",
      "password_salt_position_requires_password_hash",
    );
}
