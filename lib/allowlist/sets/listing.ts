import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { DeploymentMode, SetIntake, SetVersionState } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import type { SetListQuery, SetUseListQuery, VersionListQuery } from "./schema.ts";

// What the lists of this room ask the database for. No list reads the networks themselves.

export const VERSION_FACTS = { id: true, number: true, networkCount: true, checkedOn: true } as const;

export const SUMMARY = { ...VERSION_FACTS, changedOn: true, proposedById: true } as const;

export const NEWEST = {
  where: { state: "accepted" },
  orderBy: { number: "desc" },
  take: 1,
  select: VERSION_FACTS,
} as const;

export interface VersionUse {
  setId: string;
  versionId: string;
  deployments: number;
}

/** How many deployments in the actor's sight use which version of these sets. Archived ones open nothing. */
export async function usesOf(tx: Tx, actor: Actor, setIds: readonly string[]): Promise<VersionUse[]> {
  const uses = await tx.deploymentAddressSet.groupBy({
    by: ["setId", "versionId"],
    where: { setId: { in: [...setIds] }, ...visibleTo(actor), deployment: { archivedAt: null } },
    _count: true,
  });
  return uses.map(({ setId, versionId, _count }) => ({ setId, versionId, deployments: _count }));
}

export function deploymentsOf(uses: readonly VersionUse[]): number {
  return uses.reduce((sum, { deployments }) => sum + deployments, 0);
}

export function narrowedSets({ search, filters }: SetListQuery): Prisma.AddressSetWhereInput {
  const { state, owner, customer } = filters;
  return {
    archivedAt: state.includes("archived") ? { not: null } : null,
    ...(state.includes("waiting") && { versions: { some: { state: "proposed" } } }),
    ...(owner.length === 1 && { customerId: owner[0] === "vendor" ? null : { not: null } }),
    AND: [
      customer.length > 0 ? { customerId: { in: customer } } : {},
      ...wordsOf(search).map((word) => ({
        OR: [
          { name: containing(word) },
          { slug: containing(word) },
          { origin: containing(word) },
          { customer: { name: containing(word) } },
        ],
      })),
    ],
  };
}

/** Each order ends with an id: without it, rows that are alike could stand on two pages or on none. */
export function orderOfSets({ sort, direction }: SetListQuery): Prisma.AddressSetOrderByWithRelationInput[] {
  const columns = {
    name: [{ name: direction }],
    owner: [{ customer: { name: direction } }, { name: direction }],
    made: [{ createdAt: direction }],
  } as const;
  return [...columns[sort], { id: direction }];
}

export function narrowedVersions({ search, filters }: VersionListQuery): Prisma.AddressSetVersionWhereInput {
  const states = Object.values(SetVersionState).filter((state) => filters.state.includes(state));
  const intakes = Object.values(SetIntake).filter((intake) => filters.intake.includes(intake));
  return {
    ...(filters.state.length > 0 && { state: { in: states } }),
    ...(filters.intake.length > 0 && { intake: { in: intakes } }),
    AND: wordsOf(search).map((word) => ({
      OR: [
        { sourceName: containing(word) },
        { proposedByName: containing(word) },
        { decidedByName: containing(word) },
        ...(/^\d{1,6}$/.test(word) ? [{ number: Number(word) }] : []),
        ...(/^[0-9a-f]{6,64}$/i.test(word) ? [{ contentSha256: { startsWith: word.toLowerCase() } }] : []),
      ],
    })),
  };
}

export function orderOfVersions({
  sort,
  direction,
}: VersionListQuery): Prisma.AddressSetVersionOrderByWithRelationInput[] {
  return [...(sort === "by" ? [{ proposedByName: direction }] : []), { number: direction }];
}

export function narrowedUses({ search, filters }: SetUseListQuery): Prisma.DeploymentAddressSetWhereInput {
  const numbers = filters.version.map(Number).filter((number) => number > 0 && number < 1_000_000);
  const modes = Object.values(DeploymentMode).filter((mode) => filters.mode.includes(mode));
  return {
    ...(filters.version.length > 0 && { version: { number: { in: numbers.filter(Number.isInteger) } } }),
    deployment: { archivedAt: null, ...(filters.mode.length > 0 && { mode: { in: modes } }) },
    AND: wordsOf(search).map((word) => ({
      OR: [
        { deployment: { name: containing(word) } },
        { deployment: { customer: { name: containing(word) } } },
        { deploymentId: word },
      ],
    })),
  };
}

export function orderOfUses({
  sort,
  direction,
}: SetUseListQuery): Prisma.DeploymentAddressSetOrderByWithRelationInput[] {
  const name = { deployment: { name: direction } };
  const columns = {
    version: [{ version: { number: direction } }, name],
    deployment: [name],
    customer: [{ deployment: { customer: { name: direction } } }, name],
    since: [{ since: direction }],
  } as const;
  return [...columns[sort], { deploymentId: direction }];
}

function wordsOf(search: string): string[] {
  return search.split(/\s+/).filter(Boolean).slice(0, 8);
}
