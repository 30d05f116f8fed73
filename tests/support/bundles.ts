import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { BundledSet } from "#lib/allowlist/sets/bundled/schema.ts";
import { type BundleKey, keyFingerprint, keyLine } from "#lib/shared/bundle/key.ts";
import type { BundleManifest } from "#lib/shared/bundle/manifest.ts";
import { bundleHead } from "#lib/shared/bundle/write.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { publicKeyText } from "#lib/shared/signing.ts";

/** A console that is not there: its key, and the bundles it makes. */
export interface OtherConsole extends BundleKey {
  readonly line: string;
  readonly fingerprint: string;
  bundle(lists: readonly BundledSet[], over?: Partial<BundleManifest>, key?: KeyObject): File;
}

export function otherConsole(): OtherConsole {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = { consoleId: newId("con"), publicKey: publicKeyText(privateKey) };
  let serial = 0;
  return {
    ...{ ...key, line: keyLine(key), fingerprint: keyFingerprint(key) },
    bundle(lists, over = {}, signer = privateKey) {
      serial += 1;
      const contents = lists.map((list) => JSON.stringify(list));
      const madeAt = new Date();
      const manifest: BundleManifest = {
        format: "sallyport-bundle/v1",
        bundle_id: newId("bdl"),
        issuer: { id: key.consoleId, name: "Northwind" },
        serial,
        made_at: madeAt.toISOString(),
        valid_until: new Date(madeAt.getTime() + 30 * DAY_MS).toISOString(),
        entries: lists.map(({ slug }, at) => ({
          ...{ kind: "address_set", name: slug, bytes: Buffer.byteLength(contents[at] ?? "") },
          sha256: createHash("sha256")
            .update(contents[at] ?? "")
            .digest("hex"),
        })),
        ...over,
      };
      const { head } = bundleHead(manifest, [signer]);
      return new File([new Uint8Array(head), ...contents], "northwind.bundle");
    },
  };
}

export function aList(over: Partial<BundledSet> = {}): BundledSet {
  return {
    ...{ slug: "partner-networks", name: "Partner networks", origin: "Their contract", source_url: null },
    ...{ description: "", allows_private: false, version: 4, changed_on: "2026-11-01" },
    ...{ checked_on: "2026-11-20", networks: ["8.8.8.0/24", "2001:4860::/32"] },
    ...over,
  };
}
