import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { DeploymentMode, SetVersionState } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import {
  deploymentsOf,
  NEWEST,
  narrowedSets,
  narrowedUses,
  orderOfSets,
  orderOfUses,
  SUMMARY,
  usesOf,
  VERSION_FACTS,
} from "./listing.ts";
import { loadSets } from "./load.ts";
import { mayOwn, requireSet, setsVisibleTo } from "./require.ts";
import type { SetListQuery, SetUseListQuery } from "./schema.ts";

/** A set as a form offers it. */
export interface SetChoice {
  slug: string;
  name: string;
  networks: number;
  origin: string;
  checkedOn: string;
}

/** The address sets that rules of this deployment may name, in the versions that it uses. */
export function listSetChoices(actor: Actor, deploymentId: string): Promise<SetChoice[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    await mustSeeDeployment(tx, actor, deploymentId);
    const sets = [...(await loadSets(tx, deploymentId)).values()];
    return sets.map(({ slug, name, cidrs, origin, checkedOn }) => ({
      ...{ slug, name, networks: cidrs.length, origin, checkedOn },
    }));
  });
}

/** A set that a deployment is pinned to. */
export interface PinRow {
  slug: string;
  name: string;
  number: number;
  networks: number;
  since: Date;
  /** The newest accepted version, where the deployment uses an earlier one. */
  newer: { versionId: string; number: number; networks: number } | null;
}

const PINS_MAX = 200;

/** Which version of which set this deployment's rules mean. */
export function listPins(actor: Actor, deploymentId: string): Promise<PinRow[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    await mustSeeDeployment(tx, actor, deploymentId);
    const pins = await tx.deploymentAddressSet.findMany({
      where: { deploymentId },
      select: {
        since: true,
        version: { select: VERSION_FACTS },
        set: { select: { slug: true, name: true, versions: NEWEST } },
      },
      orderBy: { set: { name: "asc" } },
      take: PINS_MAX,
    });
    return pins.map(({ since, version, set: { slug, name, versions } }) => {
      const newest = versions[0];
      const newer = newest && newest.number > version.number ? newest : null;
      return {
        ...{ slug, name, number: version.number, networks: version.networkCount, since },
        newer: newer && { versionId: newer.id, number: newer.number, networks: newer.networkCount },
      };
    });
  });
}

export interface SetRow {
  id: string;
  slug: string;
  name: string;
  /** Whose it is; null: everybody's. */
  owner: string | null;
  number: number | null;
  networks: number;
  checkedOn: Date | null;
  /** The version that waits for a decision. */
  waiting: number | null;
  deployments: number;
  /** Of which on an earlier version than the newest. */
  behind: number;
  archived: boolean;
  made: Date;
}

