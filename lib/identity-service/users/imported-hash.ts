import { refused, type WireError } from "../wire/errors.ts";
import { SCHEMES } from "./hash-schemes.ts";
import { hashPassword } from "./password.ts";

export const HASH_TYPES = [
  "bcrypt",
  "firebase-scrypt",
  "ssha",
  "ssha256",
  "scrypt",
  "pbkdf2",
  "argon2",
] as const;
export type HashType = (typeof HASH_TYPES)[number];

/** What to keep of a hash that comes from elsewhere. @throws WireError 400 where it is not in the format of its type. */
export async function keepImportedHash(
  type: HashType,
  given: string,
  saltPosition: "prefix" | "suffix" | undefined,
): Promise<string> {
  if (saltPosition !== undefined && type !== "ssha256")
    throw invalidHash("A salt position is for the hash type ssha256 only.");
  if (type === "ssha" || type === "ssha256") return await keepSalted(type, given, saltPosition ?? "suffix");
  const read = SCHEMES[type === "firebase-scrypt" ? "firebase" : type];
  if (!read(given))
    throw invalidHash(`The password hash is not in the format of ${type}, or out of its bounds.`);
  return given;
}

/** `{SSHA}base64(sha1(password + salt) + salt)`: the digest is hashed once more, the salt kept. */
async function keepSalted(type: "ssha" | "ssha256", given: string, position: string): Promise<string> {
  const [name, length] = type === "ssha" ? ["SSHA", 20] : ["SSHA256", 32];
  const body = new RegExp(`^\\{${name}\\}([A-Za-z0-9+/]+={0,2})$`).exec(given)?.[1];
  const bytes = Buffer.from(body ?? "", "base64");
  if (bytes.length <= length) throw invalidHash(`The password hash is not {${name}} and base64.`);
  const [digest, salt] = [bytes.subarray(0, length), bytes.subarray(length)];
  return `{${name}}${position}$${salt.toString("base64")}${await hashPassword(digest.toString("base64"))}`;
}

function invalidHash(message: string): WireError {
  return refused(400, message, "invalid_password_hash");
}
