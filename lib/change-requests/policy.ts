import type { Role } from "#lib/access/permissions.ts";
import type { Change } from "#lib/allowlist/changes.ts";
import type { ApprovalSide, ChangeEffect, ChangeRequestState } from "#lib/platform/prisma/enums.ts";
import { type Reading, read, refuse } from "#lib/shared/reading.ts";

/** Where a request is in its life, in order; the last two are where it may end instead. */
export const REQUEST_STATES = [
  "draft",
  "simulated",
  "proposed",
  "approved",
  "applied",
  "verified",
  "closed",
  "refused",
  "withdrawn",
] as const satisfies readonly ChangeRequestState[];

/** What can be done with a request, and from which states. */
const FROM = {
  edit: ["draft", "simulated"],
  simulate: ["draft", "simulated", "proposed", "approved"],
  propose: ["simulated"],
  withdraw: ["draft", "simulated", "proposed", "approved"],
  approve: ["proposed"],
  record_consent: ["proposed"],
  refuse: ["proposed", "approved"],
  apply: ["approved"],
  verify: ["applied"],
  close: ["verified"],
  roll_back: ["applied", "verified", "closed"],
  comment: REQUEST_STATES,
} as const satisfies Record<string, readonly ChangeRequestState[]>;
export type RequestStep = keyof typeof FROM;
export const REQUEST_STEPS = Object.keys(FROM) as RequestStep[];

export function canStep(step: RequestStep, state: ChangeRequestState): boolean {
  return (FROM[step] as readonly ChangeRequestState[]).includes(state);
}

/** States in which nothing more happens by itself or is waited for. */
export const ENDED: readonly ChangeRequestState[] = ["closed", "refused", "withdrawn"];

export const APPROVAL_SIDES = ["vendor", "customer"] as const satisfies readonly ApprovalSide[];

/** Which side somebody of this role speaks for; null: neither. */
export function sideOf(role: Role | "link"): ApprovalSide | null {
  if (role === "owner" || role === "admin") return "vendor";
  return role === "customer_admin" ? "customer" : null;
}

export interface Decider {
  id: string;
  kind: string;
  role: Role | "link";
}

/** The side this person's word counts for, or why it cannot. Whoever made a request, in whole or in part, never approves it. */
export function approvingSide(
  request: { authorIds: readonly string[] },
  sides: readonly ApprovalSide[],
  by: Decider,
): Reading<ApprovalSide> {
  const side = sideOf(by.role);
  if (by.kind !== "person" || side === null)
    return refuse("Only an admin of the vendor or of the customer can approve.");
  if (request.authorIds.includes(by.id))
    return refuse("You made this request: somebody else has to approve it.");
  return sides.includes(side) ? refuse(`The ${side}'s side has approved already.`) : read(side);
}

/** Whether these sides are enough. Opening something takes both; the rest takes one. */
export function isApprovedBy(effect: ChangeEffect, sides: readonly ApprovalSide[]): boolean {
  return effect === "widening" ? sides.includes("vendor") && sides.includes("customer") : sides.length > 0;
}

/** What a change is about. A request holds one change of each thing. */
export function subjectOf(change: Change): string {
  switch (change.kind) {
    case "add_rule":
    case "change_rule":
    case "retire_rule":
      return change.ruleId;
    case "use_set_version":
      return `set ${change.slug}`;
    case "add_assertion":
    case "retire_assertion":
      return change.assertionId;
    default:
      return `capability ${change.capability}`;
  }
}

/** Puts a change to those drafted so far, so that each thing is changed once: what was only drafted is simply dropped. */
export function mergeChange(drafted: readonly Change[], change: Change): Change[] {
  const subject = subjectOf(change);
  const before = drafted.find((other) => subjectOf(other) === subject);
  const others = drafted.filter((other) => other !== before);
  if (!before) return [...drafted, change];
  const wasAdded = before.kind.startsWith("add_");
  if (wasAdded && (change.kind.startsWith("retire_") || change.kind.startsWith("remove_"))) return others;
  if (before.kind === "add_rule" && change.kind === "change_rule")
    return drafted.map((other) => (other === before ? { ...before, rule: change.rule } : other));
  if (before.kind === "add_capability" && change.kind === "change_capability")
    return drafted.map((other) => (other === before ? { ...change, kind: "add_capability" } : other));
  // Taken away and given back: the deployment has it all along.
  if (before.kind === "remove_capability" && change.kind === "add_capability")
    return drafted.map((other) => (other === before ? { ...change, kind: "change_capability" } : other));
  return drafted.map((other) => (other === before ? change : other));
}
