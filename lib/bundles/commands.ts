import "server-only";
import { createHash } from "node:crypto";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { keyFingerprint, keyLine } from "#lib/shared/bundle/key.ts";
import { BUNDLE_FORMAT, type BundleManifest, BundleRefused } from "#lib/shared/bundle/manifest.ts";
import { readBundle, type VerifiedBundle } from "#lib/shared/bundle/read.ts";
import { bundleHead } from "#lib/shared/bundle/write.ts";
import { DAY_MS, systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { readVendor } from "#lib/vendor/queries.ts";
import { lockIssuer, signingKeys } from "./keys/issuer.ts";
import { mustSeeAll } from "./require.ts";
import { BUNDLE_BYTES_MAX, ENTRY_KINDS, type TakeBundleInput } from "./schema.ts";

/** What goes into a bundle. */
export interface NewEntry {
  kind: string;
  name: string;
  title: string;
  content: string;
}

/** Makes a bundle of these entries, signed, with the next serial. Whoever calls has asked for the permission. */
export async function makeBundle(
  tx: Tx,
  actor: Actor,
  { entries, days }: { entries: readonly NewEntry[]; days: number },
  now: Date,
): Promise<{ bundleId: string }> {
  mustSeeAll(actor);
  const issuer = await lockIssuer(tx);
  const keys = await signingKeys(tx, issuer.id);
  const facts = entries.map(({ kind, name, content }) => ({
    ...{ kind, name, bytes: Buffer.byteLength(content) },
    sha256: createHash("sha256").update(content).digest("hex"),
  }));
  const manifest: BundleManifest = {
    format: BUNDLE_FORMAT,
    bundle_id: newId("bdl"),
    issuer: { id: issuer.id, name: (await readVendor(tx)).name.slice(0, 100) || "Sallyport" },
    serial: issuer.lastSerial + 1,
    made_at: now.toISOString(),
    valid_until: new Date(now.getTime() + days * DAY_MS).toISOString(),
    entries: facts,
  };
  const { head, manifestSha256 } = bundleHead(
    manifest,
    keys.map(({ privateKey }) => privateKey),
  );
  const file = Buffer.concat([head, ...entries.map(({ content }) => Buffer.from(content))]);
  if (file.length > BUNDLE_BYTES_MAX)
    throw new AppError(
      "invalid",
      "Together they are more than 1 MB. Choose fewer, and make a second bundle.",
    );
  await tx.bundleIssuer.update({ where: { id: issuer.id }, data: { lastSerial: manifest.serial } });
  const [key] = keys;
  const id = newId("bdlr");
  await tx.bundle.create({
    data: {
      ...{ id, direction: "made", ...said(manifest), manifestSha256 },
      ...{ signedBy: key ? keyLine(key) : "", sizeBytes: file.length, file: new Uint8Array(file) },
      ...{ byId: actor.id, byName: actor.name, createdAt: now },
      entries: { create: entries.map((entry, position) => rowOf(entry, facts, position)) },
    },
    select: { id: true },
  });
  await recordBundle(tx, actor, "bundle.make", { id, manifest, manifestSha256 });
  return { bundleId: id };
}

/** What became of a bundle that was brought. */
export interface Taken {
  bundleId: string;
  /** It was here already, and nothing changed. */
  isKnown: boolean;
}

/**
 * Takes a bundle in: read and verified whole, kept with what it holds, and on record. What it holds changes nothing by that: each
 * entry is brought where it belongs by somebody, and decided by somebody else.
 */
export function takeBundle(actor: Actor, { file }: TakeBundleInput, now = systemClock()): Promise<Taken> {
  actor.must("bundle.take");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    // One after the other: or of two that come at once the older could be taken behind the newer.
    await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('console.bundles taken'))`);
    const { bundle, contents } = await verified(tx, file, now);
    const { manifest, manifestSha256, signedBy, isKnown } = bundle;
    if (isKnown) {
      const where = { direction: "taken", manifestSha256 } as const;
      const { id } = await tx.bundle.findFirstOrThrow({ where, select: { id: true } });
      return { bundleId: id, isKnown };
    }
    const id = newId("bdlr");
    const rows = manifest.entries.map(({ kind, name }, at) => {
      const content = contents[at] ?? "";
      return rowOf({ kind, name, title: titleOf(content) ?? name, content }, manifest.entries, at);
    });
    await tx.bundle.create({
      data: {
        ...{ id, direction: "taken", ...said(manifest), manifestSha256, signedBy: keyLine(signedBy) },
        ...{ trustId: signedBy.id, sizeBytes: file.size, byId: actor.id, byName: actor.name, createdAt: now },
        entries: { create: rows },
      },
      select: { id: true },
    });
    const fingerprint = keyFingerprint(signedBy);
    await recordBundle(tx, actor, "bundle.take", { id, manifest, manifestSha256 }, { fingerprint });
    return { bundleId: id, isKnown };
  });
}

interface TrustedKey {
  id: string;
  consoleId: string;
  publicKey: string;
}

/** @throws AppError with the reason, where it is not taken. */
async function verified(
  tx: Tx,
  file: File,
  now: Date,
): Promise<{ bundle: VerifiedBundle<TrustedKey>; contents: string[] }> {
  const keys = await tx.bundleTrust.findMany({
    where: { revokedAt: null },
    select: { id: true, consoleId: true, publicKey: true },
    take: 1_000,
  });
  const takenOf = async (issuerId: string, manifestSha256: string) => {
    const where = { direction: "taken", issuerId } as const;
    const { _max } = await tx.bundle.aggregate({ where, _max: { serial: true } });
    const known = await tx.bundle.count({ where: { ...where, manifestSha256 } });
    return { lastSerial: _max.serial, isKnown: known > 0 };
  };
  const parts = new Map<string, Uint8Array[]>();
  try {
    const trust = { keys, now, takenOf, bytesMax: BUNDLE_BYTES_MAX };
    const bundle = await readBundle(file.stream(), trust, ({ kind, name }, bytes) => {
      const key = `${kind}/${name}`;
      parts.set(key, [...(parts.get(key) ?? []), bytes]);
    });
    const contents = bundle.manifest.entries.map(({ kind, name }) => {
      if (!ENTRY_KINDS.includes(kind))
        throw new BundleRefused("It holds what this version does not know. Update Sallyport here first.");
      return textOf(Buffer.concat(parts.get(`${kind}/${name}`) ?? []));
    });
    return { bundle, contents };
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    throw new AppError("invalid", error.message, { file: error.message });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // said below
  }
  throw new BundleRefused("One of its entries is no text.");
}

/** What an entry calls itself; its own room reads the rest. */
function titleOf(content: string): string | null {
  try {
    const { name } = JSON.parse(content) as { name?: unknown };
    return typeof name === "string" && name !== "" ? name.slice(0, 100) : null;
  } catch {
    return null;
  }
}

function said({ bundle_id, issuer, serial, made_at, valid_until, entries }: BundleManifest) {
  return {
    ...{ bundleId: bundle_id, issuerId: issuer.id, issuerName: issuer.name, serial },
    ...{ madeAt: new Date(made_at), validUntil: new Date(valid_until), entryCount: entries.length },
  };
}

function rowOf(entry: NewEntry, facts: readonly { sha256: string; bytes: number }[], position: number) {
  const { sha256 = "", bytes = 0 } = facts[position] ?? {};
  return { ...entry, position, sha256, sizeBytes: bytes };
}

interface BundleTarget {
  id: string;
  manifest: BundleManifest;
  manifestSha256: string;
}

function recordBundle(
  tx: Tx,
  actor: Actor,
  action: "bundle.make" | "bundle.take",
  { id, manifest, manifestSha256 }: BundleTarget,
  more: Prisma.InputJsonObject = {},
): Promise<void> {
  const { bundle_id, serial, issuer, entries } = manifest;
  return recordAudit(tx, actor, {
    action,
    ...{ targetType: "bundle", targetId: id, targetName: `${issuer.name}, number ${serial}` },
    detail: { bundleId: bundle_id, manifestSha256, entries: entries.map(({ name }) => name), ...more },
  });
}
