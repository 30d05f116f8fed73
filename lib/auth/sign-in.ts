import "server-only";
import { type Actor, actorOf, systemActor } from "#lib/access/actor.ts";
import type { Role } from "#lib/access/permissions.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import {
  failAttempt,
  findAttempt,
  finishAttempt,
  moveAttempt,
  requireAttempt,
  type Step,
  startAttempt,
} from "./attempts.ts";
import { isPassword } from "./password.ts";
import { spendRecoveryCode } from "./recovery-codes.ts";
import type { SignInInput } from "./schema.ts";
import { beginEnrolment, confirmEnrolment, hasSecondFactor, spendTotpCode } from "./second-factor.ts";
import { type NewSession, startSession, type Visitor } from "./sessions.ts";
import { readSignInPolicy } from "./sign-in-policy.ts";
import { type Counted, countAttempt, forgiveAttempt } from "./throttle.ts";

/** A secret for the browser to keep, and until when. */
export interface Kept {
  secret: string;
  expiresAt: Date;
}

/** What a proof has led to: a session, or a further step. */
export type SignInOutcome = { next: "session"; session: Kept } | { next: Step; attempt: Kept };

export interface SigningIn {
  id: string;
  name: string;
  email: string;
  role: Role;
  allCustomers: boolean;
}

/** First step. Says no more than "wrong" to whoever is unknown, suspended, or has no password. */
export async function signInWithPassword(
  input: SignInInput,
  visitor: Visitor,
  now: Date,
): Promise<SignInOutcome> {
  const counted = [
    ...byAddress("sign_in_address", visitor),
    { kind: "sign_in_account", of: input.email } as const,
  ];
  await countAttempt(counted, now);
  const person = await asSystem("who signs in is not known yet", (tx) =>
    tx.person.findUnique({
      where: { email: input.email },
      select: { ...PERSON, passwordHash: true, status: true },
    }),
  );
  const right = await isPassword(input.password, person?.passwordHash ?? null);
  if (!person || !right || person.status !== "active") {
    await refuse(person, person?.status === "suspended" ? "suspended" : "password", visitor);
    throw new AppError("unauthenticated", "The e-mail address or the password is wrong.");
  }
  return await asSystem("the person has just proved who they are", async (tx) => {
    await forgiveAttempt(tx, counted);
    return await afterFirstFactor(tx, person, visitor, now);
  });
}

/** A session, or the second factor first: the one the person has, or the one the policy asks everybody to have. */
export async function afterFirstFactor(
  tx: Tx,
  person: SigningIn,
  visitor: Visitor,
  now: Date,
): Promise<SignInOutcome> {
  if (await hasSecondFactor(tx, person.id))
    return { next: "second_factor", attempt: await startAttempt(tx, person.id, "second_factor", now) };
  if ((await readSignInPolicy(tx)).requireSecondFactor)
    return { next: "enrolment", attempt: await startAttempt(tx, person.id, "enrolment", now) };
  return await signedIn(tx, person, { method: "password", secondFactor: false }, visitor, now);
}

/** Second step: a code of the authenticator app, or one of the recovery codes, each good once. */
export async function proveSecondFactor(
  secret: string | null,
  proof: { code: string } | { recoveryCode: string },
  visitor: Visitor,
  now: Date,
): Promise<SignInOutcome> {
  const { id, person } = await asSystem("a sign-in is under way", (tx) =>
    requireAttempt(tx, secret, ["second_factor"], now),
  );
  const counted = [{ kind: "second_factor", of: person.id } as const];
  await countAttempt(counted, now);
  const outcome = await asSystem("a sign-in is under way", async (tx) => {
    const good =
      "code" in proof
        ? await spendTotpCode(tx, person.id, proof.code, now)
        : await spendRecoveryCode(tx, person.id, proof.recoveryCode, now);
    if (!good) return await failAttempt(tx, id);
    await finishAttempt(tx, id, now);
    await forgiveAttempt(tx, counted);
    if ("recoveryCode" in proof) await note(tx, person, "person.use_recovery_code", visitor);
    return await signedIn(tx, person, { method: "password", secondFactor: true }, visitor, now);
  });
  if (outcome) return outcome;
  await refuse(person, "code" in proof ? "second_factor" : "recovery_code", visitor);
  throw new AppError("unauthenticated", "This code is not right, or was used before.", {
    ["code" in proof ? "code" : "recoveryCode"]: "Not right, or used before.",
  });
}

