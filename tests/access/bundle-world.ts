import type { Tx } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";

/** A bundle of another console, with its key, and a key of this one: of no customer. */
export async function aBundle(
  tx: Tx,
  ids: { bundleRowId: string; bundleKeyId: string; bundleTrustId: string },
  slug: string,
): Promise<void> {
  const { bundleRowId, bundleKeyId, bundleTrustId } = ids;
  await tx.bundleIssuer.createMany({ data: [{ id: newId("con") }], skipDuplicates: true });
  const key = { publicKey: bundleKeyId, privateKeySealed: "sealed", createdByName: "Somebody" };
  // Retired: as many worlds as a test makes would else sign together.
  await tx.bundleKey.create({ data: { id: bundleKeyId, ...key, retiredAt: new Date() } });
  const issuerId = newId("con");
  const trusted = {
    name: "Elsewhere",
    consoleId: issuerId,
    publicKey: bundleTrustId,
    addedByName: "Somebody",
  };
  await tx.bundleTrust.create({ data: { id: bundleTrustId, ...trusted } });
  const madeAt = new Date();
  const list = {
    ...{ slug, name: "Proxies", origin: "Elsewhere", source_url: null, description: "", version: 1 },
    ...{ allows_private: false, changed_on: null, checked_on: "2026-11-28", networks: ["8.8.8.0/24"] },
  };
  await tx.bundle.create({
    data: {
      ...{ id: bundleRowId, direction: "taken", bundleId: newId("bdl"), issuerId, issuerName: "Elsewhere" },
      ...{
        serial: 1,
        madeAt,
        validUntil: new Date(madeAt.getTime() + 86_400_000),
        manifestSha256: bundleRowId,
      },
      ...{ signedBy: "", trustId: bundleTrustId, entryCount: 1, sizeBytes: 1, byId: "p", byName: "Somebody" },
      entries: {
        create: [
          {
            ...{ position: 0, kind: "address_set", name: slug, title: "Proxies", sha256: "0".repeat(64) },
            ...{ sizeBytes: 1, content: JSON.stringify(list) },
          },
        ],
      },
    },
  });
}
