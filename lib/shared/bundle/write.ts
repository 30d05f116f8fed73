import { createHash, type KeyObject, sign } from "node:crypto";
import { canonicalJson } from "../signing.ts";
import { BundleManifest, whatIsSigned } from "./manifest.ts";

export interface BundleHead {
  /** The manifest's line and that of its signatures: the bytes of the entries follow. */
  readonly head: Buffer;
  readonly manifestSha256: string;
}

/** Signs a manifest with each of the issuer's keys: while one is replaced, whoever trusts either takes the bundle. */
export function bundleHead(manifest: BundleManifest, keys: readonly KeyObject[]): BundleHead {
  const line = Buffer.from(canonicalJson(BundleManifest.parse(manifest)));
  const signatures = keys.map((key) => sign(null, whatIsSigned(line), key).toString("base64url"));
  return {
    head: Buffer.concat([line, Buffer.from(`\n${signatures.join(".")}\n`)]),
    manifestSha256: createHash("sha256").update(line).digest("hex"),
  };
}
