import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { AddressSetVersion } from "#lib/platform/prisma/client.ts";
import type { SetIntake, SetVersionState } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { addressesIn, difference } from "../intake.ts";
import { narrowedVersions, orderOfVersions, usesOf } from "../listing.ts";
import { getSet, type SetDetails } from "../queries.ts";
import { requireSet } from "../require.ts";
import { type Finding, Findings, type VersionListQuery } from "../schema.ts";

export interface VersionRow {
  id: string;
  number: number;
  state: SetVersionState;
  networks: number;
  added: number;
  removed: number;
  intake: SetIntake;
  sourceName: string;
  proposedBy: string;
  proposedAt: Date;
  decidedBy: string;
}

/** One page of a set's versions. */
export function listVersions(actor: Actor, slug: string, query: VersionListQuery): Promise<Page<VersionRow>> {
  actor.must("address_set.read");
  return inScope(actor, async (tx) => {
    const set = await requireSet(tx, actor, { slug });
    const where = { setId: set.id, ...narrowedVersions(query) };
    const total = await tx.addressSetVersion.count({ where });
    const versions = await tx.addressSetVersion.findMany({
      where,
      orderBy: orderOfVersions(query),
      ...pageBounds(query),
      omit: { cidrs: true, findings: true },
    });
    const rows = versions.map(({ id, number, state, intake, sourceName, proposedAt, ...version }) => ({
      ...{ id, number, state, intake, sourceName, proposedAt, networks: version.networkCount },
      ...{ added: version.addedCount, removed: version.removedCount },
      ...{ proposedBy: version.proposedByName, decidedBy: version.decidedByName },
    }));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

/** What is shown of a list of networks; the rest is counted. */
export const NETWORKS_SHOWN = 500;

export interface VersionDetails {
  set: SetDetails;
  version: Omit<AddressSetVersion, "cidrs" | "findings" | "customerId" | "setId">;
  findings: Finding[];
  own: boolean;
  cidrs: string[];
  addresses: { v4: bigint; v6: bigint };
  /** Against which other version; null: there is none before it. */
  against: number | null;
  added: string[];
  removed: string[];
  addedCount: number;
  removedCount: number;
  deployments: number;
}

/** One version, and how it differs from another: from the one accepted before it, unless `against` says which. */
export async function getVersion(
  actor: Actor,
  slug: string,
  number: number,
  against: number | null = null,
): Promise<VersionDetails> {
  actor.must("address_set.read");
  const set = await getSet(actor, slug);
  return inScope(actor, async (tx) => {
    const setId = set.id;
    const found = await tx.addressSetVersion.findFirst({ where: { setId, number } });
    if (!found) throw new AppError("not_found", "There is no such version of this address set.");
    const { cidrs, findings, customerId: _, setId: __, ...version } = found;
    const other = await tx.addressSetVersion.findFirst({
      where:
        against === null
          ? { setId, state: "accepted", number: { lt: number } }
          : { setId, number: against, state: { not: "refused" } },
      orderBy: { number: "desc" },
      select: { number: true, cidrs: true },
    });
    const { added, removed } = difference(other?.cidrs ?? [], cidrs);
    const held = addressesIn(cidrs);
    const uses = await usesOf(tx, actor, [setId]);
    return {
      ...{ set, version, findings: Findings.parse(findings), own: version.proposedById === actor.id },
      ...{ cidrs: cidrs.slice(0, NETWORKS_SHOWN), addresses: { v4: held[4], v6: held[6] } },
      ...{ against: other?.number ?? null, addedCount: added.length, removedCount: removed.length },
      ...{ added: added.slice(0, NETWORKS_SHOWN), removed: removed.slice(0, NETWORKS_SHOWN) },
      deployments: uses.find(({ versionId }) => versionId === version.id)?.deployments ?? 0,
    };
  });
}

const COMPARED_MAX = 100;

/** The versions that another can be held against, newest first. */
export function listComparable(actor: Actor, slug: string): Promise<number[]> {
  actor.must("address_set.read");
  return inScope(actor, async (tx) => {
    const set = await requireSet(tx, actor, { slug });
    const versions = await tx.addressSetVersion.findMany({
      where: { setId: set.id, networkCount: { gt: 0 } },
      orderBy: { number: "desc" },
      select: { number: true },
      take: COMPARED_MAX,
    });
    return versions.map(({ number }) => number);
  });
}
