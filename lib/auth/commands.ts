import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { hashPassword, isPassword, requireGoodPassword } from "./password.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import type {
  ChangeNameInput,
  ChangePasswordInput,
  ConfirmedByPassword,
  NoInput,
  OwnSessionInput,
  SecondFactorInput,
  SignInPolicy,
} from "./schema.ts";
import {
  beginEnrolment,
  confirmEnrolment,
  type Enrolment,
  hasSecondFactor,
  removeSecondFactor,
} from "./second-factor.ts";
import { revokeSessions } from "./sessions.ts";
import { readSignInPolicy, writeSignInPolicy } from "./sign-in-policy.ts";
import { countAttempt, forgiveAttempt } from "./throttle.ts";

// What people change about themselves needs no permission, only themselves: every command below writes to `actor.id`.

/** Changes the name by which colleagues and the audit log know the actor. */
export function changeOwnName(actor: Actor, { name }: ChangeNameInput): Promise<void> {
  return inScope(actor, async (tx) => {
    const before = await requireSelf(tx, actor);
    await tx.person.update({ where: { id: actor.id }, data: { name }, select: { id: true } });
    const change = { before: { name: before.name }, after: { name } };
    await recordAudit(tx, actor, { action: "person.change_name", ...targetOf(before), ...change });
  });
}

/** Changes the actor's password, and ends their sessions everywhere else: one of them may be why it is changed. */
export async function changeOwnPassword(
  actor: Actor,
  input: ChangePasswordInput,
  now = systemClock(),
): Promise<void> {
  const self = await confirmByPassword(actor, input, now);
  requireGoodPassword(input.password, self);
  if (input.password === input.currentPassword)
    throw new AppError("invalid", "Choose another password.", { password: "This is the present password." });
  const passwordHash = await hashPassword(input.password);
  await inScope(actor, async (tx) => {
    const data = { passwordHash, passwordSetAt: now };
    await tx.person.update({ where: { id: actor.id }, data, select: { id: true } });
    const sessions = await revokeSessions(tx, { personId: actor.id, not: actor.sessionId }, now);
    await recordAudit(tx, actor, { action: "person.set_password", ...targetOf(self), detail: { sessions } });
  });
}

/** Begins to set up a second factor: returns what goes into the authenticator app. */
export function beginOwnSecondFactor(actor: Actor, _input: NoInput, now = systemClock()): Promise<Enrolment> {
  return inScope(actor, async (tx) => beginEnrolment(tx, await requireSelf(tx, actor), now));
}

/** Takes the second factor into use, and returns the recovery codes, shown this once. */
export async function confirmOwnSecondFactor(
  actor: Actor,
  { code }: SecondFactorInput,
  now = systemClock(),
): Promise<string[]> {
  const codes = await inScope(actor, async (tx) => {
    const self = await requireSelf(tx, actor);
    const confirmed = await confirmEnrolment(tx, actor.id, code, now);
    if (!confirmed) return null;
    await tx.session.updateMany({ where: { id: actor.sessionId ?? "" }, data: { secondFactor: true } });
    await recordAudit(tx, actor, { action: "person.enrol_totp", ...targetOf(self) });
    return confirmed;
  });
  if (codes) return codes;
  const wrong = "Not the code for now. Is the phone's clock right?";
  throw new AppError("invalid", "This code is not right.", { code: wrong });
}

/** Removes the actor's second factor, where the policy leaves it to them. */
export async function removeOwnSecondFactor(
  actor: Actor,
  input: ConfirmedByPassword,
  now = systemClock(),
): Promise<void> {
  const self = await confirmByPassword(actor, input, now);
  await inScope(actor, async (tx) => {
    if ((await readSignInPolicy(tx)).requireSecondFactor)
      throw new AppError("conflict", "The owners of this console require a second factor of everybody.");
    if (!(await hasSecondFactor(tx, actor.id))) throw new AppError("conflict", "There is no second factor.");
    await removeSecondFactor(tx, actor.id);
    await recordAudit(tx, actor, { action: "person.remove_totp", ...targetOf(self) });
  });
}

