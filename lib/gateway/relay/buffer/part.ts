import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Gap } from "#lib/shared/gateway/gap.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Gateway, RunningPart } from "../../gateway.ts";
import type { Side } from "../append.ts";
import { ClockWatch } from "./clock-watch.ts";
import { forgetPastIds, keepWithin } from "./keep-within.ts";

const LOOK_EVERY_MS = 5 * SECOND_MS;

/** Keeps the buffer within its limits until it is stopped. Any number of gateways may: each batch is one's alone. */
export async function startBuffer(gateway: Gateway): Promise<RunningPart> {
  const { pool, clock, log, recorder, configurations } = gateway;
  const { deployment } = configurations.current.configuration;
  const side: Side = { customerId: deployment.customer_id, deploymentId: deployment.id };
  const watch = new ClockWatch();
  const ending = new AbortController();
  let lost = 0;
  const look = async () => {
    const { rows } = await pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
    const { trusted, leapMs } = watch.look(rows[0]?.now.getTime() ?? 0, performance.now());
    if (leapMs !== 0) log.error({ leapMs }, "the clock leapt: for an hour no event is dropped for its age");
    const { configuration } = configurations.current;
    const { gaps } = await keepWithin(pool, side, configuration, clock(), { byAge: trusted });
    for (const gap of gaps) {
      lost += gap.count ?? 0;
      log.error({ gap }, "events had to be dropped that not everybody had had");
      recorder.record(crossingOf(gap, clock()));
    }
    if (trusted) await forgetPastIds(pool, side);
  };
  const looking = (async () => {
    while (!ending.signal.aborted) {
      await look().catch((error: unknown) => log.warn({ err: error }, "the buffer cannot be looked after"));
      await pause(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    report: async () => ({}),
    metrics: () => [`sallyport_gateway_relay_lost_total ${lost}`],
    async stop() {
      ending.abort();
      await looking;
    },
  };
}

/** The gap in the record of what crossed: events that were let in and not handed on. */
function crossingOf(gap: Gap, now: Date): Crossing {
  return {
    id: newId("crs"),
    beganAt: now,
    endedAt: now,
    direction: "ingress",
    kind: "gap",
    outcome: "failed",
    reason: `events_${gap.reason}`,
    ruleId: null,
    purpose: "Events",
    environmentId: gap.environmentId,
    peerName: null,
    peerAddress: null,
    peerPort: null,
    clientId: null,
    clientName: null,
    clientAddress: null,
    method: null,
    path: null,
    status: null,
    bytesIn: 0,
    bytesOut: 0,
    tlsVersion: null,
    certificateSha256: null,
    latencyMs: null,
    correlationId: gap.id,
  };
}
