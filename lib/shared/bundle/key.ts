import { createHash } from "node:crypto";
import { readPublicKey } from "../signing.ts";
import { ConsoleId } from "./manifest.ts";

// A key of bundles is a console's: whose it is belongs to what people compare, for a serial counts within a console.

const PREFIX = "sallyport-bundle-key";
/** The curve's points of small order: whoever trusted one would trust anybody's signature. */
const WEAK = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]);

export interface BundleKey {
  readonly consoleId: string;
  /** 32 bytes in base64url. */
  readonly publicKey: string;
}

/** The line that one console shows and another is given: `sallyport-bundle-key.con_….<public key>`. */
export function keyLine({ consoleId, publicKey }: BundleKey): string {
  return `${PREFIX}.${consoleId}.${publicKey}`;
}

/** The key that a pasted line is; null where it is none. */
export function readKeyLine(text: string): BundleKey | null {
  const [prefix, consoleId = "", publicKey = "", ...rest] = text.trim().split(".");
  if (prefix !== PREFIX || rest.length > 0 || !ConsoleId.safeParse(consoleId).success) return null;
  const bytes = Buffer.from(publicKey, "base64url");
  // The one way to write it: two texts of one key would be two keys to whoever compares them.
  if (bytes.length !== 32 || bytes.toString("base64url") !== publicKey) return null;
  if (WEAK.has(bytes.toString("hex")) || !readPublicKey(publicKey)) return null;
  return { consoleId, publicKey };
}

/** What two people read to each other: SHA-256 of the whole line, so that the console is compared as well. */
export function keyFingerprint(key: BundleKey): string {
  return createHash("sha256").update(keyLine(key)).digest("hex");
}
