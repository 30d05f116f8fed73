import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import type { Tier } from "./segments.ts";

export const BARS_MAX = 60;

const STEPS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 28, 56].map((days) => days * DAY_MS),
];

/** Into how long bars a stretch of time is cut, where the first begins, and from which counts they can be told. */
export function bucketsOf(since: Date, until: Date): { from: Date; stepMs: number; tier: Tier } {
  const span = until.getTime() - since.getTime();
  // One fewer: the first bar begins before the stretch does, on the step's own line.
  const stepMs =
    STEPS.find((step) => span <= step * (BARS_MAX - 1)) ?? Math.ceil(span / DAY_MS / 59) * DAY_MS;
  const from = new Date(Math.floor(since.getTime() / stepMs) * stepMs);
  return { from, stepMs, tier: stepMs >= DAY_MS ? "days" : stepMs >= HOUR_MS ? "hours" : "rows" };
}