/** Makes ten new recovery codes, shown this once. The former ten stop working. */
export async function renewOwnRecoveryCodes(
  actor: Actor,
  input: ConfirmedByPassword,
  now = systemClock(),
): Promise<string[]> {
  const self = await confirmByPassword(actor, input, now);
  return await inScope(actor, async (tx) => {
    if (!(await hasSecondFactor(tx, actor.id)))
      throw new AppError("conflict", "Set up a second factor first.");
    const codes = await replaceRecoveryCodes(tx, actor.id);
    await recordAudit(tx, actor, { action: "person.renew_recovery_codes", ...targetOf(self) });
    return codes;
  });
}

/** Ends one of the actor's own sessions. */
export function revokeOwnSession(
  actor: Actor,
  { sessionId }: OwnSessionInput,
  now = systemClock(),
): Promise<void> {
  return inScope(actor, async (tx) => {
    const self = await requireSelf(tx, actor);
    const revoked = await revokeSessions(tx, { personId: actor.id, id: sessionId }, now);
    if (revoked === 0) throw new AppError("not_found", "There is no such session. It may have ended.");
    await recordAudit(tx, actor, { action: "session.revoke", ...targetOf(self), detail: { sessionId } });
  });
}

/** Ends the actor's sessions everywhere but here, and returns how many there were. */
export function revokeOtherSessions(actor: Actor, _input: NoInput, now = systemClock()): Promise<number> {
  return inScope(actor, async (tx) => {
    const self = await requireSelf(tx, actor);
    const sessions = await revokeSessions(tx, { personId: actor.id, not: actor.sessionId }, now);
    await recordAudit(tx, actor, { action: "session.revoke", ...targetOf(self), detail: { sessions } });
    return sessions;
  });
}

/** Ends the session the actor asks from. */
export function signOut(actor: Actor, now = systemClock()): Promise<void> {
  return inScope(actor, async (tx) => {
    const self = await requireSelf(tx, actor);
    await revokeSessions(tx, { personId: actor.id, id: actor.sessionId ?? "" }, now);
    await recordAudit(tx, actor, { action: "session.sign_out", ...targetOf(self) });
  });
}

/** Changes how everybody signs in. It counts at once: sessions that are no longer good enough end. */
export function changeSignInPolicy(actor: Actor, policy: SignInPolicy): Promise<void> {
  actor.must("settings.change");
  return inScope(actor, async (tx) => {
    const before = await readSignInPolicy(tx);
    if (policy.requireSecondFactor && !before.requireSecondFactor) await mustHaveOwnFactor(tx, actor);
    await writeSignInPolicy(tx, policy);
    const target = { targetType: "setting", targetId: "sign_in_policy", targetName: "Sign-in policy" };
    await recordAudit(tx, actor, { action: "settings.change", ...target, before, after: policy });
  });
}

/** Or the owner who asks for it would be signed out by their own click. */
async function mustHaveOwnFactor(tx: Tx, actor: Actor): Promise<void> {
  const where = { id: actor.sessionId ?? "", OR: [{ secondFactor: true }, { method: "sso" }] };
  if ((await tx.session.count({ where })) === 0)
    throw new AppError(
      "conflict",
      "Set up your own second factor and sign in with it, before you require it of all.",
    );
}

/** Asked again for what a borrowed browser must not do. Wrong answers count like those at the sign-in page. */
async function confirmByPassword(actor: Actor, input: ConfirmedByPassword, now: Date) {
  const self = await inScope(actor, (tx) => requireSelf(tx, actor));
  const counted = [{ kind: "sign_in_account", of: self.email } as const];
  await countAttempt(counted, now);
  const { passwordHash } = await inScope(actor, (tx) =>
    tx.person.findUniqueOrThrow({ where: { id: actor.id }, select: { passwordHash: true } }),
  );
  if (!(await isPassword(input.currentPassword, passwordHash)))
    throw new AppError("invalid", "The present password is wrong.", { currentPassword: "Wrong password." });
  await inScope(actor, (tx) => forgiveAttempt(tx, counted));
  return self;
}

async function requireSelf(tx: Tx, actor: Actor) {
  const select = { id: true, name: true, email: true };
  const self = await tx.person.findUnique({ where: { id: actor.id }, select });
  if (!self) throw new AppError("not_found", "There is no such person.");
  return self;
}

function targetOf(person: { id: string; email: string }) {
  return { targetType: "person", targetId: person.id, targetName: person.email };
}