/** One page of the sets in the actor's sight. */
export function listSets(actor: Actor, query: SetListQuery): Promise<Page<SetRow>> {
  actor.must("address_set.read");
  return inScope(actor, async (tx) => {
    const where = { AND: [setsVisibleTo(actor), narrowedSets(query)] };
    const total = await tx.addressSet.count({ where });
    const sets = await tx.addressSet.findMany({
      where,
      orderBy: orderOfSets(query),
      ...pageBounds(query),
      select: {
        ...{ id: true, slug: true, name: true, archivedAt: true, createdAt: true },
        customer: { select: { name: true } },
        versions: NEWEST,
      },
    });
    const ids = sets.map(({ id }) => id);
    const uses = await usesOf(tx, actor, ids);
    const waiting = await tx.addressSetVersion.findMany({
      where: { setId: { in: ids }, state: "proposed" },
      select: { setId: true, number: true },
    });
    const rows = sets.map(({ id, customer, versions, archivedAt, createdAt, ...set }) => {
      const newest = versions[0];
      const mine = uses.filter(({ setId }) => setId === id);
      return {
        ...{ id, ...set, owner: customer?.name ?? null, number: newest?.number ?? null },
        ...{ networks: newest?.networkCount ?? 0, checkedOn: newest?.checkedOn ?? null },
        waiting: waiting.find(({ setId }) => setId === id)?.number ?? null,
        deployments: deploymentsOf(mine),
        behind: deploymentsOf(mine.filter(({ versionId }) => versionId !== newest?.id)),
        ...{ archived: archivedAt !== null, made: createdAt },
      };
    });
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface SetDetails {
  id: string;
  slug: string;
  name: string;
  origin: string;
  sourceUrl: string | null;
  description: string;
  allowsPrivate: boolean;
  archived: boolean;
  owner: { id: string; name: string } | null;
  newest: VersionSummary | null;
  waiting: VersionSummary | null;
  deployments: number;
  behind: number;
  /** The actor's own reach; whether the role allows it, the role says. */
  mine: boolean;
}

export interface VersionSummary {
  id: string;
  number: number;
  networks: number;
  changedOn: Date | null;
  checkedOn: Date;
  /** Whether this very actor brought it, and so cannot accept it. */
  own: boolean;
}

export function getSet(actor: Actor, slug: string): Promise<SetDetails> {
  actor.must("address_set.read");
  return inScope(actor, async (tx) => {
    const set = await requireSet(tx, actor, { slug });
    const { id, customerId, name, origin, sourceUrl, description, allowsPrivate } = set;
    const summary = async (state: SetVersionState) => {
      const where = { setId: id, state };
      const orderBy = { number: "desc" } as const;
      const found = await tx.addressSetVersion.findFirst({ where, orderBy, select: SUMMARY });
      return (
        found && {
          ...{ id: found.id, number: found.number, networks: found.networkCount },
          ...{ changedOn: found.changedOn, checkedOn: found.checkedOn },
          own: found.proposedById === actor.id,
        }
      );
    };
    const customer = customerId === null ? null : await tx.customer.findUnique({ where: { id: customerId } });
    const newest = await summary("accepted");
    const uses = await usesOf(tx, actor, [id]);
    return {
      ...{ id, slug, name, origin, sourceUrl, description, allowsPrivate },
      archived: set.archivedAt !== null,
      owner: customer && { id: customer.id, name: customer.name },
      ...{ newest, waiting: await summary("proposed"), deployments: deploymentsOf(uses) },
      behind: deploymentsOf(uses.filter(({ versionId }) => versionId !== newest?.id)),
      mine: mayOwn(actor, set),
    };
  });
}

export interface SetUseRow {
  id: string;
  deployment: string;
  customer: string;
  customerId: string;
  mode: DeploymentMode;
  version: number;
  since: Date;
}

/** One page of the deployments whose rules name the set, with the version that each uses. */
export function listSetUses(actor: Actor, slug: string, query: SetUseListQuery): Promise<Page<SetUseRow>> {
  actor.must("address_set.read");
  return inScope(actor, async (tx) => {
    const set = await requireSet(tx, actor, { slug });
    const where = { setId: set.id, ...visibleTo(actor), ...narrowedUses(query) };
    const total = await tx.deploymentAddressSet.count({ where });
    const uses = await tx.deploymentAddressSet.findMany({
      where,
      orderBy: orderOfUses(query),
      ...pageBounds(query),
      select: {
        ...{ deploymentId: true, customerId: true, since: true, version: { select: { number: true } } },
        deployment: { select: { name: true, mode: true, customer: { select: { name: true } } } },
      },
    });
    const rows = uses.map(({ deploymentId, customerId, since, version, deployment }) => ({
      ...{ id: deploymentId, deployment: deployment.name, mode: deployment.mode, customerId, since },
      ...{ customer: deployment.customer.name, version: version.number },
    }));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

async function mustSeeDeployment(tx: Tx, actor: Actor, deploymentId: string): Promise<void> {
  const where = { id: deploymentId, ...visibleTo(actor) };
  if (!(await tx.deployment.findFirst({ where, select: { id: true } })))
    throw new AppError("not_found", "There is no such deployment.");
}
