import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { requireGateway } from "../require.ts";

export interface StreamRow {
  id: string;
  name: string;
  events: string[];
  environmentIds: string[];
  /** Until when the token before counts; null where none does. */
  previousTokenEndsAt: Date | null;
  createdByName: string;
  createdAt: Date;
}

/** As many as a gateway's configuration may name. */
const STREAMS_MAX = 100;

/** The applications that follow events from a gateway by themselves. */
export function listStreams(actor: Actor, gatewayId: string, now = systemClock()): Promise<StreamRow[]> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const found = await tx.gatewayStream.findMany({
      where: { gatewayId, ...visibleTo(actor) },
      select: {
        ...{ id: true, name: true, events: true, environmentIds: true },
        ...{ previousTokenEndsAt: true, createdByName: true, createdAt: true },
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: STREAMS_MAX,
    });
    return found.map(({ previousTokenEndsAt: endsAt, ...row }) => ({
      ...row,
      previousTokenEndsAt: endsAt && endsAt > now ? endsAt : null,
    }));
  });
}
