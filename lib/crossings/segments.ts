import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";

/** Where a stretch of time is counted: from the crossings themselves, or from their counts by the hour or the day. */
export type Tier = "rows" | "hours" | "days";

export interface Segment {
  tier: Tier;
  /** Null: from the first there is. */
  from: Date | null;
  /** The first moment left out; null: to the last there is. */
  until: Date | null;
}

const FINER = { days: "hours", hours: "rows" } as const;
const LENGTH = { days: DAY_MS, hours: HOUR_MS } as const;

/**
 * A stretch of time as few pieces as can be: whole days from their counts, the hours at both ends from theirs, and what
 * is left of an hour from its crossings. So any stretch is counted exactly, and none reads more than two hours of rows.
 */
export function segmentsOf(from: Date | null, until: Date | null, coarsest: Tier): Segment[] {
  if (from && until && from >= until) return [];
  if (coarsest === "rows") return [{ tier: "rows", from, until }];
  const length = LENGTH[coarsest];
  const finer = FINER[coarsest];
  const first = from && new Date(Math.ceil(from.getTime() / length) * length);
  const last = until && new Date(Math.floor(until.getTime() / length) * length);
  if (first && last && first >= last) return segmentsOf(from, until, finer);
  return [
    ...(from && first && from < first ? segmentsOf(from, first, finer) : []),
    { tier: coarsest, from: first, until: last },
    ...(until && last && last < until ? segmentsOf(last, until, finer) : []),
  ];
}
