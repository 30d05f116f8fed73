import type { Clock } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { LastHour } from "../hour.ts";

export type EgressRecord = (crossing: Crossing) => void;

/** What passed and what did not, counted as it is written down. */
export interface Tally {
  readonly record: EgressRecord;
  lastHour(): { allowed: number; refused: number };
  metrics(): string[];
}

export function tally(record: EgressRecord, clock: Clock): Tally {
  const hour = new LastHour<"allowed" | "refused">(clock);
  const totals = { allowed: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
  const refused = new Map<string, number>();
  return {
    record(crossing) {
      record(crossing);
      const { outcome, reason, bytesIn, bytesOut } = crossing;
      if (outcome === "open") {
        totals.allowed += 1;
        hour.count("allowed");
      } else if (outcome === "refused") {
        refused.set(reason ?? "", (refused.get(reason ?? "") ?? 0) + 1);
        hour.count("refused");
      } else if (outcome === "failed") totals.failed += 1;
      totals.bytesIn += bytesIn;
      totals.bytesOut += bytesOut;
    },
    lastHour: () => ({ allowed: hour.of("allowed"), refused: hour.of("refused") }),
    metrics: () => [
      `sallyport_gateway_egress_allowed_total ${totals.allowed}`,
      `sallyport_gateway_egress_failed_total ${totals.failed}`,
      ...[...refused].map(
        ([reason, times]) => `sallyport_gateway_egress_refused_total{reason="${reason}"} ${times}`,
      ),
      `sallyport_gateway_egress_bytes_total{direction="in"} ${totals.bytesIn}`,
      `sallyport_gateway_egress_bytes_total{direction="out"} ${totals.bytesOut}`,
    ],
  };
}
