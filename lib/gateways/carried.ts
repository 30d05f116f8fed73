import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";

/** Events that are carried by hand: up to where, on the gateway's side and as far as it is known on the other. */
export interface CarriedView {
  /** By which the other side knows this one's files; null before one was written. */
  publicKey: string | null;
  /** Of the gateways whose files are taken in here. */
  trustedKeys: string[];
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

/** As the newest report of some tells it. */
export async function carriedOf(
  tx: Tx,
  gatewayId: string,
  reports: readonly unknown[],
  trustedKeys: string[],
): Promise<CarriedView> {
  const told = reports
    .map((report) => GatewayReport.safeParse(report).data?.carried)
    .find((carried) => carried !== undefined);
  if (!told) return { publicKey: null, trustedKeys, relays: [] };
  const sources = await tx.gatewaySource.findMany({
    where: { gatewayId },
    select: { environmentId: true, environment: { select: { name: true } } },
  });
  const names = new Map(sources.map(({ environmentId, environment }) => [environmentId, environment.name]));
  return {
    publicKey: told.public_key,
    trustedKeys,
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
