import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { Changes } from "#lib/allowlist/changes.ts";
import { obstaclesOf } from "#lib/allowlist/simulation.ts";
import { seenPackets } from "#lib/crossings/packets.ts";
import { DAY_MS, systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { applyRequest, verifiedByDoctor } from "./applying.ts";
import { changesOf, loadBase, simulateOn } from "./base.ts";
import { approveFor, hasCustomerAdmin, mustBeUndecided, mustNotBeLate } from "./deciding.ts";
import { createRequest, rewriteChanges, withAuthor } from "./drafting.ts";
import { APPROVAL_SIDES, approvingSide, subjectOf } from "./policy.ts";
import { replay } from "./replay.ts";
import type {
  ApproveInput,
  CommentInput,
  DescribeRequestInput,
  DropChangeInput,
  RecordConsentInput,
  RefuseInput,
  RequestRef,
  VerifyInput,
  WithdrawInput,
} from "./schema.ts";
import { lockDeployment, moveRequest, requireBase, takeStep } from "./step.ts";

/** How long a proposal waits, where nobody says. */
export const PATIENCE_DAYS = 14;

/** What the request is called, and why it is made. */
export function describeRequest(
  actor: Actor,
  { requestId, expiresOn, ...words }: DescribeRequestInput,
  now = systemClock(),
): Promise<void> {
  actor.must("change_request.draft");
  if (expiresOn && expiresOn <= now)
    throw new AppError("invalid", "This day is past.", { expiresOn: "This day is past." });
  return takeStep(actor, requestId, "edit", async (step) => {
    await moveRequest(step, actor, "change_request.draft", { ...words, expiresAt: expiresOn }, { ...words });
  });
}

/** Takes one change out of a draft. */
export function dropChange(actor: Actor, { requestId, subject }: DropChangeInput): Promise<void> {
  actor.must("change_request.draft");
  return takeStep(actor, requestId, "edit", async ({ tx, request }) => {
    const changes = changesOf(request);
    const kept = changes.filter((change) => subjectOf(change) !== subject);
    if (kept.length === changes.length) throw new AppError("not_found", "This change is not in the request.");
    await rewriteChanges(tx, actor, request, kept);
  });
}

/** Works out what the request would do to the allowlist as it stands now. Approvals of an earlier simulation are void. */
export function simulateRequest(actor: Actor, { requestId }: RequestRef, now = systemClock()): Promise<void> {
  actor.must("change_request.simulate");
  return takeStep(actor, requestId, "simulate", async (step) => {
    const { tx, request, deployment } = step;
    if (request.changeCount === 0) throw new AppError("conflict", "There is nothing in this request yet.");
    const base = await loadBase(tx, request.deploymentId, changesOf(request));
    const decided = request.state === "proposed" || request.state === "approved";
    if (decided && base.digest === request.baseDigest)
      throw new AppError(
        "conflict",
        "The allowlist is the one that was simulated on: nothing would come out otherwise.",
      );
    const simulation = simulateOn(base, request, deployment.mode, now);
    const past = replay(base.state, changesOf(request), await seenPackets(tx, request.deploymentId, now), {
      ...{ now, versions: base.versions },
    });
    const { effect } = simulation;
    const data = {
      state: "simulated" as const,
      effect,
      simulation: JSON.parse(JSON.stringify({ ...simulation, replay: past })),
      baseDigest: base.digest,
      round: request.round + 1,
    };
    const detail = {
      ...{ effect, opened: simulation.opened.total, closed: simulation.closed.total },
      ...{ wouldHaveRefused: past.refused.crossings, wouldHaveAllowed: past.allowed.crossings },
    };
    await moveRequest(step, actor, "change_request.simulate", data, detail);
  });
}

/** Puts the request before those who decide. What breaks an assertion, or cannot be done, gets no further. */
export function proposeRequest(actor: Actor, { requestId }: RequestRef, now = systemClock()): Promise<void> {
  actor.must("change_request.propose");
  return takeStep(actor, requestId, "propose", async (step) => {
    const { tx, request, deployment } = step;
    const base = await requireBase(tx, request);
    const obstacles = obstaclesOf(simulateOn(base, request, deployment.mode, now));
    if (obstacles.length > 0) throw new AppError("conflict", obstacles.join(" "));
    if (request.reason.length < 10)
      throw new AppError(
        "conflict",
        "Say why this is needed, in the request's reason, before you propose it.",
      );
    const data = {
      state: "proposed" as const,
      proposedAt: now,
      proposedByName: actor.name,
      authorIds: withAuthor(request, actor),
      expiresAt: request.expiresAt ?? new Date(now.getTime() + PATIENCE_DAYS * DAY_MS),
      remindedAt: null,
      waitsFor: [...APPROVAL_SIDES],
    };
    await moveRequest(step, actor, "change_request.propose", data, { effect: request.effect ?? "neither" });
  });
}

export function withdrawRequest(
  actor: Actor,
  { requestId, reason }: WithdrawInput,
  now = systemClock(),
): Promise<void> {
  actor.must("change_request.withdraw");
  return takeStep(actor, requestId, "withdraw", async (step) => {
    const data = { state: "withdrawn" as const, decidedAt: now, endReason: reason };
    await moveRequest(step, actor, "change_request.withdraw", data, { reason });
  });
}

/** One side's word. Who made the request cannot give it; opening something takes both sides. */
export function approveRequest(
  actor: Actor,
  { requestId, round, comment }: ApproveInput,
  now = systemClock(),
): Promise<void> {
  actor.must("change_request.approve");
  return takeStep(actor, requestId, "approve", async (step) => {
    const sides = await mustBeUndecided(step, round, now);
    const side = approvingSide(step.request, sides, actor);
    if (!side.ok) throw new AppError("conflict", side.problem);
    await approveFor(step, actor, { side: side.value, comment }, now);
  });
}

/** The customer's consent as the vendor wrote it down; only where nobody there has an account to approve with. */
export function recordConsent(
  actor: Actor,
  { requestId, round, consentOf, consentHow }: RecordConsentInput,
  now = systemClock(),
): Promise<void> {
  actor.must("change_request.record_consent");
  return takeStep(actor, requestId, "record_consent", async (step) => {
    const { tx, request } = step;
    const sides = await mustBeUndecided(step, round, now);
    // Whoever made the request does not write down either that somebody agreed to it.
    const own = approvingSide(step.request, [], actor);
    if (!own.ok) throw new AppError("conflict", own.problem);
    if (sides.includes("customer"))
      throw new AppError("conflict", "The customer's side has approved already.");
    if (await hasCustomerAdmin(tx, request.customerId))
      throw new AppError(
        "conflict",
        "The customer has an admin in this console, who approves for themselves.",
      );
    await approveFor(step, actor, { side: "customer", consentOf, consentHow }, now);
  });
}

export function refuseRequest(
  actor: Actor,
  { requestId, reason }: RefuseInput,
  now = systemClock(),
): Promise<void> {
  actor.must("change_request.refuse");
  return takeStep(actor, requestId, "refuse", async (step) => {
    const data = { state: "refused" as const, decidedAt: now, endReason: reason };
    await moveRequest(step, actor, "change_request.refuse", data, { reason });
  });
}

export function commentOnRequest(actor: Actor, { requestId, body }: CommentInput): Promise<void> {
  actor.must("change_request.comment");
  return takeStep(actor, requestId, "comment", async (step) => {
    const { tx, request } = step;
    const id = newId("chgc");
    const author = { authorId: actor.id, authorName: actor.name };
    await tx.changeComment.create({
      data: { id, requestId, customerId: request.customerId, ...author, body },
    });
    await moveRequest(step, actor, "change_request.comment", {}, { commentId: id });
  });
}

/** Makes the approved changes the deployment's allowlist. */
export function applyApproved(actor: Actor, { requestId }: RequestRef, now = systemClock()): Promise<void> {
  actor.must("change_request.apply");
  return takeStep(actor, requestId, "apply", async (step) => {
    mustNotBeLate(step, now);
    await applyRequest(step, actor, now);
  });
}

/** That the site does what the list says: by the doctor's last report, or by a probe that somebody made. */
export function verifyRequest(actor: Actor, input: VerifyInput, now = systemClock()): Promise<void> {
  actor.must("change_request.verify");
  return takeStep(actor, input.requestId, "verify", async (step) => {
    const verification =
      input.by === "doctor"
        ? await verifiedByDoctor(step, actor)
        : { by: input.by, note: input.note, personName: actor.name };
    const data = { state: "verified" as const, verifiedAt: now, verification };
    await moveRequest(step, actor, "change_request.verify", data, verification);
  });
}

export function closeRequest(actor: Actor, { requestId }: RequestRef, now = systemClock()): Promise<void> {
  actor.must("change_request.close");
  return takeStep(actor, requestId, "close", async (step) => {
    await moveRequest(step, actor, "change_request.close", { state: "closed", closedAt: now });
  });
}

/** A new draft that leads back to before this request. It goes the same way as every other. */
export function rollBackRequest(
  actor: Actor,
  { requestId }: RequestRef,
  now = systemClock(),
): Promise<{ requestId: string }> {
  actor.must("change_request.roll_back");
  return takeStep(actor, requestId, "roll_back", async ({ tx, request }) => {
    const deployment = await lockDeployment(tx, actor, request.deploymentId);
    // What has ended since opens nothing any more: there is nothing of it to put back.
    const changes = Changes.parse(request.undo).flatMap((change) => {
      const ended = "rule" in change && change.rule.expiresAt && new Date(change.rule.expiresAt) <= now;
      if (!ended) return [change];
      return change.kind === "change_rule" ? [{ kind: "retire_rule" as const, ruleId: change.ruleId }] : [];
    });
    const made = await createRequest(tx, actor, deployment, {
      title: `Back to before ${request.number}: ${request.title}`.slice(0, 160),
      reason: `Takes back what change request ${request.number} did.`,
      ticket: request.ticket,
      changes,
      rollbackOfId: request.id,
    });
    await moveRequest({ tx, request }, actor, "change_request.roll_back", {}, { requestId: made.id });
    return { requestId: made.id };
  });
}
