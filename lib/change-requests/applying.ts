import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { addAssertion, retireAssertion } from "#lib/allowlist/assertions/record.ts";
import { type AllowlistState, applyChanges, changesBetween, type RuleFacts } from "#lib/allowlist/changes.ts";
import { writeCapability } from "#lib/allowlist/packs/record.ts";
import { closeRule, openRule, rewriteRule } from "#lib/allowlist/rules.ts";
import { pinNamedSets, pinSet } from "#lib/allowlist/sets/load.ts";
import { obstaclesOf } from "#lib/allowlist/simulation.ts";
import { DoctorReport } from "#lib/doctor/report.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { changesOf, simulateOn } from "./base.ts";
import type { Verification } from "./schema.ts";
import { moveRequest, requireBase, type Step } from "./step.ts";

/** Makes what was approved the allowlist, and keeps what leads back. */
export async function applyRequest(step: Step, actor: Actor, now: Date): Promise<void> {
  const { tx, request, deployment } = step;
  const base = await requireBase(tx, request);
  const [obstacle] = obstaclesOf(simulateOn(base, request, deployment.mode, now));
  if (obstacle) throw new AppError("conflict", `${obstacle} Simulate this again.`);
  const { state } = applyChanges(base.state, changesOf(request), base.versions);
  await writeRules(step, actor, base.state, state, now);
  await writeCapabilities(step, actor, base.state, state);
  await writeAssertions(step, actor, base.state, state, now);
  const undo = changesBetween(state, base.state, newId);
  const facts = { state: "applied" as const, appliedAt: now, appliedByName: actor.name, undo };
  await moveRequest(step, actor, "change_request.apply", facts, { changes: request.changeCount });
}

async function writeRules(
  { tx, request }: Step,
  actor: Actor,
  before: AllowlistState,
  after: AllowlistState,
  now: Date,
): Promise<void> {
  const { customerId, deploymentId } = request;
  const detail = { requestId: request.id, request: request.number };
  const changed = [...before.rules].filter(([id, rule]) => after.rules.get(id) !== rule).map(([id]) => id);
  for (const [slug, set] of after.sets)
    if (before.sets.get(slug)?.versionId !== set.versionId) await pinSet(tx, request, set.versionId);
  await pinNamedSets(tx, request, [...after.rules.values()], after.sets);
  const known = await tx.allowlistRule.findMany({ where: { id: { in: changed }, deploymentId } });
  for (const rule of known) {
    const wanted = after.rules.get(rule.id);
    if (wanted) await rewriteRule(tx, actor, rule, columnsOf(wanted), after.sets, detail);
    else await closeRule(tx, actor, rule, now, after.sets, detail);
  }
  for (const [id, rule] of after.rules)
    if (!before.rules.has(id))
      await openRule(tx, actor, { id, customerId, deploymentId, ...columnsOf(rule) }, after.sets, detail);
}

async function writeCapabilities(
  { tx, request, deployment }: Step,
  actor: Actor,
  before: AllowlistState,
  after: AllowlistState,
): Promise<void> {
  const detail = { requestId: request.id, request: request.number };
  for (const capability of new Set([...before.capabilities.keys(), ...after.capabilities.keys()])) {
    const was = before.capabilities.get(capability) ?? null;
    const wanted = after.capabilities.get(capability) ?? null;
    if (was !== wanted) await writeCapability(tx, actor, deployment, capability, { was, wanted, detail });
  }
}

async function writeAssertions(
  { tx, request }: Step,
  actor: Actor,
  before: AllowlistState,
  after: AllowlistState,
  now: Date,
): Promise<void> {
  const { customerId, deploymentId } = request;
  const detail = { requestId: request.id, request: request.number };
  const gone = [...before.assertions.keys()].filter((id) => !after.assertions.has(id));
  const retired = await tx.allowlistAssertion.findMany({ where: { id: { in: gone }, deploymentId } });
  for (const assertion of retired) await retireAssertion(tx, actor, assertion, now, after.sets, detail);
  for (const [id, facts] of after.assertions)
    if (!before.assertions.has(id))
      await addAssertion(tx, actor, { id, customerId, deploymentId }, facts, after.sets, detail);
}

function columnsOf({ expiresAt, ...rule }: RuleFacts) {
  return { ...rule, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
}

/**
 * What the doctor says of the rules that were opened or changed: each must have been tried after they were applied,
 * with none failing. Of doors that were shut it says nothing.
 */
export async function verifiedByDoctor({ tx, request }: Step, actor: Actor): Promise<Verification> {
  const since = request.appliedAt as Date;
  const found = await tx.doctorReport.findFirst({
    where: { deploymentId: request.deploymentId, ranAt: { gt: since }, createdAt: { gt: since } },
    orderBy: [{ ranAt: "desc" }, { id: "desc" }],
  });
  if (!found)
    throw new AppError(
      "conflict",
      "The doctor has not run at this deployment since the request was applied.",
    );
  const ruleIds = new Set(changesOf(request).flatMap((change) => ("rule" in change ? [change.ruleId] : [])));
  const { checks } = DoctorReport.parse(found.content);
  const about = checks.filter(({ door }) => door?.ruleId && ruleIds.has(door.ruleId));
  const failed = about.find(({ outcome }) => outcome === "failed");
  if (failed) throw new AppError("conflict", `The doctor found this failing: ${failed.title}`);
  const passed = about.filter(({ outcome }) => outcome !== "skipped");
  if (passed.length === 0)
    throw new AppError("conflict", "The last report tried none of these rules. Record a probe instead.");
  const { id, machine, ranAt } = found;
  return {
    by: "doctor",
    reportId: id,
    machine,
    ranAt: ranAt.toISOString(),
    checks: passed.length,
    personName: actor.name,
  };
}
