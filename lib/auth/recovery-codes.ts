import "server-only";
import { randomInt } from "node:crypto";
import type { Tx } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { newId } from "#lib/shared/ids.ts";

const COUNT = 10;
/** Crockford's base32: no letter that reads as a digit. Sixteen of them are 80 bits, too many to try against a hash. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 16;

/** Replaces a person's recovery codes and returns the new ones, to be shown this once. */
export async function replaceRecoveryCodes(tx: Tx, personId: string): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await tx.recoveryCode.deleteMany({ where: { personId } });
  const rows = codes.map((code) => ({ id: newId("rec"), personId, codeHash: codeHash(code) }));
  await tx.recoveryCode.createMany({ data: rows });
  return codes;
}

/** Uses a code up. False when it is not one of the person's, or was used before. */
export async function spendRecoveryCode(tx: Tx, personId: string, code: string, now: Date): Promise<boolean> {
  const where = { personId, codeHash: codeHash(code), usedAt: null };
  const { count } = await tx.recoveryCode.updateMany({ where, data: { usedAt: now } });
  return count === 1;
}

function newCode(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return characters.replace(/(.{4})(?=.)/g, "$1-");
}

/** However it was copied: spaces, capitals, and the letters Crockford reads as digits. */
function codeHash(code: string): string {
  const plain = code.toLowerCase().replace(/[^a-z0-9]/g, "");
  return fingerprint(plain.replaceAll("o", "0").replace(/[il]/g, "1"));
}
