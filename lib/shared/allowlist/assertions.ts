import { groupBoxes } from "./boxes.ts";
import { regionOf, type TrafficRegion } from "./difference.ts";
import { sweep } from "./sweep.ts";
import type { TrafficRule } from "./traffic.ts";

/** What has to hold of an allowlist, whatever else changes in it: all of this traffic passes, or none of it does. */
export interface Assertion {
  readonly id: string;
  readonly must: "allow" | "deny";
  readonly traffic: TrafficRule;
}

export interface BrokenAssertion {
  assertion: Assertion;
  /** The traffic that passes and must not, or must and does not; each region with a packet that shows it. */
  regions: TrafficRegion[];
}

/** The assertions that this allowlist breaks, exactly, each with what breaks it. */
export function brokenAssertions(
  rules: readonly TrafficRule[],
  assertions: readonly Assertion[],
): BrokenAssertion[] {
  return assertions.flatMap((assertion) => {
    const regions = violations(rules, assertion);
    return regions.length > 0 ? [{ assertion, regions }] : [];
  });
}

function violations(rules: readonly TrafficRule[], { must, traffic }: Assertion): TrafficRegion[] {
  const groups = groupBoxes(rules, [traffic]).filter(({ boxes }) => boxes.some(({ side }) => side === 1));
  return groups.flatMap((group) => {
    const regions = sweep(group.boxes, ({ counts: [allowed, asserted] }, segment) => {
      const passes = (allowed[segment] as number) > 0;
      return (asserted[segment] as number) > 0 && passes === (must === "deny") ? 1 : 0;
    });
    return [...regions].flatMap((region) => regionOf(group, region) ?? []);
  });
}
