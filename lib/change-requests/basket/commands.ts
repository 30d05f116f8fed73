import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Change, RuleFacts } from "#lib/allowlist/changes.ts";
import { keptExpiry, trafficText } from "#lib/allowlist/policy.ts";
import type { SetBook } from "#lib/allowlist/sets/book.ts";
import { loadSets, setsFor } from "#lib/allowlist/sets/load.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { changesOf, loadBase } from "../base.ts";
import { draftChanges, openDraft } from "../drafting.ts";
import type { DraftRetirementInput, DraftRuleChangeInput, DraftRuleInput } from "../schema.ts";
import { type LockedDeployment, lockDeployment } from "../step.ts";

/** The request that a change went into. */
export interface Drafted {
  requestId: string;
  number: number;
}

/** Puts a new rule to the actor's open draft. What is odd about it is told when the request is simulated. */
export function draftRule(actor: Actor, { deploymentId, ...input }: DraftRuleInput): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const deployment = await lockDeployment(tx, actor, deploymentId);
    const rule = written(input, { hosts: [], pack: null, packVersion: null });
    const sets = await setsFor(tx, deploymentId, rule);
    const change: Change = { kind: "add_rule", ruleId: newId("rule"), rule };
    return draftChanges(tx, actor, deployment, `Open ${spoken(rule, sets)}`, [change]);
  });
}

/** Puts another wording of a rule to the draft; it begins from what the draft says of it already. */
export function draftRuleChange(actor: Actor, { ruleId, ...input }: DraftRuleChangeInput): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const { deployment, rule: before } = await lockRule(tx, actor, ruleId);
    const endsAt = before.expiresAt === null ? null : new Date(before.expiresAt);
    const expiresAt = keptExpiry(endsAt, input.expiresAt);
    // Its own names belong to the peer they were written for.
    const hosts = input.peer === before.peer ? before.hosts : [];
    const rule = written(
      { ...input, expiresAt },
      { hosts, pack: before.pack, packVersion: before.packVersion },
    );
    const sets = await setsFor(tx, deployment.id, rule);
    return draftChanges(tx, actor, deployment, `Change ${spoken(rule, sets)}`, [
      { kind: "change_rule", ruleId, rule },
    ]);
  });
}

export function draftRetirement(actor: Actor, { ruleId }: DraftRetirementInput): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const { deployment, rule } = await lockRule(tx, actor, ruleId);
    return draftChanges(tx, actor, deployment, `Close ${spoken(rule, await loadSets(tx, deployment.id))}`, [
      { kind: "retire_rule", ruleId },
    ]);
  });
}

type Wanted = Omit<DraftRuleInput, "deploymentId">;

function written(
  { expiresAt, ...fields }: Wanted,
  kept: Pick<RuleFacts, "hosts" | "pack" | "packVersion">,
): RuleFacts {
  return { ...fields, ...kept, expiresAt: expiresAt?.toISOString() ?? null };
}

function spoken(rule: RuleFacts, sets: SetBook): string {
  const text = trafficText(rule, sets);
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.slice(0, 140);
}

/** A rule of the list, as the actor's draft has it. */
async function lockRule(
  tx: Tx,
  actor: Actor,
  ruleId: string,
): Promise<{ deployment: LockedDeployment; rule: RuleFacts }> {
  const where = { id: ruleId, ...visibleTo(actor) };
  const found = await tx.allowlistRule.findFirst({ where, select: { deploymentId: true, retiredAt: true } });
  if (!found) throw new AppError("not_found", "There is no such rule.");
  if (found.retiredAt) throw new AppError("conflict", "This rule is retired. Add a new one instead.");
  const deployment = await lockDeployment(tx, actor, found.deploymentId);
  const draft = await openDraft(tx, actor, deployment.id);
  const drafted = draft
    ? changesOf(draft).find((change) => "rule" in change && change.ruleId === ruleId)
    : undefined;
  if (drafted && "rule" in drafted) return { deployment, rule: drafted.rule };
  const rule = (await loadBase(tx, deployment.id)).state.rules.get(ruleId);
  if (!rule) throw new AppError("not_found", "There is no such rule.");
  return { deployment, rule };
}
