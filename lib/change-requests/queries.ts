import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import {
  type AllowlistState,
  Changes,
  type ChosenCapability,
  type RuleFacts,
} from "#lib/allowlist/changes.ts";
import { factsOf } from "#lib/allowlist/facts.ts";
import { loadVersions } from "#lib/allowlist/sets/load.ts";
import { obstaclesOf, type Simulation } from "#lib/allowlist/simulation.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import type { Page } from "#lib/platform/list.ts";
import type { ChangeRequest, Prisma } from "#lib/platform/prisma/client.ts";
import type { ApprovalSide, DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { changesOf, loadBase } from "./base.ts";
import { hasCustomerAdmin } from "./deciding.ts";

import { openDraft } from "./drafting.ts";
import { pageOfRequests, type RequestRow, waitingFor } from "./list.ts";
import { approvingSide, ENDED } from "./policy.ts";
import type { Replay } from "./replay.ts";
import { type RequestListQuery, Verification } from "./schema.ts";
import { type Before, type ShownChange, shownChange } from "./shown-changes.ts";

export type { RequestRow } from "./list.ts";
export type { Replay } from "./replay.ts";

/** One page of the requests of a deployment. */
export function listRequests(
  actor: Actor,
  deploymentId: string,
  query: RequestListQuery,
): Promise<Page<RequestRow>> {
  actor.must("change_request.read");
  return inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    return pageOfRequests(tx, actor, query, { deploymentId });
  });
}

/** One page of the requests of every deployment that the actor may see. */
export function listAllRequests(actor: Actor, query: RequestListQuery): Promise<Page<RequestRow>> {
  actor.must("change_request.read");
  return inScope(actor, (tx) => pageOfRequests(tx, actor, query, {}));
}

/** How many proposals wait for this actor's word. */
export function countWaiting(actor: Actor): Promise<number> {
  actor.must("change_request.read");
  return inScope(actor, (tx) =>
    tx.changeRequest.count({ where: { ...visibleTo(actor), AND: waitingFor(actor) } }),
  );
}

export interface Basket {
  /** The actor's own draft of this deployment, to which their next change goes. */
  draft: { id: string; number: number; title: string; changes: number } | null;
  /** Requests of this deployment that are not at their end. */
  open: number;
}

export function getBasket(actor: Actor, deploymentId: string): Promise<Basket> {
  actor.must("change_request.read");
  return inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const found = await openDraft(tx, actor, deploymentId);
    const where = { deploymentId, state: { notIn: [...ENDED] } };
    const draft = found && {
      id: found.id,
      number: found.number,
      title: found.title,
      changes: found.changeCount,
    };
    return { draft, open: await tx.changeRequest.count({ where }) };
  });
}

const WITH = {
  deployment: { select: { id: true, name: true, mode: true, archivedAt: true } },
  customer: { select: { id: true, name: true } },
  rollbackOf: { select: { id: true, number: true, title: true } },
  rollbacks: { select: { id: true, number: true, title: true, state: true }, orderBy: { number: "asc" } },
  approvals: { orderBy: { createdAt: "asc" } },
  comments: { orderBy: [{ createdAt: "asc" }, { id: "asc" }], take: 500 },
} as const satisfies Prisma.ChangeRequestInclude;
type Found = Prisma.ChangeRequestGetPayload<{ include: typeof WITH }>;

export interface RequestView
  extends Omit<
    Found,
    "changes" | "simulation" | "undo" | "verification" | "deployment" | "baseDigest" | "authorIds"
  > {
  deployment: { id: string; name: string; mode: DeploymentMode; archived: boolean };
  changes: ShownChange[];
  /** With what it would have done to the crossings of the last days, where that was asked. */
  simulation: (Simulation & { replay?: Replay }) | null;
  /** Why it cannot be proposed as it stands. */
  obstacles: string[];
  /** The allowlist has changed since it was simulated. */
  stale: boolean;
  verification: Verification | null;
  /** The side for which this actor's word would count now; or why it does not. */
  ownSide: ApprovalSide | null;
  whyNoApproval: string | null;
  /** The actor is none of those who made it. */
  mayDecide: boolean;
  /** The vendor may write down the customer's consent: nobody there can approve for themselves. */
  consentPossible: boolean;
}

/** One request with everything that a decision about it needs. */
export function getRequest(actor: Actor, deploymentId: string, requestId: string): Promise<RequestView> {
  actor.must("change_request.read");
  return inScope(actor, async (tx) => {
    const found = await tx.changeRequest.findFirst({
      where: { id: requestId, deploymentId, ...visibleTo(actor) },
      include: WITH,
    });
    if (!found) throw new AppError("not_found", "There is no such change request.");
    const { changes, simulation, undo, verification, deployment, baseDigest, authorIds, ...facts } = found;
    const base = await loadBase(tx, deploymentId);
    const { archivedAt, ...site } = deployment;
    const current = facts.approvals.filter(({ round }) => round === facts.round).map(({ side }) => side);
    const side = approvingSide(found, current, actor);
    const simulated = simulation as unknown as RequestView["simulation"];
    const before = await beforeOf(tx, found, base.state);
    return {
      ...facts,
      deployment: { ...site, archived: archivedAt !== null },
      changes: changesOf(found).map((change) => shownChange(change, before)),
      simulation: simulated,
      obstacles: simulated ? obstaclesOf(simulated) : [],
      stale: baseDigest !== null && base.digest !== baseDigest,
      verification: verification === null ? null : Verification.parse(verification),
      ownSide: side.ok ? side.value : null,
      whyNoApproval: side.ok ? null : side.problem,
      mayDecide: !authorIds.includes(actor.id),
      consentPossible: !(current.includes("customer") || (await hasCustomerAdmin(tx, found.customerId))),
    };
  });
}

/** What the rules said before: as they stand, or for what is applied as the way back has it. */
async function beforeOf(tx: Tx, request: ChangeRequest, now: AllowlistState): Promise<Before> {
  const undo = request.undo === null ? [] : Changes.parse(request.undo);
  const named = [...changesOf(request), ...undo].flatMap((change) =>
    change.kind === "use_set_version" ? [change.versionId] : [],
  );
  const before = { ...now, versions: await loadVersions(tx, named) };
  if (request.undo === null) return before;
  const rules = new Map<string, RuleFacts>();
  const capabilities = new Map<string, ChosenCapability>();
  const sets = new Map(now.sets);
  for (const change of undo) {
    if (change.kind === "change_rule") rules.set(change.ruleId, change.rule);
    if (change.kind === "add_capability" || change.kind === "change_capability")
      capabilities.set(change.capability, change);
    const version = change.kind === "use_set_version" && before.versions.get(change.versionId);
    if (version) sets.set(version.slug, version);
  }
  const retired = changesOf(request).flatMap((change) =>
    change.kind === "retire_rule" ? [change.ruleId] : [],
  );
  for (const rule of await tx.allowlistRule.findMany({ where: { id: { in: retired } } }))
    rules.set(rule.id, factsOf(rule));
  return { ...before, rules, capabilities, sets };
}

async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string): Promise<void> {
  const where = { id: deploymentId, ...visibleTo(actor) };
  const found = await tx.deployment.findFirst({ where, select: { id: true } });
  if (!found) throw new AppError("not_found", "There is no such deployment.");
}
