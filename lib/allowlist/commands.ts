import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import type { AllowlistRule } from "#lib/platform/prisma/client.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { findingsAbout } from "./findings.ts";
import { draftPack } from "./pack-draft.ts";
import { isInForce, keptExpiry, ruleState, trafficText } from "./policy.ts";
import { closeRule, facts, openRule, rewriteRule, target } from "./rules.ts";
import type { AddRuleInput, ApplyPackInput, ChangeRuleInput, RuleRef } from "./schema.ts";
import { loadSets, pinNamedSets, setsFor } from "./sets/load.ts";

type Rule = AllowlistRule;

/** Opens one door. What is odd about it has to be acknowledged first; what is open already is refused. */
export function addRule(actor: Actor, input: AddRuleInput, now = systemClock()): Promise<{ ruleId: string }> {
  actor.must("allowlist.add_rule");
  return inScope(actor, async (tx) => {
    const { deploymentId, acknowledged, ...fields } = input;
    const deployment = await lockDeployment(tx, actor, deploymentId);
    mustEndInFuture(fields.expiresAt, now);
    const sets = await setsFor(tx, deploymentId, fields);
    const others = await rulesInForce(tx, deploymentId, now);
    mustBeSeen(findingsAbout(fields, others, deployment.mode, sets), acknowledged);
    const { customerId } = deployment;
    const rule = await openRule(tx, actor, { id: newId("rule"), deploymentId, customerId, ...fields }, sets);
    await pinNamedSets(tx, { deploymentId, customerId }, [fields], sets);
    return { ruleId: rule.id };
  });
}

/** Changes what a rule opens, why, or until when. A new end makes an expired rule open again. */
export function changeRule(actor: Actor, input: ChangeRuleInput, now = systemClock()): Promise<void> {
  actor.must("allowlist.change_rule");
  return inScope(actor, async (tx) => {
    const { ruleId, acknowledged, ...wanted } = input;
    const { rule, deployment } = await lockRule(tx, actor, ruleId);
    const fields = { ...wanted, expiresAt: keptExpiry(rule.expiresAt, wanted.expiresAt) };
    mustEndInFuture(fields.expiresAt, now);
    const others = (await rulesInForce(tx, rule.deploymentId, now)).filter(({ id }) => id !== ruleId);
    const sets = await setsFor(tx, rule.deploymentId, fields);
    mustBeSeen(findingsAbout(fields, others, deployment.mode, sets), acknowledged);
    // Its own names belong to the peer they were written for.
    const hosts = fields.peer === rule.peer ? rule.hosts : [];
    await rewriteRule(tx, actor, rule, { ...fields, hosts }, sets);
    await pinNamedSets(tx, rule, [fields], sets);
  });
}

/** Closes a door now. The rule stays on the list as expired, until it is renewed or retired. */
export function expireRule(actor: Actor, { ruleId }: RuleRef, now = systemClock()): Promise<void> {
  actor.must("allowlist.expire_rule");
  return inScope(actor, async (tx) => {
    const { rule } = await lockRule(tx, actor, ruleId);
    if (ruleState(rule, now) === "expired") throw new AppError("conflict", "This rule has expired already.");
    const data = { expiresAt: now, expiredAt: now };
    const after = await tx.allowlistRule.update({ where: { id: ruleId }, data });
    const entry = {
      ...target(rule, await loadSets(tx, rule.deploymentId)),
      before: facts(rule),
      after: facts(after),
    };
    await recordAudit(tx, actor, { action: "allowlist.expire_rule", ...entry });
  });
}

/** Takes a rule off the list for good. Nothing is deleted: retired rules can still be listed. */
export function retireRule(actor: Actor, { ruleId }: RuleRef, now = systemClock()): Promise<void> {
  actor.must("allowlist.retire_rule");
  return inScope(actor, async (tx) => {
    const { rule } = await lockRule(tx, actor, ruleId);
    await closeRule(tx, actor, rule, now, await loadSets(tx, rule.deploymentId));
  });
}

