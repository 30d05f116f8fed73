import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Page } from "#lib/platform/list.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { drawBars, type Histogram } from "./bars.ts";
import { type Behind, whatIsBehind } from "./behind.ts";
import { type Facets, facetsOf } from "./facets.ts";
import { type CrossingRow, readCrossings } from "./read.ts";
import { findCrossings } from "./rows.ts";
import { type CrossingQuery, CrossingRef } from "./schema.ts";
import type { CrossingScope } from "./where.ts";

export type { Bar, Histogram } from "./bars.ts";
export type { Behind } from "./behind.ts";
export type { Facets, FacetValue } from "./facets.ts";
export type { CrossingRow } from "./read.ts";

/** One page of what crossed the boundary or was refused to: the newest first, or the refused ones first. */
export function listCrossings(
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope = {},
): Promise<Page<CrossingRow>> {
  actor.must("crossing.read");
  return inScope(actor, async (tx) => {
    const { refs, total, more } = await findCrossings(tx, actor, query, scope);
    const rows = await readCrossings(tx, actor, refs);
    return { rows, total, more, page: query.page, pageSize: query.pageSize };
  });
}

export type CrossingDetail = CrossingRow & { behind: Behind };

/** One crossing with all it holds and what stands behind it. */
export function getCrossing(actor: Actor, ref: string, scope: CrossingScope = {}): Promise<CrossingDetail> {
  actor.must("crossing.read");
  return inScope(actor, async (tx) => {
    const named = CrossingRef.safeParse(ref);
    const [row] = named.success ? await readCrossings(tx, actor, [named.data]) : [];
    if (!row || (scope.deploymentId && row.deploymentId !== scope.deploymentId))
      throw new AppError("not_found", "There is no such crossing.");
    return { ...row, behind: await whatIsBehind(tx, actor, row) };
  });
}

/** What else each filter could be, and how many crossings that would leave, the other filters as they are. */
export function countFacets(actor: Actor, query: CrossingQuery, scope: CrossingScope = {}): Promise<Facets> {
  actor.must("crossing.read");
  return inScope(actor, (tx) => facetsOf(tx, actor, query, scope));
}

/** How many crossed when, as bars: as fine as the time that is looked at allows. */
export function crossingHistogram(
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope = {},
  now = systemClock(),
): Promise<Histogram> {
  actor.must("crossing.read");
  return inScope(actor, (tx) => drawBars(tx, actor, query, scope, now));
}

export interface SavedView {
  id: string;
  name: string;
  query: string;
}

/** The views that this person keeps, by name. */
export function listViews(actor: Actor): Promise<SavedView[]> {
  actor.must("crossing.read");
  return inScope(actor, (tx) =>
    tx.savedView.findMany({
      where: { personId: actor.id },
      select: { id: true, name: true, query: true },
      orderBy: { name: "asc" },
    }),
  );
}
