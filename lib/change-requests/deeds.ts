import type { Actor } from "#lib/access/actor.ts";
import { canStep } from "./policy.ts";
import type { RequestView } from "./queries.ts";

/** What this actor may do with the request as it stands: the buttons of its page. The commands decide for themselves. */
export function deedsOf(actor: Actor, request: RequestView) {
  const { state, stale, obstacles, changes, deployment, waitsFor, ownSide } = request;
  const active = !deployment.archived;
  const decided = state === "proposed" || state === "approved";
  const late = request.expiresAt !== null && request.expiresAt <= new Date();
  const edit = active && canStep("edit", state) && actor.can("change_request.draft");
  const open = state === "proposed" && !stale && !late && active;
  return {
    edit,
    verify: active && canStep("verify", state) && actor.can("change_request.verify"),
    comment: actor.can("change_request.comment"),
    deeds: {
      simulate:
        active &&
        canStep("simulate", state) &&
        (!decided || stale) &&
        changes.length > 0 &&
        actor.can("change_request.simulate"),
      propose:
        active &&
        state === "simulated" &&
        !stale &&
        obstacles.length === 0 &&
        actor.can("change_request.propose"),
      approve: open && actor.can("change_request.approve") ? ownSide : null,
      consent:
        open &&
        request.consentPossible &&
        waitsFor.includes("customer") &&
        request.mayDecide &&
        actor.can("change_request.record_consent"),
      refuse: canStep("refuse", state) && request.mayDecide && actor.can("change_request.refuse"),
      apply: active && state === "approved" && !stale && !late && actor.can("change_request.apply"),
      close: canStep("close", state) && actor.can("change_request.close"),
      withdraw: canStep("withdraw", state) && actor.can("change_request.withdraw"),
      rollBack: active && canStep("roll_back", state) && actor.can("change_request.roll_back"),
    },
  };
}
