import type { Clock } from "#lib/shared/clock.ts";
import type { GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { type Boundary, crossingOf } from "./outside.ts";
import { openSender, type Sender, type Sent } from "./send.ts";
import { headersOf, mayKnowAnother } from "./signing.ts";
import type { Delivery } from "./store.ts";

/** How deliveries leave for an endpoint. */
export interface WayOut {
  /** Settled within the endpoint's time in any case. It never throws. */
  deliver(delivery: Delivery): Promise<Sent>;
  close(): void;
}

/** Over HTTP, signed as the endpoint is configured. */
export function wayOverHttp(
  endpoint: GatewayEndpoint,
  { clock, boundary, record }: { clock: Clock; boundary: Boundary; record: (crossing: Crossing) => void },
): WayOut {
  const sender: Sender = openSender({
    url: endpoint.url,
    authorities: endpoint.authorities,
    inFlight: endpoint.in_flight,
    boundary,
  });
  const { secrets } = endpoint;
  // While two secrets overlap, the application has the one or the other, and does not say which. The one it took last is tried first.
  let known = 0;
  return {
    async deliver(delivery) {
      const ends = performance.now() + endpoint.timeout_seconds * 1_000;
      const send = async (by: number) => {
        const beganAt = clock();
        const sent = await sender.send({
          headers: headersOf(delivery, endpoint, by, beganAt),
          body: delivery.body ?? "",
          timeoutMs: endpoint.timeout_seconds * 1_000,
          ends,
          secrets,
        });
        const crossing = crossingOf(endpoint, delivery, sent, { beganAt, endedAt: clock() });
        if (crossing) record(crossing);
        return sent;
      };
      const first = known;
      const sent = await send(first);
      if (!mayKnowAnother(endpoint, sent.status)) return sent;
      const other = (first + 1) % secrets.length;
      const again = await send(other);
      if (again.problem !== null) return sent;
      known = other;
      return again;
    },
    close: () => sender.close(),
  };
}
