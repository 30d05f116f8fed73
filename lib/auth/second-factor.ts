import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { open, seal } from "#lib/platform/seal.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newTotpSecret, totpStep, totpUri } from "#lib/shared/totp.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";

/** What a person copies into an authenticator app; `uri` is what the QR code says. */
export interface Enrolment {
  secret: string;
  uri: string;
}

export async function hasSecondFactor(tx: Tx, personId: string): Promise<boolean> {
  const where = { personId, confirmedAt: { not: null } };
  return (await tx.totpFactor.count({ where })) === 1;
}

/**
 * A new secret for a second factor that is being set up. One that was begun before and never confirmed may have been seen by
 * somebody else, and is replaced; only what was begun `since` is shown again, so that a page of one sign-in may be reloaded.
 */
export async function beginEnrolment(
  tx: Tx,
  person: { id: string; email: string },
  now: Date,
  since: Date | null = null,
): Promise<Enrolment> {
  const where = { personId: person.id };
  const select = { secretSealed: true, confirmedAt: true, createdAt: true };
  const found = await tx.totpFactor.findUnique({ where, select });
  if (found?.confirmedAt)
    throw new AppError("conflict", "There is a second factor already. Remove it first.");
  const isReload = found !== null && since !== null && found.createdAt >= since;
  const secret = isReload ? open(found.secretSealed, sealContext(person.id)) : newTotpSecret();
  if (!isReload) {
    const data = { secretSealed: seal(secret, sealContext(person.id)), createdAt: now };
    const create = { personId: person.id, ...data };
    await tx.totpFactor.upsert({ where, create, update: data, select: { personId: true } });
  }
  return { secret, uri: totpUri(secret, person.email, "Sallyport") };
}

/** Takes the second factor into use once a first code shows that the app has it, and returns the recovery codes. */
export async function confirmEnrolment(
  tx: Tx,
  personId: string,
  code: string,
  now: Date,
): Promise<string[] | null> {
  const factor = await tx.totpFactor.findFirst({ where: { personId, confirmedAt: null }, select: FACTOR });
  if (!factor) throw new AppError("conflict", "There is nothing to confirm. Begin again.");
  const step = totpStep(open(factor.secretSealed, sealContext(personId)), code, now);
  if (step === null) return null;
  const data = { confirmedAt: now, lastStep: step };
  const { count } = await tx.totpFactor.updateMany({ where: { personId, confirmedAt: null }, data });
  return count === 1 ? await replaceRecoveryCodes(tx, personId) : null;
}

/** Accepts a code once: of two requests with the same code, the second finds its time step used. */
export async function spendTotpCode(tx: Tx, personId: string, code: string, now: Date): Promise<boolean> {
  const where = { personId, confirmedAt: { not: null } };
  const factor = await tx.totpFactor.findFirst({ where, select: FACTOR });
  const step = factor ? totpStep(open(factor.secretSealed, sealContext(personId)), code, now) : null;
  if (step === null) return false;
  const spent = { where: { ...where, lastStep: { lt: step } }, data: { lastStep: step } };
  return (await tx.totpFactor.updateMany(spent)).count === 1;
}

export async function removeSecondFactor(tx: Tx, personId: string): Promise<void> {
  await tx.totpFactor.deleteMany({ where: { personId } });
  await tx.recoveryCode.deleteMany({ where: { personId } });
}

export const sealContext = (personId: string): string => `person:${personId}:totp`;

const FACTOR = { secretSealed: true } as const;
