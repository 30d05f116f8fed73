import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { assertionFacts } from "#lib/allowlist/assertions/record.ts";
import type { AssertionRef, DraftAssertionInput } from "#lib/allowlist/assertions/schema.ts";
import { assertionText } from "#lib/allowlist/assertions/words.ts";
import type { AssertionFacts, Change } from "#lib/allowlist/changes.ts";
import { trafficKey } from "#lib/allowlist/policy.ts";
import type { SetBook } from "#lib/allowlist/sets/book.ts";
import { loadSets, setsFor } from "#lib/allowlist/sets/load.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { changesOf, loadBase } from "../base.ts";
import type { Drafted } from "../basket/commands.ts";
import { draftChanges, openDraft } from "../drafting.ts";
import { lockDeployment } from "../step.ts";

/** Puts what has to hold to the actor's open draft. Whether it holds is told when the request is simulated. */
export function draftAssertion(
  actor: Actor,
  { deploymentId, ...assertion }: DraftAssertionInput,
): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const deployment = await lockDeployment(tx, actor, deploymentId);
    const known = await assertionsWith(tx, actor, deploymentId);
    if (known.some((other) => other.must === assertion.must && trafficKey(other) === trafficKey(assertion)))
      throw new AppError("conflict", "This is asserted already, or waits in your draft.");
    const sets = await setsFor(tx, deploymentId, assertion);
    const change: Change = { kind: "add_assertion", assertionId: newId("asrt"), assertion };
    return draftChanges(tx, actor, deployment, titled("Assert", assertion, sets), [change]);
  });
}

export function draftAssertionRetirement(actor: Actor, { assertionId }: AssertionRef): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const where = { id: assertionId, ...visibleTo(actor) };
    const found = await tx.allowlistAssertion.findFirst({ where });
    if (!found) throw new AppError("not_found", "There is no such assertion.");
    const deployment = await lockDeployment(tx, actor, found.deploymentId);
    if (found.retiredAt) throw new AppError("conflict", "This assertion is retired already.");
    const change: Change = { kind: "retire_assertion", assertionId };
    return draftChanges(
      tx,
      actor,
      deployment,
      titled("Give up", assertionFacts(found), await loadSets(tx, deployment.id)),
      [change],
    );
  });
}

/** The assertions of the list, and those of the actor's draft. */
async function assertionsWith(tx: Tx, actor: Actor, deploymentId: string): Promise<AssertionFacts[]> {
  const { state } = await loadBase(tx, deploymentId);
  const draft = await openDraft(tx, actor, deploymentId);
  const drafted = draft ? changesOf(draft) : [];
  return [
    ...state.assertions.values(),
    ...drafted.flatMap((change) => (change.kind === "add_assertion" ? [change.assertion] : [])),
  ];
}

function titled(deed: string, assertion: AssertionFacts, sets: SetBook): string {
  return `${deed}: ${assertionText(assertion, sets)}`.slice(0, 160);
}
