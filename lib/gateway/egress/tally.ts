import type { Clock } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";

export type EgressRecord = (crossing: Crossing) => void;

const MINUTES = 60;
const MINUTE_MS = 60_000;

/** What passed and what did not, counted as it is written down. */
export interface Tally {
  readonly record: EgressRecord;
  lastHour(): { allowed: number; refused: number };
  metrics(): string[];
}

export function tally(record: EgressRecord, clock: Clock): Tally {
  const minutes = new Map<number, { allowed: number; refused: number }>();
  const totals = { allowed: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
  const refused = new Map<string, number>();
  const minuteNow = () => Math.floor(clock().getTime() / MINUTE_MS);
  const count = (what: "allowed" | "refused") => {
    const now = minuteNow();
    const minute = minutes.get(now) ?? { allowed: 0, refused: 0 };
    minute[what] += 1;
    minutes.set(now, minute);
    for (const old of minutes.keys()) if (old <= now - MINUTES) minutes.delete(old);
  };
  return {
    record(crossing) {
      record(crossing);
      const { outcome, reason, bytesIn, bytesOut } = crossing;
      if (outcome === "open") {
        totals.allowed += 1;
        count("allowed");
      } else if (outcome === "refused") {
        refused.set(reason ?? "", (refused.get(reason ?? "") ?? 0) + 1);
        count("refused");
      } else if (outcome === "failed") totals.failed += 1;
      totals.bytesIn += bytesIn;
      totals.bytesOut += bytesOut;
    },
    lastHour() {
      const now = minuteNow();
      const sum = { allowed: 0, refused: 0 };
      for (const [minute, { allowed, refused }] of minutes) {
        if (minute <= now - MINUTES) continue;
        sum.allowed += allowed;
        sum.refused += refused;
      }
      return sum;
    },
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
