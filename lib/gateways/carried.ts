import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";

/** Events that are carried by hand: up to where, on the gateway's side and as far as it is known on the other. */
export interface CarriedView {
  publicKey: string | null;
  relays: {
    environmentName: string;
    side: "export" | "import";
    storeId: string;
    through: string;
    otherThrough: string | null;
    lastEventAt: Date | null;
    carriedAt: Date;
    files: number;
    waiting: number;
  }[];
}

/** As the newest report of some tells it; null where nothing is carried. */
export async function carriedOf(
  tx: Tx,
  gatewayId: string,
  reports: readonly unknown[],
): Promise<CarriedView | null> {
  const told = reports
    .map((report) => GatewayReport.safeParse(report).data?.carried)
    .find((carried) => carried !== undefined);
  if (!told || told.relays.length === 0) return null;
  const sources = await tx.gatewaySource.findMany({
    where: { gatewayId },
    select: { environmentId: true, environment: { select: { name: true } } },
  });
  const names = new Map(sources.map(({ environmentId, environment }) => [environmentId, environment.name]));
  return {
    publicKey: told.public_key,
    relays: told.relays.map((relay) => ({
      environmentName: names.get(relay.environment_id) ?? relay.environment_id,
      side: relay.side,
      storeId: relay.store_id,
      through: relay.through,
      otherThrough: relay.other_through,
      lastEventAt: relay.last_event_at === null ? null : new Date(relay.last_event_at),
      carriedAt: new Date(relay.carried_at),
      files: relay.files,
      waiting: relay.waiting,
    })),
  };
}
