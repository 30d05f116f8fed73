import { differenceOf } from "#lib/shared/allowlist/difference.ts";
import type { AllowlistState } from "../changes.ts";
import { type ShownRegions, shownTraffic } from "../simulation.ts";
import { nearIndex, timedRules } from "../timed-difference.ts";

export interface EndingDay {
  /** YYYY-MM-DD, in UTC. */
  day: string;
  /** The rules that end on it. */
  ruleIds: string[];
  /** What passes before it and not after. Empty where other rules let the same pass. */
  closes: ShownRegions;
}

/** Which rules end before `until`, day by day, and exactly what each day closes if nobody does anything. */
export function forecast(state: AllowlistState, now: Date, until: Date): EndingDay[] {
  const rules = timedRules(state.rules, state.sets, now);
  const ending = rules.flatMap(({ traffic, endsAt }) =>
    endsAt && endsAt <= until ? [{ traffic, endsAt, day: endsAt.toISOString().slice(0, 10) }] : [],
  );
  const days = [...Map.groupBy(ending, ({ day }) => day)].sort(([a], [b]) => (a < b ? -1 : 1));
  const near = nearIndex(rules);
  return days.map(([day, ended]) => {
    const last = new Date(Math.max(...ended.map(({ endsAt }) => endsAt.getTime())));
    const gone = ended.map(({ traffic }) => traffic);
    // Rules that share no packet with what ends can hide nothing of it.
    const around = new Set(gone.flatMap((traffic) => near(traffic)));
    const left = [...around].flatMap(({ traffic, endsAt }) =>
      endsAt === null || endsAt > last ? [traffic] : [],
    );
    return {
      day,
      ruleIds: gone.map(({ id }) => id),
      closes: shownTraffic(differenceOf([...left, ...gone], left).closed),
    };
  });
}
