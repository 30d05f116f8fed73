import { dateWords } from "#components/ui/time-words.ts";
import type { Carrier, RuleState } from "#lib/allowlist/schema.ts";
import type { RuleUse } from "#lib/crossings/rule-use.ts";

export const CARRIER_WORDS: Record<Carrier, string> = {
  application: "Installation",
  user_browser: "Users' browsers",
};

export const STATE_WORDS: Record<RuleState, string> = {
  open: "Open",
  expiring: "Expiring",
  expired: "Expired",
  retired: "Retired",
};

export const DIRECTION_WORDS = { egress: "Egress", ingress: "Ingress" };

/** What is known of a rule that was not seen to be used. */
export function wordsOfUse(use: Exclude<RuleUse, { is: "used" }>): { short: string; long: string } {
  if (use.is === "beside")
    return {
      short: "Not seen",
      long: "It passes beside the gateway, which sees what applications connect by TCP.",
    };
  if (use.is === "silent")
    return {
      short: "Not known",
      long: "No gateway of this site reports, so nobody knows whether it is used.",
    };
  const day = dateWords(use.since);
  return {
    short: `Never since ${day}`,
    long: `A gateway has watched since ${day}, and nothing passed by it.`,
  };
}