/** Who is signing in and what is lacking, for the page that asks for it. Null: begin again. */
export async function findSignIn(secret: string | null, now: Date) {
  if (secret === null) return null;
  return await asSystem("a sign-in is under way", async (tx) => {
    const attempt = await findAttempt(tx, secret, now);
    if (!attempt) return null;
    const { person, createdAt } = attempt;
    const enrolment = attempt.step === "enrolment" ? await beginEnrolment(tx, person, now, createdAt) : null;
    return { step: attempt.step, email: person.email, enrolment };
  });
}

/** Sets up the second factor that the policy asks for, and returns the recovery codes to be shown once. */
export async function enrolAtSignIn(secret: string | null, code: string, visitor: Visitor, now: Date) {
  const codes = await asSystem("a sign-in is under way", async (tx) => {
    const { id, person } = await requireAttempt(tx, secret, ["enrolment"], now);
    const confirmed = await confirmEnrolment(tx, person.id, code, now);
    if (!confirmed) return await failAttempt(tx, id);
    await moveAttempt(tx, id, "recovery_codes");
    await note(tx, person, "person.enrol_totp", visitor);
    return confirmed;
  });
  if (codes) return codes;
  throw new AppError("invalid", "This code is not right.", {
    code: "Not the code for now. Is the phone's clock right?",
  });
}

/** The recovery codes were seen: the sign-in is complete. */
export async function finishEnrolment(
  secret: string | null,
  visitor: Visitor,
  now: Date,
): Promise<SignInOutcome> {
  return await asSystem("a sign-in is under way", async (tx) => {
    const { id, person } = await requireAttempt(tx, secret, ["recovery_codes"], now);
    await finishAttempt(tx, id, now);
    return await signedIn(tx, person, { method: "password", secondFactor: true }, visitor, now);
  });
}

/** Begins the session of somebody who has proved everything asked, and writes it down. */
export async function signedIn(
  tx: Tx,
  person: SigningIn,
  how: Omit<NewSession, "personId"> & { provider?: string },
  visitor: Visitor,
  now: Date,
): Promise<{ next: "session"; session: Kept }> {
  const { provider, ...proof } = how;
  const session = await startSession(tx, { personId: person.id, ...proof }, visitor, now);
  const detail = { ...proof, ...(provider === undefined ? {} : { provider }) };
  await note(tx, person, "session.sign_in", visitor, { sessionId: session.id, detail });
  return { next: "session", session };
}

/** Written down for accounts that exist only: what else is typed into that field may well be somebody's password. */
export async function refuse(
  person: { id: string; email: string } | null,
  reason: string,
  visitor: Visitor,
): Promise<void> {
  const actor = { ...systemActor("sign-in"), ip: visitor.ip };
  const target = { targetType: "person", targetId: person?.id ?? "unknown", targetName: person?.email ?? "" };
  await asSystem("nobody has signed in", (tx) =>
    recordAudit(tx, actor, { action: "session.sign_in_refused", ...target, detail: { reason } }),
  );
}

/** One event about the person who signs in, by that person. */
export async function note(
  tx: Tx,
  person: SigningIn,
  action: Parameters<typeof recordAudit>[2]["action"],
  visitor: Visitor,
  more: { sessionId?: string; detail?: Record<string, string | boolean> } = {},
): Promise<void> {
  const target = { targetType: "person", targetId: person.id, targetName: person.email };
  const actor = signingInActor(person, visitor, more.sessionId ?? null);
  await recordAudit(tx, actor, { action, ...target, detail: more.detail ?? {} });
}

/** For the audit log only: sees no customer until there is a session. */
function signingInActor({ id, name, role }: SigningIn, visitor: Visitor, sessionId: string | null): Actor {
  return actorOf({ id, name, kind: "person", role, customers: [], sessionId, ip: visitor.ip });
}

/** Where the address is not known there is nothing to count by. */
export function byAddress(
  kind: "sign_in_address" | "link_address" | "code_address",
  visitor: Visitor,
): Counted[] {
  return visitor.ip === null ? [] : [{ kind, of: visitor.ip }];
}

export const PERSON = { id: true, name: true, email: true, role: true, allCustomers: true } as const;
