import { createHash, verify } from "node:crypto";
import { DAY_MS } from "../clock.ts";
import { canonicalJson, readPublicKey } from "../signing.ts";
import { ByteReader } from "./byte-reader.ts";
import type { BundleKey } from "./key.ts";
import {
  type BundleEntry,
  BundleManifest,
  BundleRefused,
  MANIFEST_BYTES_MAX,
  SIGNATURES_MAX,
  VALID_DAYS_MAX,
  whatIsSigned,
} from "./manifest.ts";

/** What was taken of one console before. */
export interface TakenBefore {
  /** The highest; null: nothing yet. */
  readonly lastSerial: number | null;
  /** Whether this very bundle was. */
  readonly isKnown: boolean;
}

export interface Trust<Key extends BundleKey = BundleKey> {
  readonly keys: readonly Key[];
  readonly now: Date;
  readonly takenOf: (consoleId: string, manifestSha256: string) => Promise<TakenBefore>;
  /** Of all entries together. */
  readonly bytesMax: number;
}

export interface VerifiedBundle<Key extends BundleKey = BundleKey> {
  readonly manifest: BundleManifest;
  readonly manifestSha256: string;
  readonly signedBy: Key;
  /** It was taken here before: once more is harmless. */
  readonly isKnown: boolean;
}

/** Is handed an entry's bytes as they come. They are believed once `readBundle` has returned, and not before. */
export type TakeBytes = (entry: BundleEntry, bytes: Uint8Array) => void | Promise<void>;

/**
 * Reads a bundle to its end, holding a chunk of it at a time, and returns what it says only if every check holds; otherwise throws.
 * @throws BundleRefused
 */
export async function readBundle<Key extends BundleKey>(
  source: AsyncIterable<Uint8Array>,
  trust: Trust<Key>,
  take: TakeBytes = () => undefined,
): Promise<VerifiedBundle<Key>> {
  const reader = new ByteReader(source);
  try {
    const line = await reader.line(MANIFEST_BYTES_MAX);
    const signatures = line && (await reader.line(SIGNATURES_MAX * 90));
    if (!line || !signatures)
      throw new BundleRefused("This is no bundle, or it breaks off at its beginning.");
    // 1. Signature first: nothing that the manifest says is believed before.
    const signers = signersOf(line, signatures.toString("latin1"), trust.keys);
    // 2. A form that is known, in the only way to write it.
    const manifest = manifestIn(line);
    // 3. By a key of the console that it names: one that is trusted does not speak for another.
    const signedBy = signers.find(({ consoleId }) => consoleId === manifest.issuer.id);
    if (!signedBy) throw new BundleRefused("It is signed by another console than the one it names.");
    // 4. Bounded, and each entry told from every other.
    mustBeBounded(manifest, trust.bytesMax);
    // 5. No step back, and not kept from hearing of newer ones; the same once more is neither.
    const manifestSha256 = sha256(line);
    const { lastSerial, isKnown } = await trust.takenOf(manifest.issuer.id, manifestSha256);
    if (!isKnown) mustBeFresh(manifest, lastSerial ?? 0, trust.now);
    // 6. The bytes are those that were signed: none changed, none less, none more.
    for (const entry of manifest.entries) await readEntry(reader, entry, take);
    if (!(await reader.isAtEnd()))
      throw new BundleRefused("It is longer than it says. It was changed on the way.");
    return { manifest, manifestSha256, signedBy, isKnown };
  } finally {
    await reader.close();
  }
}

/** The trusted keys of which one of the signatures is. Which key a bundle names is no matter, so it names none. */
function signersOf<Key extends BundleKey>(line: Buffer, signatures: string, keys: readonly Key[]): Key[] {
  const signed = whatIsSigned(line);
  const each = signatures.split(".").slice(0, SIGNATURES_MAX).filter(isSignature);
  const signers = keys.filter(({ publicKey }) => {
    const key = readPublicKey(publicKey);
    return key !== null && each.some((text) => verify(null, signed, key, Buffer.from(text, "base64url")));
  });
  if (signers.length === 0)
    throw new BundleRefused(
      keys.length === 0
        ? "No console's key is trusted here. Add the key of the one that made it."
        : "It is not signed by a key that is trusted here.",
    );
  return signers;
}

function isSignature(text: string): boolean {
  return /^[\w-]{86}$/.test(text);
}

function manifestIn(line: Buffer): BundleManifest {
  const text = line.toString("utf8");
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new BundleRefused("It is signed, but its manifest is no JSON.");
  }
  const parsed = BundleManifest.safeParse(said);
  if (!parsed.success)
    throw new BundleRefused("It is of a form that this version does not know. Update Sallyport here first.");
  if (canonicalJson(parsed.data) !== text)
    throw new BundleRefused("Its manifest is not in its canonical form.");
  return parsed.data;
}

function mustBeBounded({ entries }: BundleManifest, bytesMax: number): void {
  const names = new Set(entries.map(({ kind, name }) => `${kind}/${name}`));
  if (names.size < entries.length) throw new BundleRefused("Two of its entries have one name.");
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > bytesMax)
    throw new BundleRefused(
      `It holds more than the ${bytesMax.toLocaleString("en")} bytes that are taken here.`,
    );
}

function mustBeFresh(manifest: BundleManifest, lastSerial: number, now: Date): void {
  const { serial, issuer, made_at, valid_until } = manifest;
  if (serial < lastSerial)
    throw new BundleRefused(
      `It is number ${serial} of ${issuer.name}, and number ${lastSerial} was taken already: going back is refused. Have a new one made.`,
    );
  if (serial === lastSerial)
    throw new BundleRefused(
      `Another bundle with the number ${serial} of ${issuer.name} was taken already. Ask there how two came to have one number.`,
    );
  const [made, until] = [new Date(made_at).getTime(), new Date(valid_until).getTime()];
  if (until <= made || until - made > VALID_DAYS_MAX * DAY_MS)
    throw new BundleRefused("It says that it is valid for no time, or for more than a year.");
  if (now.getTime() >= until)
    throw new BundleRefused(`It was valid until ${valid_until.slice(0, 10)}. Have a new one made.`);
}

async function readEntry(reader: ByteReader, entry: BundleEntry, take: TakeBytes): Promise<void> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const bytes of reader.bytes(entry.bytes)) {
    hash.update(bytes);
    length += bytes.length;
    await take(entry, bytes);
  }
  if (length < entry.bytes) throw new BundleRefused("It breaks off before its end. Copy it once more.");
  if (hash.digest("hex") !== entry.sha256)
    throw new BundleRefused(`${entry.name} is not what was signed. It was damaged or changed on the way.`);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
