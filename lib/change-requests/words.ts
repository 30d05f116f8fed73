import type { ChangeRequestState } from "#lib/platform/prisma/enums.ts";

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
