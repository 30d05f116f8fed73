import { type RuleWorth, worthOf } from "#lib/shared/allowlist/redundancy.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { AllowlistState } from "../changes.ts";
import { nearIndex, timedRules } from "../timed-difference.ts";

/** A rule in force that lets nothing pass which others do not. */
export interface IdleRule {
  ruleId: string;
  /** `shadowed`: one other lets all of it pass. `redundant`: several together do. */
  state: Exclude<RuleWorth["state"], "needed">;
  /** The others, by which the same passes: one, or the first few of those that overlap. */
  by: string[];
  moreBy: number;
  /** The day on which the first of those ends, where this rule outlives it: from then on it is needed. */
  neededFrom: Date | null;
}

export interface Worth {
  needed: number;
  idle: IdleRule[];
}

const BY_MAX = 4;

/** Which rules in force could go without closing anything, one at a time. Exact. */
export function idleRules(state: AllowlistState, now: Date): Worth {
  const rules = timedRules(state.rules, state.sets, now);
  const traffic = rules.map((rule) => rule.traffic);
  const ends = new Map(rules.map((rule) => [rule.traffic.id, rule.endsAt]));
  const near = nearIndex(rules);
  const worth = worthOf(traffic);
  const idle = worth.flatMap((one, index): IdleRule[] => {
    if (one.state === "needed") return [];
    const rule = traffic[index] as TrafficRule;
    const by =
      one.state === "shadowed"
        ? [one.by]
        : near(rule).flatMap((other) => (other.traffic === rule ? [] : [other.traffic.id]));
    const firstEnd = by.flatMap((id) => ends.get(id) ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
    const own = ends.get(rule.id) ?? null;
    return [
      {
        ruleId: rule.id,
        state: one.state,
        by: by.slice(0, BY_MAX),
        moreBy: Math.max(0, by.length - BY_MAX),
        neededFrom: firstEnd && (own === null || own > firstEnd) ? firstEnd : null,
      },
    ];
  });
  return { needed: worth.length - idle.length, idle };
}
