import type { Route } from "next";
import Link from "next/link";
import { BoardStrip } from "#components/portal/board/board-strip.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { getBoard } from "#lib/board/queries.ts";
import { listDeployments } from "#lib/deployments/queries.ts";
import { DEPLOYMENT_LIST } from "#lib/deployments/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { systemClock } from "#lib/shared/clock.ts";

const FEW = 3;
const ALL = parseListQuery({}, DEPLOYMENT_LIST);

/** For whoever has few sites, such as the customer's own people: how everything stands at each, before all else. */
export async function Boards({ actor, sites }: { actor: Actor; sites: number }) {
  if (sites > FEW) return null;
  const now = systemClock();
  const { rows } = await listDeployments(actor, ALL);
  const boards = await Promise.all(
    rows.map(async ({ id, name }) => ({ id, name, board: await getBoard(actor, id, now) })),
  );
  return (
    <>
      {boards.map(({ id, name, board }) => (
        <section key={id} className="grid gap-2">
          <h2 className="font-semibold text-sm">
            <Link href={`/deployments/${id}/status` as Route} className="rounded-sm hover:underline">
              {name}
            </Link>
          </h2>
          <BoardStrip
            label={`How everything stands at ${name}`}
            parts={board.parts}
            href={`/deployments/${id}/status`}
            now={now}
            locale="en"
          />
        </section>
      ))}
    </>
  );
}
