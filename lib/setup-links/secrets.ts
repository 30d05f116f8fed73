import "server-only";
import { randomBytes } from "node:crypto";
import { fingerprint, keyedFingerprint, randomSecret } from "#lib/platform/seal.ts";
import { digitsOf, printedCode, readTypedCode, withCheck } from "#lib/shared/typed-code.ts";
import { CODE_LENGTH } from "./schema.ts";

/** How much of a link, and of a code, says which installation it is from. */
const MARK = { link: 6, code: 1 };
const SECRET_LENGTH = 43;

/** A link's secret and its code for typing, and what of them is kept. Nobody can get them back from that. */
export function newLinkSecrets() {
  const token = siteMark(MARK.link) + randomSecret();
  const random = digitsOf(randomBytes(CODE_LENGTH - MARK.code - 1));
  const code = withCheck(siteMark(MARK.code) + random);
  return { token, code: printedCode(code), tokenHash: fingerprint(token), codeHash: hashCode(code) };
}

export type Sought =
  | { where: { tokenHash: string } | { codeHash: string } }
  | { why: "malformed" | "other_site" };

/** What to look for, from what stands in a link; or why there is no need to. */
export function soughtByToken(token: string): Sought {
  if (!/^[\w-]+$/.test(token) || token.length !== MARK.link + SECRET_LENGTH) return { why: "malformed" };
  if (!token.startsWith(siteMark(MARK.link))) return { why: "other_site" };
  return { where: { tokenHash: fingerprint(token) } };
}

/** The same from what somebody typed. */
export function soughtByCode(typed: string): Sought {
  const read = readTypedCode(typed, CODE_LENGTH);
  if (read.state !== "good") return { why: "malformed" };
  if (!read.code.startsWith(siteMark(MARK.code))) return { why: "other_site" };
  return { where: { codeHash: hashCode(read.code) } };
}

const hashCode = (code: string): string => keyedFingerprint(code, "set-up code");

/** What tells links of this installation from those of another; it says nothing else. */
function siteMark(length: number): string {
  return digitsOf(Buffer.from(keyedFingerprint("mark", "set-up links of this site"), "hex")).slice(0, length);
}
