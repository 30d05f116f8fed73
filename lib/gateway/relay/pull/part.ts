import { ownFetch } from "../../egress/own-requests.ts";
import type { Gateway, RunningPart } from "../../gateway.ts";
import type { Side } from "../append.ts";
import { metricsOf, type Standing, standingOf } from "./standing.ts";
import { startPulling } from "./start.ts";

/** Brings events in. How it stands is read anew for each report; figures are those of the last one. */
export async function startPullSide(gateway: Gateway): Promise<RunningPart> {
  const { pool, clock, log, recorder, configurations } = gateway;
  const { deployment } = configurations.current.configuration;
  const side: Side = { customerId: deployment.customer_id, deploymentId: deployment.id };
  const configuration = () => configurations.current.configuration;
  const fetch = ownFetch(configuration, clock);
  const pulling = startPulling({ pool, side, clock, log, recorder, fetch, configuration });
  let last: Standing | null = null;
  return {
    async report() {
      last = await standingOf(pool, side, configuration());
      return last.report;
    },
    metrics: () => (last ? metricsOf(last, clock()) : []),
    stop: () => pulling.stop(),
  };
}
