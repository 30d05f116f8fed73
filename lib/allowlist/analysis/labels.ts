import type { AllowlistState } from "../changes.ts";
import { trafficText } from "../policy.ts";

/** A rule as it is named beside what it does. */
export interface RuleLabel {
  id: string;
  text: string;
  purpose: string;
  expiresAt: string | null;
}

/** Names rules of this list; null for one that is not on it. */
export function labelsOf({ rules, sets }: AllowlistState): (ruleId: string | null) => RuleLabel | null {
  return (ruleId) => {
    const rule = ruleId === null ? undefined : rules.get(ruleId);
    if (!rule || ruleId === null) return null;
    return { id: ruleId, text: trafficText(rule, sets), purpose: rule.purpose, expiresAt: rule.expiresAt };
  };
}
