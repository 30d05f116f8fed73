import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { makeBundle } from "#lib/bundles/commands.ts";
import { getBundle } from "#lib/bundles/queries.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type AddressSet, Prisma } from "#lib/platform/prisma/client.ts";
import { keyFingerprint } from "#lib/shared/bundle/key.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { makeSet } from "../make.ts";
import { type Proposed, propose } from "../propose.ts";
import { lockSet, newestAccepted } from "../require.ts";
import { type BringEntryInput, BundledSet, type MakeSetBundleInput, readBundledSet } from "./schema.ts";

/** Makes a bundle of these sets, each in its newest accepted version. */
export function makeSetBundle(
  actor: Actor,
  { setIds, days }: MakeSetBundleInput,
  now = systemClock(),
): Promise<{ bundleId: string }> {
  actor.must("bundle.make");
  return inScope(actor, async (tx) => {
    const sets = await tx.addressSet.findMany({
      where: { id: { in: [...new Set(setIds)] }, archivedAt: null },
      orderBy: { slug: "asc" },
    });
    if (sets.length < new Set(setIds).size) throw new AppError("not_found", "There is no such address set.");
    const entries = [];
    for (const set of sets) {
      const bundled = await bundledSet(tx, set);
      entries.push({
        ...{ kind: "address_set", name: set.slug, title: set.name },
        content: `${JSON.stringify(bundled)}\n`,
      });
    }
    return makeBundle(tx, actor, { entries, days }, now);
  });
}

async function bundledSet(tx: Tx, set: AddressSet): Promise<BundledSet> {
  const version = await newestAccepted(tx, set.id);
  if (!version) throw new AppError("conflict", `${set.name} has no accepted version yet.`);
  return BundledSet.parse({
    ...{ slug: set.slug, name: set.name, origin: set.origin, source_url: set.sourceUrl },
    ...{ description: set.description, allows_private: set.allowsPrivate, version: version.number },
    ...{ changed_on: version.changedOn && dayOf(version.changedOn), checked_on: dayOf(version.checkedOn) },
    networks: version.cidrs,
  });
}

/** What became of an entry. `isKnown`: it was brought before, and nothing changed. */
export interface Brought extends Proposed {
  isKnown: boolean;
}

/**
 * Brings a list out of a bundle to the set that it is of, through the same gates as any other; where no set is known by its name,
 * one is made. What the gates let pass waits for somebody else. Once more changes nothing; what they refused only because it
 * jumps can be brought again with the reason why that is meant.
 */
export async function bringEntry(
  actor: Actor,
  input: BringEntryInput,
  now = systemClock(),
): Promise<Brought> {
  actor.must("bundle.take");
  actor.must("address_set.propose");
  await getBundle(actor, input.bundleId);
  return inScope(actor, async (tx) => {
    const entry = await lockEntry(tx, input);
    const { bundle, outcome } = entry;
    if (outcome !== null && (outcome !== "refused" || input.meant === ""))
      return await broughtBefore(tx, entry);
    mustStillHold(bundle, now);
    const bundled = readBundledSet(entry.content);
    if (!bundled)
      throw new AppError("conflict", "This version cannot read this list. Update Sallyport here first.");
    const set = await setFor(tx, actor, bundled, input);
    const provenance = {
      bundle: bundle.bundleId,
      issuer: bundle.issuerName,
      fingerprint: bundle.trust ? keyFingerprint(bundle.trust) : "",
    };
    const proposed = await propose(
      tx,
      actor,
      set,
      {
        ...{ content: Buffer.from(bundled.networks.join("\n")), intake: "bundle", meant: input.meant },
        sourceName: `${bundle.bundleId} of ${provenance.issuer}, signed by ${provenance.fingerprint}, made ${bundle.madeAt.toISOString()}`,
        changedOn: bundled.changed_on === null ? null : new Date(bundled.changed_on),
        // By the word of whoever made the bundle, who cannot know of a later day than that.
        checkedOn: new Date(
          Math.min(new Date(bundled.checked_on).getTime(), bundle.madeAt.getTime(), now.getTime()),
        ),
        detail: provenance,
      },
      now,
    );
    await tx.bundleEntry.update({
      where: { bundleId_position: { bundleId: input.bundleId, position: input.position } },
      data: {
        ...{ setId: set.id, versionNumber: proposed.number, outcome: proposed.outcome },
        ...{ broughtByName: actor.name, broughtAt: now },
      },
      select: { position: true },
    });
    return { ...proposed, isKnown: false };
  });
}

type LockedEntry = Awaited<ReturnType<typeof lockEntry>>;

/** Of two who bring it at once the second finds what became of it. */
async function lockEntry(tx: Tx, { bundleId, position }: BringEntryInput) {
  await tx.$queryRaw(
    Prisma.sql`SELECT FROM console.bundle_entries WHERE bundle_id = ${bundleId} AND position = ${position} FOR UPDATE`,
  );
  const entry = await tx.bundleEntry.findFirst({
    where: { bundleId, position, kind: "address_set", bundle: { direction: "taken" } },
    include: { bundle: { omit: { file: true }, include: { trust: true } }, set: { select: { slug: true } } },
  });
  if (!entry) throw new AppError("not_found", "There is no such list in a bundle.");
  return entry;
}

/** What held when it was taken has to hold still: a key that was stolen is revoked after it was used. */
function mustStillHold({ trust, validUntil }: LockedEntry["bundle"], now: Date): void {
  if (trust?.revokedAt)
    throw new AppError(
      "conflict",
      "The key that signed this bundle was revoked since: nothing of it is brought any more.",
    );
  if (validUntil <= now)
    throw new AppError("conflict", "This bundle is no longer valid. Have a new one made.");
}

async function setFor(
  tx: Tx,
  actor: Actor,
  bundled: BundledSet,
  { customerId }: BringEntryInput,
): Promise<AddressSet> {
  const known = await tx.addressSet.findUnique({ where: { slug: bundled.slug }, select: { id: true } });
  if (known) return await lockSet(tx, actor, known.id);
  if (customerId === undefined)
    throw new AppError("invalid", "No set is known here by this name: choose whose it is to be.", {
      customerId: "Choose whose it is to be.",
    });
  actor.must("address_set.create");
  const facts = {
    ...{ name: bundled.name, origin: bundled.origin, description: bundled.description },
    ...{ sourceUrl: bundled.source_url ?? undefined, allowsPrivate: bundled.allows_private },
  };
  const owner = customerId === "everyone" ? undefined : customerId;
  return await makeSet(tx, actor, { ...facts, customerId: owner }, bundled.slug);
}

async function broughtBefore(tx: Tx, { setId, set, versionNumber, outcome }: LockedEntry): Promise<Brought> {
  const number = versionNumber ?? 0;
  const version = await tx.addressSetVersion.findFirst({
    where: { setId: setId ?? "", number },
    select: { addedCount: true, removedCount: true },
  });
  return {
    ...{
      outcome: outcome as Proposed["outcome"],
      slug: set?.slug ?? "",
      number,
      findings: [],
      isKnown: true,
    },
    ...{ added: version?.addedCount ?? 0, removed: version?.removedCount ?? 0 },
  };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
