import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { type AddressSet, type SetBook, setBook } from "./book.ts";

const VERSION = {
  id: true,
  number: true,
  cidrs: true,
  changedOn: true,
  checkedOn: true,
  set: { select: { slug: true, name: true, origin: true } },
} as const;

/** The sets as this deployment uses them: in the version that it is pinned to, else in the newest accepted one. */
export async function loadSets(tx: Tx, deploymentId: string): Promise<SetBook<AddressSet>> {
  const pins = await tx.deploymentAddressSet.findMany({
    where: { deploymentId },
    select: { setId: true, version: { select: VERSION } },
  });
  const pinned = pins.map(({ setId }) => setId);
  const deployment = await tx.deployment.findUnique({
    where: { id: deploymentId },
    select: { customerId: true },
  });
  const others = await newestVersions(tx, {
    id: { notIn: pinned },
    OR: [{ customerId: null }, { customerId: deployment?.customerId ?? null }],
  });
  return setBook([...pins.map(({ version }) => setOf(version)), ...others]);
}

/**
 * The sets of the deployment.
 * @throws AppError invalid where the peer is a set that it does not have.
 */
export async function setsFor(
  tx: Tx,
  deploymentId: string,
  { peerKind, peer }: { peerKind: string; peer: string },
): Promise<SetBook<AddressSet>> {
  const sets = await loadSets(tx, deploymentId);
  if (peerKind === "address_set" && !sets.has(peer)) {
    throw new AppError("invalid", "Choose an address set.", { peer: "Choose an address set." });
  }
  return sets;
}

/** Every set that the transaction may see, in the newest version that was accepted. */
export async function loadNewestSets(tx: Tx): Promise<SetBook<AddressSet>> {
  return setBook(await newestVersions(tx, {}));
}

/** The sets in these versions, by the version's id. Only of versions that were accepted. */
export async function loadVersions(
  tx: Tx,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, AddressSet>> {
  if (versionIds.length === 0) return new Map();
  const versions = await tx.addressSetVersion.findMany({
    where: { id: { in: [...versionIds] }, state: "accepted" },
    select: VERSION,
  });
  return new Map(versions.map((version) => [version.id, setOf(version)]));
}

/**
 * Makes this the version that the deployment uses.
 * @throws AppError not_found where there is no such accepted version of the set.
 */
export async function pinSet(
  tx: Tx,
  { deploymentId, customerId }: { deploymentId: string; customerId: string },
  versionId: string,
): Promise<void> {
  const version = await tx.addressSetVersion.findFirst({
    where: { id: versionId, state: "accepted" },
    select: { id: true, setId: true },
  });
  if (!version) throw new AppError("not_found", "There is no such accepted version of an address set.");
  const { setId } = version;
  await tx.deploymentAddressSet.upsert({
    where: { deploymentId_setId: { deploymentId, setId } },
    create: { deploymentId, customerId, setId, versionId },
    update: { versionId, since: new Date() },
  });
}

/** Pins the sets that these rules name to what they mean now, so that a later version moves nothing by itself. */
export async function pinNamedSets(
  tx: Tx,
  deployment: { deploymentId: string; customerId: string },
  rules: readonly { peerKind: string; peer: string }[],
  sets: SetBook,
): Promise<void> {
  const slugs = [...new Set(rules.filter((rule) => rule.peerKind === "address_set").map(({ peer }) => peer))];
  if (slugs.length === 0) return;
  const pins = await tx.deploymentAddressSet.findMany({
    where: { deploymentId: deployment.deploymentId },
    select: { set: { select: { slug: true } } },
  });
  const pinned = new Set(pins.map(({ set }) => set.slug));
  for (const slug of slugs) {
    const set = sets.get(slug);
    if (set && !pinned.has(slug)) await pinSet(tx, deployment, set.versionId);
  }
}

async function newestVersions(tx: Tx, where: object): Promise<AddressSet[]> {
  const sets = await tx.addressSet.findMany({
    where: { archivedAt: null, ...where },
    select: {
      versions: { where: { state: "accepted" }, orderBy: { number: "desc" }, take: 1, select: VERSION },
    },
    orderBy: { slug: "asc" },
  });
  return sets.flatMap(({ versions }) => versions.map(setOf));
}

function setOf({
  id,
  set,
  changedOn,
  checkedOn,
  ...version
}: {
  id: string;
  number: number;
  cidrs: string[];
  changedOn: Date | null;
  checkedOn: Date;
  set: { slug: string; name: string; origin: string };
}): AddressSet {
  return {
    ...set,
    ...version,
    versionId: id,
    changedOn: changedOn && day(changedOn),
    checkedOn: day(checkedOn),
  };
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
