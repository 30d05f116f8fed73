import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { getBundle } from "#lib/bundles/queries.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { difference } from "../intake.ts";
import { newestAccepted, setsVisibleTo } from "../require.ts";
import { type BundledListQuery, type BundledSet, readBundledSet } from "./schema.ts";

/** How a list of a bundle stands to what is known here. */
export type Standing = "unknown" | "same" | "differs" | "archived" | "unreadable";

export interface BundledRow {
  id: string;
  position: number;
  slug: string;
  title: string;
  /** By its origin, where a set would have to be made. */
  allowsPrivate: boolean;
  networks: number;
  version: number | null;
  checkedOn: string | null;
  standing: Standing;
  /** The set that is known here by the same name, with its newest accepted version. */
  here: { slug: string; number: number | null; checkedOn: Date | null; waiting: number | null } | null;
  /** Whether it was known to be so later than what is here. */
  isNewer: boolean;
  added: number;
  removed: number;
  outcome: string | null;
  versionNumber: number | null;
  broughtByName: string;
}

/** One page of the lists in a bundle, each beside what is known here by its name. */
export async function listBundledSets(
  actor: Actor,
  bundleId: string,
  query: BundledListQuery,
): Promise<Page<BundledRow>> {
  actor.must("address_set.read");
  await getBundle(actor, bundleId);
  return inScope(actor, async (tx) => {
    const where: Prisma.BundleEntryWhereInput = {
      ...{ bundleId, kind: "address_set" },
      ...(query.filters.outcome.length > 0 && { OR: query.filters.outcome.map(outcomeOf) }),
      ...(query.search !== "" && {
        AND: [{ OR: [{ title: containing(query.search) }, { name: containing(query.search) }] }],
      }),
    };
    const total = await tx.bundleEntry.count({ where });
    const entries = await tx.bundleEntry.findMany({
      where,
      orderBy: [
        query.sort === "title" ? { title: query.direction } : { position: query.direction },
        { position: "asc" },
      ],
      ...pageBounds(query),
    });
    const rows = [];
    for (const { name, content, ...entry } of entries) {
      const bundled = readBundledSet(content);
      rows.push({
        id: `${entry.position}`,
        ...{ position: entry.position, slug: name, title: entry.title, outcome: entry.outcome },
        ...{ versionNumber: entry.versionNumber, broughtByName: entry.broughtByName },
        ...(await beside(tx, actor, bundled)),
      });
    }
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface SetToBundle {
  id: string;
  name: string;
  owner: string | null;
  number: number;
  networks: number;
}

const CHOICES_MAX = 200;

/** The sets that a bundle can be made of: those with an accepted version. */
export function listSetsToBundle(actor: Actor): Promise<SetToBundle[]> {
  actor.must("bundle.make");
  return inScope(actor, async (tx) => {
    const sets = await tx.addressSet.findMany({
      where: { archivedAt: null, versions: { some: { state: "accepted" } }, ...setsVisibleTo(actor) },
      orderBy: [{ customer: { name: "asc" } }, { name: "asc" }, { id: "asc" }],
      select: {
        ...{ id: true, name: true, customer: { select: { name: true } } },
        versions: {
          where: { state: "accepted" },
          orderBy: { number: "desc" },
          take: 1,
          select: { number: true, networkCount: true },
        },
      },
      take: CHOICES_MAX,
    });
    return sets.flatMap(({ id, name, customer, versions: [newest] }) =>
      newest
        ? [{ id, name, owner: customer?.name ?? null, number: newest.number, networks: newest.networkCount }]
        : [],
    );
  });
}

function outcomeOf(said: string): Prisma.BundleEntryWhereInput {
  return { outcome: said === "none" ? null : said };
}

type Beside = Omit<
  BundledRow,
  "id" | "position" | "slug" | "title" | "outcome" | "versionNumber" | "broughtByName"
>;

async function beside(tx: Tx, actor: Actor, bundled: BundledSet | null): Promise<Beside> {
  const facts = {
    allowsPrivate: bundled?.allows_private ?? false,
    ...{ networks: bundled?.networks.length ?? 0, version: bundled?.version ?? null },
    checkedOn: bundled?.checked_on ?? null,
  };
  const nothing = { ...facts, here: null, isNewer: false, added: 0, removed: 0 };
  if (!bundled) return { ...nothing, standing: "unreadable" };
  const where = { slug: bundled.slug, ...setsVisibleTo(actor) };
  const set = await tx.addressSet.findFirst({ where, select: { id: true, archivedAt: true } });
  if (!set) return { ...nothing, standing: "unknown" };
  const newest = await newestAccepted(tx, set.id);
  const waiting = await tx.addressSetVersion.findFirst({
    where: { setId: set.id, state: "proposed" },
    select: { number: true },
  });
  const { added, removed } = differenceOf(newest?.cidrs ?? [], bundled.networks);
  return {
    ...facts,
    here: {
      ...{ slug: bundled.slug, number: newest?.number ?? null, checkedOn: newest?.checkedOn ?? null },
      waiting: waiting?.number ?? null,
    },
    standing: set.archivedAt ? "archived" : added + removed === 0 ? "same" : "differs",
    isNewer: newest === null || new Date(bundled.checked_on) > newest.checkedOn,
    ...{ added, removed },
  };
}

/** Counted only: which networks, the version says once it was brought. What cannot be read is left to the gates. */
function differenceOf(
  here: readonly string[],
  theirs: readonly string[],
): { added: number; removed: number } {
  try {
    const { added, removed } = difference(here, theirs);
    return { added: added.length, removed: removed.length };
  } catch {
    return { added: theirs.length, removed: 0 };
  }
}
