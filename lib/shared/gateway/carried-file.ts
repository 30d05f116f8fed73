import { type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { canonicalJson, readPublicKey } from "../signing.ts";

// A file of events that is carried from one gateway to another: a line with the header, a line with the signature over it, and one
// line for each event, `<position> <event>`. The header holds the digest of those lines.

/** A number that the database gave; beyond what a number of JavaScript can hold. */
const Position = z.string().regex(/^(0|[1-9]\d{0,18})$/);
const Id = z.string().min(1).max(128);

export const CarriedHeader = z.strictObject({
  format: z.literal("sallyport-relay/v1"),
  deployment_id: Id,
  environment_id: Id,
  /** The database that the positions are of. */
  store_id: z.uuid(),
  /** Everything of the environment behind the first and up to the second. */
  after: Position,
  through: Position,
  count: z.number().int().min(0),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  made_at: z.iso.datetime(),
  public_key: z.string().regex(/^[\w-]{43}$/),
});
export type CarriedHeader = z.infer<typeof CarriedHeader>;

/** What the side that imported says to the one that exported: up to where it has everything. */
export const CarriedReceipt = z.strictObject({
  format: z.literal("sallyport-relay-receipt/v1"),
  deployment_id: Id,
  environment_id: Id,
  store_id: z.uuid(),
  through: Position,
  made_at: z.iso.datetime(),
  public_key: z.string().regex(/^[\w-]{43}$/),
});
export type CarriedReceipt = z.infer<typeof CarriedReceipt>;

/** Why a file or a receipt is not taken. The message can be shown. */
export class CarriedRefused extends Error {
  override name = "CarriedRefused";
}

export function signCarried(document: CarriedHeader | CarriedReceipt, key: KeyObject): string {
  return sign(null, Buffer.from(canonicalJson(document)), key).toString("base64url");
}

/**
 * Returns what a line says only if it is signed by one of the keys that are trusted here; otherwise throws.
 * @throws CarriedRefused
 */
export function verifyCarried<Document extends CarriedHeader | CarriedReceipt>(
  schema: z.ZodType<Document>,
  line: string,
  signature: string,
  trusted: readonly string[],
): Document {
  // 1. Signature first: nothing the line says is believed before. Which key it names is no matter: only trusted ones are tried.
  const bytes = Buffer.from(signature, "base64url");
  const isSigned = trusted.some((key) => verify(null, Buffer.from(line), publicKeyOf(key), bytes));
  if (!isSigned)
    throw new CarriedRefused(
      trusted.length === 0
        ? "No key is trusted here. Give the one that the other side's `sallyport relay status` shows, with --key."
        : "It is not signed by a key that is trusted here.",
    );
  // 2. A form that is known, and the only way to write it.
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    throw new CarriedRefused("It is signed, but it is no JSON.");
  }
  const parsed = schema.safeParse(said);
  if (!parsed.success)
    throw new CarriedRefused("It is of a form that this version does not know. Update Sallyport here first.");
  if (canonicalJson(parsed.data) !== line) throw new CarriedRefused("It is not in its canonical form.");
  return parsed.data;
}

function publicKeyOf(text: string): KeyObject {
  const key = readPublicKey(text);
  if (!key)
    throw new CarriedRefused("A key that is trusted here is no Ed25519 key of 32 bytes in base64url.");
  return key;
}
