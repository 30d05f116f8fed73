import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { hasSecondFactor, removeSecondFactor } from "#lib/auth/second-factor.ts";
import { revokeSessions } from "#lib/auth/sessions.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { createLink, revokeLinks } from "./links.ts";
import { changeProblem, grantableRoles, LAST_OWNER, reachProblem } from "./policy.ts";
import type {
  ChangeAccessInput,
  InvitationRef,
  InvitePersonInput,
  PersonRef,
  PersonSessionRef,
} from "./schema.ts";

/** A link to hand to somebody, shown this once. */
export interface OneTimeLink {
  url: string;
  expiresAt: Date;
}

/** Invites somebody by a link that works once, for seven days. A former one to the same address stops working. */
export function invitePerson(
  actor: Actor,
  input: InvitePersonInput,
  now = systemClock(),
): Promise<OneTimeLink> {
  actor.must("person.invite");
  return inScope(actor, async (tx) => {
    const reach = await requireReach(tx, actor, input);
    const known = await tx.person.count({ where: { email: input.email } });
    if (known > 0)
      throw new AppError("conflict", "This person is here already.", { email: "Already among the people." });
    await revokeLinks(tx, { purpose: "join", email: input.email }, now);
    const link = {
      purpose: "join",
      email: input.email,
      role: input.role,
      ...reach,
      invitedById: actor.id,
    } as const;
    const { id, url, expiresAt } = await createLink(tx, link, now);
    const target = { targetType: "invitation", targetId: id, targetName: input.email };
    await recordAudit(tx, actor, {
      action: "person.invite",
      ...target,
      after: { role: input.role, ...reach },
    });
    return { url, expiresAt };
  });
}

/** Takes an invitation back before it is used. */
export function revokeInvitation(
  actor: Actor,
  { invitationId }: InvitationRef,
  now = systemClock(),
): Promise<void> {
  actor.must("person.revoke_invitation");
  return inScope(actor, async (tx) => {
    const where = { id: invitationId, purpose: { not: "set_up" as const } };
    const link = await tx.invitation.findFirst({ where, select: { email: true, role: true } });
    if (!link) throw new AppError("not_found", "There is no such invitation.");
    if (!grantableRoles(actor.role).includes(link.role))
      throw new AppError("forbidden", "Only an owner may take back the invitation of an owner.");
    const open = { id: invitationId, acceptedAt: null, revokedAt: null };
    const { count } = await tx.invitation.updateMany({ where: open, data: { revokedAt: now } });
    if (count === 0) throw new AppError("conflict", "This invitation was used or taken back already.");
    const target = { targetType: "invitation", targetId: invitationId, targetName: link.email ?? "" };
    await recordAudit(tx, actor, { action: "person.revoke_invitation", ...target });
  });
}

/** Changes what a person may do and which customers they see. It counts from their next click. */
export function changeAccess(actor: Actor, input: ChangeAccessInput, now = systemClock()): Promise<void> {
  actor.must("person.change");
  return inScope(actor, async (tx) => {
    const person = await requireChangeable(tx, actor, input.personId);
    const reach = await requireReach(tx, actor, input);
    if (person.role === "owner" && input.role !== "owner") await mustNotBeLastOwner(tx, person.id);
    const { role } = input;
    const data = { role, allCustomers: reach.allCustomers };
    await tx.person.update({ where: { id: person.id }, data, select: { id: true } });
    await tx.personScope.deleteMany({ where: { personId: person.id } });
    const scopes = reach.customerIds.map((customerId) => ({ personId: person.id, customerId }));
    await tx.personScope.createMany({ data: scopes });
    // A link they made before would still hand out what they no longer may, to themselves too.
    if (grantableRoles(role).length < grantableRoles(person.role).length)
      await revokeLinks(tx, { invitedById: person.id }, now);
    const customerIds = person.scopes.map((scope) => scope.customerId);
    const before = { role: person.role, allCustomers: person.allCustomers, customerIds };
    await recordAudit(tx, actor, {
      action: "person.change",
      ...targetOf(person),
      before,
      after: { role, ...reach },
    });
  });
}

/** Shuts a person out: they cannot sign in, and every session of theirs ends now. */
export function suspendPerson(actor: Actor, { personId }: PersonRef, now = systemClock()): Promise<void> {
  actor.must("person.suspend");
  return inScope(actor, async (tx) => {
    const person = await requireChangeable(tx, actor, personId);
    if (person.status === "suspended") throw new AppError("conflict", `${person.name} is suspended already.`);
    if (person.role === "owner") await mustNotBeLastOwner(tx, person.id);
    await tx.person.update({ where: { id: personId }, data: { status: "suspended" }, select: { id: true } });
    const sessions = await revokeSessions(tx, { personId }, now);
    await revokeLinks(tx, { purpose: "reset", personId }, now);
    // Whoever is shut out must not come back by an invitation of their own making.
    await revokeLinks(tx, { invitedById: personId }, now);
    await recordAudit(tx, actor, { action: "person.suspend", ...targetOf(person), detail: { sessions } });
  });
}

