import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { DeliveryRow } from "../deliveries/queries.ts";
import { requireGateway } from "../require.ts";

export interface ReportedDeliveries {
  rows: DeliveryRow[];
  /** Null where nothing was reported of deliveries yet. */
  reportedAt: Date | null;
}

/** Some of what endpoints have not taken, as a gateway with a database of its own told last: given up first, the newest first. */
export function listReportedDeliveries(actor: Actor, gatewayId: string): Promise<ReportedDeliveries> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const processes = await tx.gatewayProcess.findMany({
      where: { gatewayId, parts: { has: "relay" }, ...visibleTo(actor) },
      select: { report: true, heardAt: true },
      orderBy: { heardAt: "desc" },
      take: 5,
    });
    for (const { report, heardAt } of processes) {
      const held = GatewayReport.safeParse(report).data?.held;
      if (!held) continue;
      const where = { gatewayId, ...visibleTo(actor) };
      const endpoints = await tx.relayEndpoint.findMany({ where, select: { id: true, name: true } });
      const names = new Map(endpoints.map(({ id, name }) => [id, name]));
      return { rows: held.map((one) => rowOf(one, names)), reportedAt: heardAt };
    }
    return { rows: [], reportedAt: null };
  });
}

type Held = NonNullable<GatewayReport["held"]>[number];

function rowOf(held: Held, names: ReadonlyMap<string, string>): DeliveryRow {
  return {
    id: `${held.endpoint_id}.${held.event_id}`,
    endpointId: held.endpoint_id,
    endpointName: names.get(held.endpoint_id) ?? held.endpoint_id,
    ...{ eventId: held.event_id, event: held.event, state: held.state, attempts: held.attempts },
    openedAt: new Date(held.opened_at),
    nextAt: held.next_at === null ? null : new Date(held.next_at),
    diedAt: held.died_at === null ? null : new Date(held.died_at),
    ...{ status: held.status, problem: held.problem },
  };
}
