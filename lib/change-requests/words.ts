import type { Change } from "#lib/allowlist/changes.ts";
import type { ApprovalSide, ChangeEffect, ChangeRequestState } from "#lib/platform/prisma/enums.ts";

export const STATE_WORDS: Record<ChangeRequestState, string> = {
  draft: "Draft",
  simulated: "Simulated",
  proposed: "Proposed",
  approved: "Approved",
  applied: "Applied",
  verified: "Verified",
  closed: "Closed",
  refused: "Refused",
  withdrawn: "Withdrawn",
};

export const EFFECT_WORDS: Record<ChangeEffect, string> = {
  widening: "Opens",
  narrowing: "Closes",
  neither: "Same traffic",
};

/** Why something else has to be done first, or can no longer be done. */
export const STATE_SENTENCES: Record<ChangeRequestState, string> = {
  draft: "This request is a draft. Simulate it first.",
  simulated: "This request is not proposed yet.",
  proposed: "This request is proposed, and waits for its approvals.",
  approved: "This request is approved: its changes are fixed, and wait to be applied.",
  applied: "This request is applied, and waits to be verified on site.",
  verified: "This request is verified. All that is left is to close it.",
  closed: "This request is closed.",
  refused: "This request was refused. Make a new one.",
  withdrawn: "This request was withdrawn. Make a new one.",
};

export const SIDE_WORDS: Record<ApprovalSide, string> = { vendor: "the vendor", customer: "the customer" };

export const CHANGE_WORDS = {
  add_rule: { word: "Add", tone: "caution" },
  change_rule: { word: "Change", tone: "neutral" },
  retire_rule: { word: "Retire", tone: "accent" },
  use_set_version: { word: "Set", tone: "neutral" },
  add_capability: { word: "Switch on", tone: "neutral" },
  change_capability: { word: "Answer", tone: "neutral" },
  remove_capability: { word: "Switch off", tone: "neutral" },
  add_assertion: { word: "Assert", tone: "accent" },
  retire_assertion: { word: "Give up", tone: "caution" },
} as const satisfies Record<Change["kind"], { word: string; tone: string }>;
