import { createHash, createPrivateKey } from "node:crypto";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import type { BundledSet } from "#lib/allowlist/sets/bundled/schema.ts";
import { keyContext } from "#lib/bundles/keys/key-context.ts";
import { keyFingerprint, keyLine } from "#lib/shared/bundle/key.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { publicKeyText } from "#lib/shared/signing.ts";
import { addEvent, deskId } from "./audit.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";
import { Random } from "./random.ts";

const ELSEWHERE = "Partner’s console";

/** The console's own key, another console's that is trusted and one that no longer is, and the bundles that came of it. */
export function addBundles({ rows, ...drawing }: Drawing): void {
  const random = new Random("bundles");
  const own = { ...drawing, rows, random };
  const { now, since, seal } = drawing;
  const [desk] = DESKS;
  const consoleId = random.id("con", since);
  rows.bundleIssuers.push({ id: consoleId, only: true, lastSerial: 0 });
  const key = keyOf("this console");
  const keyId = random.id("bkey", since);
  rows.bundleKeys.push({
    ...{ id: keyId, publicKey: publicKeyText(key), createdByName: desk.name, createdAt: before(now, 90) },
    privateKeySealed: seal(key.export({ type: "pkcs8", format: "pem" }) as string, keyContext(keyId)),
    ...{ retiredByName: "", retiredAt: null },
  });
  const target = { targetType: "bundle_key", targetId: keyId };
  const short = keyFingerprint({ consoleId, publicKey: publicKeyText(key) }).slice(0, 16);
  addEvent(own, before(now, 90), "bundle_key.make", { ...target, targetName: short });

  const otherId = random.id("con", since);
  const trusts = ["former key", "key"].map((name, at) => {
    const id = random.id("btk", since);
    const publicKey = publicKeyText(keyOf(`elsewhere: ${name}`));
    const isRevoked = at === 0;
    rows.bundleTrusts.push({
      ...{ id, name: ELSEWHERE, consoleId: otherId, publicKey, addedByName: desk.name },
      addedAt: before(now, isRevoked ? 200 : 62),
      ...{ revokedByName: isRevoked ? desk.name : "", revokedReason: isRevoked ? "It was replaced" : "" },
      revokedAt: isRevoked ? before(now, 45) : null,
    });
    const facts = { targetType: "bundle_trust", targetId: id, targetName: ELSEWHERE };
    addEvent(own, before(now, isRevoked ? 200 : 62), "bundle_trust.add", facts);
    return { id, line: keyLine({ consoleId: otherId, publicKey }) };
  });
  for (const [at, daysAgo] of [150, 96, 40, 2].entries())
    addTaken(own, { otherId, serial: at + 1, daysAgo, trust: trusts[at < 2 ? 0 : 1] });
}

interface TakenBundle {
  otherId: string;
  serial: number;
  daysAgo: number;
  trust: { id: string; line: string } | undefined;
}

function addTaken(drawing: Drawing, { otherId, serial, daysAgo, trust }: TakenBundle): void {
  const { rows, random, now } = drawing;
  const [desk] = DESKS;
  const [madeAt, createdAt] = [before(now, daysAgo + 1), before(now, daysAgo)];
  const id = random.id("bdlr", createdAt);
  const lists = [...BUILT_IN_SETS.map((set) => listOf(set, createdAt)), partners(createdAt)];
  const contents = lists.map((list) => JSON.stringify(list));
  rows.bundles.push({
    ...{ id, direction: "taken", bundleId: random.id("bdl", madeAt), issuerId: otherId },
    ...{
      issuerName: "Partner Networks",
      serial,
      madeAt,
      validUntil: new Date(madeAt.getTime() + 30 * DAY_MS),
    },
    ...{ manifestSha256: sha256(id), signedBy: trust?.line ?? "", trustId: trust?.id ?? null },
    ...{ entryCount: lists.length, sizeBytes: 1_000 + contents.join("").length, file: null },
    ...{ byId: deskId(desk.email), byName: desk.name, createdAt },
  });
  for (const [position, list] of lists.entries()) {
    const content = contents[position] ?? "";
    const isBuiltIn = position < BUILT_IN_SETS.length;
    const setId = BUILT_IN_SETS[position]?.versionId.replace("asetv_", "aset_") ?? null;
    rows.bundleEntries.push({
      ...{ bundleId: id, position, kind: "address_set", name: list.slug, title: list.name },
      ...{ sha256: sha256(content), sizeBytes: Buffer.byteLength(content), content },
      ...{ setId: isBuiltIn ? setId : null, versionNumber: isBuiltIn ? 1 : null },
      outcome: isBuiltIn ? "unchanged" : null,
      ...{ broughtByName: isBuiltIn ? desk.name : "", broughtAt: isBuiltIn ? createdAt : null },
    });
  }
  addEvent(drawing, createdAt, "bundle.take", {
    ...{ targetType: "bundle", targetId: id, targetName: `Partner Networks, number ${serial}` },
  });
}

function listOf(set: (typeof BUILT_IN_SETS)[number], at: Date): BundledSet {
  const { slug, name, origin, cidrs, changedOn } = set;
  return {
    ...{ slug, name, origin, source_url: null, description: "", allows_private: false, version: 1 },
    ...{ changed_on: changedOn, checked_on: at.toISOString().slice(0, 10), networks: [...cidrs] },
  };
}

/** A set that nobody made here from the bundle yet. */
function partners(at: Date): BundledSet {
  return {
    ...{ slug: "partner-resolvers", name: "Partner resolvers", origin: "The partner’s network team" },
    ...{ source_url: null, description: "", allows_private: false, version: 2, changed_on: null },
    ...{ checked_on: at.toISOString().slice(0, 10), networks: ["8.8.8.0/24", "9.9.9.0/24"] },
  };
}

/** The same at every drawing, as all of the demo: an Ed25519 key of 32 bytes, in PKCS #8. */
function keyOf(seed: string) {
  const bytes = createHash("sha256").update(`demo ${seed}`).digest();
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), bytes]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function before(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
