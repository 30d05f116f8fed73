import type { Actor } from "#lib/access/actor.ts";
import * as commands from "#lib/crossings/commands.ts";
import * as queries from "#lib/crossings/queries.ts";
import { crossingQuery } from "#lib/crossings/schema.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

const asked = () => crossingQuery(parseListQuery({}, CROSSING_LIST));

/** What crossed the boundary, and the views of it that people keep for themselves. */
export const CROSSINGS: Rows = {
  "crossings/queries.listCrossings": row("crossing.read", "unseen", (actor) =>
    queries.listCrossings(actor, asked()),
  ),
  "crossings/queries.getCrossing": row("crossing.read", "not_found", (actor, { crossingRef }) =>
    queries.getCrossing(actor, crossingRef),
  ),
  "crossings/queries.countFacets": row("crossing.read", "unseen", (actor) =>
    queries.countFacets(actor, asked()),
  ),
  "crossings/queries.crossingHistogram": row("crossing.read", "unseen", (actor) =>
    queries.crossingHistogram(actor, asked()),
  ),
  "crossings/queries.listViews": row("crossing.read", "none", (actor) => queries.listViews(actor)),
  "crossings/commands.keepView": row("crossing_view.keep", "none", (actor) => aView(actor)),
  "crossings/commands.removeView": row("crossing_view.remove", "none", async (actor) => {
    await aView(actor);
    const [view] = await queries.listViews(actor);
    await commands.removeView(actor, { viewId: view?.id ?? "view_none" });
  }),
};

function aView(actor: Actor): Promise<void> {
  return commands.keepView(actor, { name: "Refused", query: "outcome=refused" });
}
