import type { Carrier, RuleState } from "#lib/allowlist/schema.ts";

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
