import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { AppError } from "#lib/shared/errors.ts";
import { findPack, newestVersion, PACKS } from "./index.ts";
import type { RulePack } from "./pack.ts";
import type { PackUseListQuery } from "./schema.ts";

/** A pack of the catalogue, and how many deployments in the actor's sight have it. */
export interface PackRow {
  id: string;
  name: string;
  group: RulePack["group"];
  summary: string;
  modes: RulePack["modes"];
  newest: { number: number; releasedOn: string };
  rules: number;
  deployments: number;
  /** Of which on an earlier version. */
  behind: number;
}

export function listPacks(actor: Actor): Promise<PackRow[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const uses = await tx.deploymentCapability.groupBy({
      by: ["capability", "packVersion"],
      where: { ...visibleTo(actor), deployment: { archivedAt: null } },
      _count: true,
    });
    return PACKS.map(({ id, name, group, summary, modes, ...pack }) => {
      const { number, releasedOn, rules } = newestVersion(pack);
      const mine = uses.filter(({ capability }) => capability === id);
      const count = (some: typeof mine) => some.reduce((sum, { _count }) => sum + _count, 0);
      return {
        ...{ id, name, group, summary, modes, newest: { number, releasedOn }, rules: rules.length },
        deployments: count(mine),
        behind: count(mine.filter(({ packVersion }) => packVersion < number)),
      };
    });
  });
}

/** One pack with every version it had. */
export function getPack(actor: Actor, packId: string): RulePack {
  actor.must("allowlist.read");
  const pack = findPack(packId);
  if (!pack) throw new AppError("not_found", "There is no such rule pack.");
  return pack;
}

export interface PackUseRow {
  id: string;
  deployment: string;
  customer: string;
  customerId: string;
  mode: DeploymentMode;
  version: number;
  changed: Date;
}

/** One page of the deployments that have the capability; archived ones open nothing and are not among them. */
export function listPackUses(
  actor: Actor,
  packId: string,
  query: PackUseListQuery,
): Promise<Page<PackUseRow>> {
  actor.must("allowlist.read");
  if (!findPack(packId)) throw new AppError("not_found", "There is no such rule pack.");
  return inScope(actor, async (tx) => {
    const where = { ...visibleTo(actor), capability: packId, ...narrowed(query) };
    const total = await tx.deploymentCapability.count({ where });
    const uses = await tx.deploymentCapability.findMany({
      where,
      orderBy: order(query),
      ...pageBounds(query),
      select: {
        ...{ deploymentId: true, customerId: true, packVersion: true, updatedAt: true },
        deployment: { select: { name: true, mode: true } },
        customer: { select: { name: true } },
      },
    });
    const rows = uses.map(({ deploymentId, customerId, packVersion, updatedAt, deployment, customer }) => ({
      ...{ id: deploymentId, deployment: deployment.name, mode: deployment.mode },
      ...{ customer: customer.name, customerId, version: packVersion, changed: updatedAt },
    }));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

function narrowed({ filters, search }: PackUseListQuery): Prisma.DeploymentCapabilityWhereInput {
  const versions = filters.version
    .map(Number)
    .filter((version) => Number.isInteger(version) && version < 1_000_000);
  const modes = (["connected", "restricted", "air_gapped"] as const).filter((mode) =>
    filters.mode.includes(mode),
  );
  return {
    ...(filters.version.length > 0 && { packVersion: { in: versions } }),
    deployment: { archivedAt: null, ...(filters.mode.length > 0 && { mode: { in: modes } }) },
    AND: search
      .split(/\s+/)
      .filter(Boolean)
      .slice(0, 8)
      .map((word) => ({
        OR: [
          { deployment: { name: containing(word) } },
          { customer: { name: containing(word) } },
          { deploymentId: word },
        ],
      })),
  };
}

/** Ends with the deployment: without it, rows that are alike could stand on two pages or on none. */
function order({ sort, direction }: PackUseListQuery): Prisma.DeploymentCapabilityOrderByWithRelationInput[] {
  const columns = {
    deployment: [{ deployment: { name: direction } }],
    customer: [{ customer: { name: direction } }, { deployment: { name: direction } }],
    version: [{ packVersion: direction }, { deployment: { name: direction } }],
    changed: [{ updatedAt: direction }],
  } as const;
  return [...columns[sort], { deploymentId: direction }];
}
