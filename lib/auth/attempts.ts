import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { fingerprint, randomSecret } from "#lib/platform/seal.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";

/**
 * What a sign-in still lacks: a code; a second factor to be set up, because the policy asks for one; or a look at the
 * recovery codes of the one just set up.
 */
export type Step = "second_factor" | "enrolment" | "recovery_codes";

const LIFE_MS = 10 * MINUTE_MS;
const FAILURES_MAX = 5;

/**
 * Remembers on the server that a password was right. The browser gets a secret that names it, and nothing else. A second factor
 * is set up in one browser at a time: whoever began before is not to read along what is shown here.
 */
export async function startAttempt(tx: Tx, personId: string, step: Step, now: Date) {
  if (step === "enrolment") await endAttempts(tx, personId, now);
  const secret = randomSecret();
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  const data = {
    id: newId("att"),
    tokenHash: fingerprint(secret),
    personId,
    step,
    createdAt: now,
    expiresAt,
  };
  await tx.signInAttempt.create({ data, select: { id: true } });
  return { secret, expiresAt };
}

/** @throws AppError `unauthenticated` when there is none at this step, or it has ended: the sign-in begins again. */
export async function requireAttempt(tx: Tx, secret: string | null, steps: readonly Step[], now: Date) {
  const attempt = secret === null ? null : await findAttempt(tx, secret, now);
  if (!attempt || !steps.includes(attempt.step)) throw begunAgain();
  return attempt;
}

export async function findAttempt(tx: Tx, secret: string, now: Date) {
  const where = {
    tokenHash: fingerprint(secret),
    finishedAt: null,
    expiresAt: { gt: now },
    failures: { lt: FAILURES_MAX },
    person: { status: "active" as const },
  };
  const attempt = await tx.signInAttempt.findFirst({ where, select: ATTEMPT });
  return attempt && { ...attempt, step: attempt.step as Step };
}

export async function failAttempt(tx: Tx, id: string): Promise<void> {
  await tx.signInAttempt.updateMany({ where: { id }, data: { failures: { increment: 1 } } });
}

export async function moveAttempt(tx: Tx, id: string, step: Step): Promise<void> {
  await tx.signInAttempt.updateMany({ where: { id, finishedAt: null }, data: { step } });
}

/** Each attempt becomes one session at most, however many requests carry it. */
export async function finishAttempt(tx: Tx, id: string, now: Date): Promise<void> {
  const { count } = await tx.signInAttempt.updateMany({
    where: { id, finishedAt: null },
    data: { finishedAt: now },
  });
  if (count !== 1) throw begunAgain();
}

/** Ends whatever sign-ins of a person are under way: what was proved for them may be what somebody else knows. */
export async function endAttempts(tx: Tx, personId: string, now: Date): Promise<void> {
  await tx.signInAttempt.updateMany({ where: { personId, finishedAt: null }, data: { finishedAt: now } });
}

function begunAgain(): AppError {
  return new AppError(
    "unauthenticated",
    "This sign-in took too long or has ended. Begin again with your password.",
  );
}

const ATTEMPT = {
  id: true,
  step: true,
  createdAt: true,
  person: { select: { id: true, name: true, email: true, role: true, allCustomers: true } },
} as const;