/** Adds those rules of the mode's pack that are not open yet. Applying it twice adds nothing. */
export function applyPack(
  actor: Actor,
  input: ApplyPackInput,
  now = systemClock(),
): Promise<{ added: number; present: number }> {
  actor.must("allowlist.apply_pack");
  return inScope(actor, async (tx) => {
    const { deploymentId, ownerName, ticket, ...answers } = input;
    const deployment = await lockDeployment(tx, actor, deploymentId);
    const sets = await loadSets(tx, deploymentId);
    const draft = draftPack(deployment.mode, answers, await rulesInForce(tx, deploymentId, now), sets);
    if (draft.pack.rules.length === 0) throw new AppError("conflict", draft.pack.summary);
    const rules = draft.toAdd.map(({ without, hosts, ...rule }) => ({
      ...rule,
      id: newId("rule"),
      deploymentId,
      customerId: deployment.customerId,
      hosts: [...hosts],
      pack: draft.pack.id,
      ownerName,
      ticket,
    }));
    const present = draft.present.length;
    if (rules.length === 0) return { added: 0, present };
    await tx.allowlistRule.createMany({ data: rules });
    await pinNamedSets(tx, { deploymentId, customerId: deployment.customerId }, rules, sets);
    await recordAudit(tx, actor, {
      action: "allowlist.apply_pack",
      targetType: "deployment",
      targetId: deploymentId,
      targetName: deployment.name,
      customerId: deployment.customerId,
      deploymentId,
      after: {
        rules: rules.map((rule) => ({ id: rule.id, opens: trafficText(rule, sets), purpose: rule.purpose })),
      },
      detail: {
        pack: draft.pack.id,
        packName: draft.pack.name,
        version: draft.pack.version,
        added: rules.length,
        present,
      },
    });
    return { added: rules.length, present };
  });
}

/** The deployment, locked: two people who open the same door at once must not both find it shut. */
async function lockDeployment(tx: Tx, actor: Actor, deploymentId: string) {
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.deployments WHERE id = ${deploymentId} FOR UPDATE`);
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: { name: true, mode: true, customerId: true, archivedAt: true },
  });
  if (!deployment) throw declined("not_found", "no_such_deployment");
  if (deployment.archivedAt) {
    throw new AppError("conflict", "This deployment is archived. Restore it before changing its allowlist.");
  }
  return deployment;
}

async function lockRule(tx: Tx, actor: Actor, ruleId: string) {
  const where = { id: ruleId, ...visibleTo(actor) };
  const found = await tx.allowlistRule.findFirst({ where, select: { deploymentId: true } });
  if (!found) throw new AppError("not_found", "There is no such rule.");
  const deployment = await lockDeployment(tx, actor, found.deploymentId);
  const rule = await tx.allowlistRule.findUniqueOrThrow({ where: { id: ruleId } });
  if (rule.retiredAt) throw new AppError("conflict", "This rule is retired. Add a new one instead.");
  return { rule, deployment };
}

function rulesInForce(tx: Tx, deploymentId: string, now: Date): Promise<Rule[]> {
  return tx.allowlistRule.findMany({
    where: { deploymentId, retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    orderBy: { id: "asc" },
  });
}

function mustEndInFuture(expiresAt: Date | null, now: Date): void {
  if (isInForce({ expiresAt, retiredAt: null }, now)) return;
  const sentence = "This time is past: the rule would open nothing.";
  throw new AppError("invalid", sentence, { expiresAt: sentence });
}

function mustBeSeen(findings: ReturnType<typeof findingsAbout>, acknowledged: boolean): void {
  const [worst] = findings;
  if (!worst || (acknowledged && !worst.refused)) return;
  const sentences = findings.map((finding) => finding.sentence).join(" ");
  // The field that is named tells the form whether there is something to acknowledge.
  throw new AppError(
    "conflict",
    sentences,
    worst.refused ? { peer: worst.sentence } : { acknowledged: sentences },
  );
}
