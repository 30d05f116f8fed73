import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";

type Part = "sources" | "endpoints";
type ToldOf<Name extends Part> = NonNullable<GatewayReport[Name]>[number];

/**
 * What a gateway told last of each of its sources or endpoints, by their id. Every process that relays tells of all of them, for they
 * share one database: the newest word counts.
 */
export async function lastTold<Name extends Part>(
  tx: Tx,
  gatewayId: string,
  part: Name,
): Promise<Map<string, ToldOf<Name> & { toldAt: Date }>> {
  const processes = await tx.gatewayProcess.findMany({
    where: { gatewayId, parts: { has: "relay" } },
    select: { report: true, heardAt: true },
    orderBy: { heardAt: "desc" },
    take: 5,
  });
  for (const { report, heardAt } of processes) {
    const told = GatewayReport.safeParse(report).data?.[part] as ToldOf<Name>[] | undefined;
    if (told) return new Map(told.map((one) => [one.id, { ...one, toldAt: heardAt }]));
  }
  return new Map();
}

/** How the handing over to an endpoint or a folder goes, as the gateway told last. */
export interface HandedOver {
  state: "working" | "failing" | "broken" | "paused";
  waiting: number;
  dead: number;
  lastDeliveredAt: Date | null;
}

/** Null where it has not told of it yet. */
export function handedOver(told: ToldOf<"endpoints"> | undefined): HandedOver | null {
  if (!told) return null;
  const { state, waiting, dead, last_delivered_at: last } = told;
  return { state, waiting, dead, lastDeliveredAt: last === null ? null : new Date(last) };
}
