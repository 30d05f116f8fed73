import "server-only";
import { hash, verify } from "@node-rs/argon2";
import { isCommonPassword } from "#lib/shared/common-passwords.ts";
import { AppError } from "#lib/shared/errors.ts";

/** Argon2id with the least that OWASP's password storage advice asks: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

export const PASSWORD_LENGTH_MIN = 12;
/** Long enough for any passphrase, short enough that hashing one is no way to keep the server busy. */
export const PASSWORD_LENGTH_MAX = 200;

export function hashPassword(password: string): Promise<string> {
  return hash(normal(password), COST);
}

/**
 * Whether the password is the one that was hashed. Where there is no hash (no such person, or one who signs in by SSO
 * only) one is verified all the same, so that the time an answer takes does not say who exists.
 */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobodysHash()), normal(password).slice(0, 1_000));
  return passwordHash !== null && matches;
}

/**
 * @throws AppError naming what is wrong with a new password. Length counts, composition does not: rules about digits
 * and signs make passwords harder to keep and no harder to guess (NIST SP 800-63B, section 3.1.1).
 */
export function requireGoodPassword(password: string, about: { email: string; name: string }): void {
  const problem = passwordProblem(normal(password), about);
  if (problem) throw new AppError("invalid", "Choose another password.", { password: problem });
}

function passwordProblem(password: string, about: { email: string; name: string }): string | null {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH_MIN)
    return `Use at least ${PASSWORD_LENGTH_MIN} characters. A few words make a good password.`;
  if (length > PASSWORD_LENGTH_MAX) return `Use at most ${PASSWORD_LENGTH_MAX} characters.`;
  const lower = password.toLowerCase();
  const [account = ""] = about.email.toLowerCase().split("@");
  if (lower.includes(about.email.toLowerCase()))
    return "This holds the e-mail address. Choose something nobody knows about you.";
  const leftOver = [account, ...about.name.toLowerCase().split(/\s+/)].filter((part) => part.length > 2);
  const rest = leftOver.reduce((text, part) => text.replaceAll(part, ""), lower).replace(/[^\p{L}]/gu, "");
  if (rest.length < 4 && leftOver.some((part) => lower.includes(part)))
    return "This is little more than a name. Choose something nobody knows about you.";
  if (isCommonPassword(password))
    return "This is among the first passwords that anybody would try. Choose a less common one.";
  return null;
}

/** One password has one form, whichever keyboard it was typed on (RFC 8265). */
function normal(password: string): string {
  return password.normalize("NFKC");
}

let nobody: Promise<string> | undefined;

function nobodysHash(): Promise<string> {
  nobody ??= hashPassword("the password of nobody");
  return nobody;
}