/** Lets a suspended person sign in again, with what they could do before. */
export function reactivatePerson(actor: Actor, { personId }: PersonRef): Promise<void> {
  actor.must("person.reactivate");
  return inScope(actor, async (tx) => {
    const person = await requireChangeable(tx, actor, personId);
    if (person.status === "active") throw new AppError("conflict", `${person.name} is not suspended.`);
    await tx.person.update({ where: { id: personId }, data: { status: "active" }, select: { id: true } });
    await recordAudit(tx, actor, { action: "person.reactivate", ...targetOf(person) });
  });
}

/** Ends one session of a person, wherever they are. */
export function revokePersonSession(
  actor: Actor,
  input: PersonSessionRef,
  now = systemClock(),
): Promise<void> {
  actor.must("person.suspend");
  return inScope(actor, async (tx) => {
    const person = await requireChangeable(tx, actor, input.personId);
    const revoked = await revokeSessions(tx, { personId: person.id, id: input.sessionId }, now);
    if (revoked === 0) throw new AppError("not_found", "There is no such session. It may have ended.");
    const detail = { sessionId: input.sessionId };
    await recordAudit(tx, actor, { action: "session.revoke", ...targetOf(person), detail });
  });
}

/**
 * For who lost their password or their phone: a link with which they choose a new password. The second factor goes
 * with it at once, and so does every session.
 */
export function resetSignIn(
  actor: Actor,
  { personId }: PersonRef,
  now = systemClock(),
): Promise<OneTimeLink> {
  actor.must("person.reset_sign_in");
  return inScope(actor, async (tx) => {
    const person = await requireChangeable(tx, actor, personId);
    if (person.status !== "active")
      throw new AppError("conflict", `${person.name} is suspended. Reactivate first.`);
    const hadSecondFactor = await hasSecondFactor(tx, personId);
    await removeSecondFactor(tx, personId);
    await tx.person.update({
      where: { id: personId },
      data: { passwordHash: null, passwordSetAt: null },
      select: { id: true },
    });
    const sessions = await revokeSessions(tx, { personId }, now);
    await revokeLinks(tx, { purpose: "reset", personId }, now);
    const { email, role, allCustomers } = person;
    const link = { purpose: "reset", email, role, allCustomers, customerIds: [], personId } as const;
    const { url, expiresAt } = await createLink(tx, { ...link, customerIds: [], invitedById: actor.id }, now);
    const detail = { sessions, hadSecondFactor };
    await recordAudit(tx, actor, { action: "person.reset_sign_in", ...targetOf(person), detail });
    return { url, expiresAt };
  });
}

async function requireChangeable(tx: Tx, actor: Actor, personId: string) {
  const person = await tx.person.findUnique({ where: { id: personId }, select: PERSON });
  if (!person) throw new AppError("not_found", "There is no such person.");
  const problem = changeProblem(actor, person);
  if (problem) throw new AppError("forbidden", problem);
  return person;
}

/** The reach as it is stored, once role and customers fit each other and the actor may hand them out. */
async function requireReach(tx: Tx, actor: Actor, input: InvitePersonInput | ChangeAccessInput) {
  if (!grantableRoles(actor.role).includes(input.role))
    throw new AppError("forbidden", "Only an owner may make an owner.", {
      role: "Only an owner may make an owner.",
    });
  const problem = reachProblem(input.role, input);
  if (problem) throw new AppError("invalid", problem, { customers: problem });
  const allCustomers = input.customers === "all";
  const customerIds = allCustomers ? [] : [...new Set(input.customerIds)].sort();
  // Row-level security hides what the actor may not see, so a foreign customer is as absent here as one that never was.
  const found = await tx.customer.count({ where: { id: { in: customerIds } } });
  if (found !== customerIds.length) throw new AppError("not_found", "One of these customers does not exist.");
  return { allCustomers, customerIds };
}

/** Owners are locked first: of two requests that each demote one of two owners, the second sees one left. */
async function mustNotBeLastOwner(tx: Tx, personId: string): Promise<void> {
  const owners = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM console.people WHERE role = 'owner' AND status = 'active' ORDER BY id FOR UPDATE`;
  if (owners.every((owner) => owner.id === personId)) throw new AppError("conflict", LAST_OWNER);
}

function targetOf(person: { id: string; email: string }) {
  return { targetType: "person", targetId: person.id, targetName: person.email };
}

const PERSON = {
  id: true,
  name: true,
  email: true,
  role: true,
  status: true,
  allCustomers: true,
  scopes: { select: { customerId: true }, orderBy: { customerId: "asc" } },
} as const;
