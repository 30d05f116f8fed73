import { hash, parseOptions, verify } from "@node-rs/argon2";
import { readHash } from "./hash-schemes.ts";

/** Argon2id with the least that OWASP's password storage advice asks: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };
/** Longer than any password that can be set: hashing one is to be no way to keep the service busy. */
const LENGTH_MAX = 1_000;

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), COST);
}

/**
 * Whether the password is the one that was hashed, here or where the hash comes from. Where there is no hash (no such
 * person, or one without a password) one is verified all the same, so that the time an answer takes does not say who
 * exists. A hash from elsewhere takes its own time, until it is made anew.
 */
export async function verifyPassword(kept: string | null, password: string): Promise<boolean> {
  const check = kept === null || password.length > LENGTH_MAX ? null : readHash(kept);
  if (check) return await check(password);
  await verify(await nobodysHash(), password.slice(0, LENGTH_MAX));
  return false;
}

/** Whether a hash should be made anew, now that the password is known. */
export function isOutdated(kept: string): boolean {
  if (!kept.startsWith("$argon2id$")) return true;
  const { memoryCost, timeCost } = parseOptions(kept);
  return memoryCost < COST.memoryCost || timeCost < COST.timeCost;
}

let nobody: Promise<string> | undefined;

function nobodysHash(): Promise<string> {
  nobody ??= hashPassword("the password of nobody");
  return nobody;
}
