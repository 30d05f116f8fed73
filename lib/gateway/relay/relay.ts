import type { Gateway, RunningPart } from "../gateway.ts";
import { startDeliveries } from "./delivery/deliveries.ts";

/** The relay: events are fetched, kept, and handed over inside the site. */
export async function startRelay(gateway: Gateway): Promise<RunningPart> {
  const sides = [await startDeliveries(gateway)];
  return {
    report: async () => Object.assign({}, ...(await Promise.all(sides.map((side) => side.report())))),
    metrics: () => sides.flatMap((side) => side.metrics()),
    async stop() {
      await Promise.all(sides.map((side) => side.stop()));
    },
  };
}
