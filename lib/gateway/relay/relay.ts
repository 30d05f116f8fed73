import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { Gateway, RunningPart } from "../gateway.ts";
import { startBuffer } from "./buffer/part.ts";
import { startDeliveries } from "./delivery/deliveries.ts";
import { startPullSide } from "./pull/part.ts";
import { startStreams } from "./stream/streams.ts";

/** The relay: events are fetched, kept, and handed over inside the site. */
export async function startRelay(gateway: Gateway): Promise<RunningPart> {
  // Deliveries first: a new endpoint is given what comes from then on.
  const deliveries = await startDeliveries(gateway);
  const sides = [deliveries, await startBuffer(gateway), await startPullSide(gateway)];
  const streams = startStreams(gateway);
  return {
    async report() {
      const told: Partial<GatewayReport>[] = await Promise.all(sides.map((side) => side.report()));
      const errands = told.flatMap((part) => part.errands ?? []);
      return { ...Object.assign({}, ...told), errands };
    },
    metrics: () => [...sides.flatMap((side) => side.metrics()), ...streams.metrics()],
    follow: (request, response) => streams.follow(request, response),
    async stop() {
      await Promise.all([streams.stop(), ...sides.map((side) => side.stop())]);
    },
  };
}
