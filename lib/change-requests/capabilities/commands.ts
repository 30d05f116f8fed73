import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { packName } from "#lib/allowlist/packs/index.ts";
import type { TickInput, UntickInput } from "#lib/allowlist/packs/schema.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Drafted } from "../basket/commands.ts";
import { draftChanges } from "../drafting.ts";
import { lockDeployment } from "../step.ts";
import { draftedState, tickChanges, untickChanges } from "./changes.ts";

/** Puts these capabilities to the actor's open draft, with the rules that their packs bring at this site. */
export function draftCapabilities(actor: Actor, input: TickInput, now = systemClock()): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const deployment = await lockDeployment(tx, actor, input.deploymentId);
    const { state } = await draftedState(tx, actor, deployment.id);
    const { changes } = tickChanges(state, deployment.mode, input, now);
    if (changes.length === 0) throw new AppError("conflict", "All of this is on the allowlist already.");
    const [first = "", ...more] = input.capabilities;
    const verb = state.capabilities.has(first) ? "Change" : "Add";
    const title =
      more.length === 0 ? `${verb} ${packName(first)}` : `${verb} ${packName(first)} and ${more.length} more`;
    return draftChanges(tx, actor, deployment, title, changes);
  });
}

/** Puts to the draft that the site does without the capability, and exactly the rules that leave with it. */
export function draftCapabilityRemoval(
  actor: Actor,
  { deploymentId, capability }: UntickInput,
  now = systemClock(),
): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const deployment = await lockDeployment(tx, actor, deploymentId);
    const { state } = await draftedState(tx, actor, deployment.id);
    const { changes } = untickChanges(state, capability, now);
    if (changes.length === 0)
      throw new AppError("conflict", "This deployment does not have this capability.");
    return draftChanges(tx, actor, deployment, `Remove ${packName(capability)}`, changes);
  });
}
