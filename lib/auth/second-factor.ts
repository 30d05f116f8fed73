import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { open, seal } from "#lib/platform/seal.ts";
import { AppError } from "#lib/shared/errors.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import { newTotpSecret, totpStep, totpUri } from "./totp.ts";

/** What a person copies into an authenticator app; `uri` is what the QR code says. */
export interface Enrolment {
  secret: string;
  uri: string;
}

export async function hasSecondFactor(tx: Tx, personId: string): Promise<boolean> {
  const where = { personId, confirmedAt: { not: null } };
  return (await tx.totpFactor.count({ where })) === 1;
}

/** The secret of a second factor that is being set up: the same until it is confirmed, so that a page may be reloaded. */
export async function beginEnrolment(tx: Tx, person: { id: string; email: string }): Promise<Enrolment> {
  const where = { personId: person.id };
  const found = await tx.totpFactor.findUnique({ where, select: { secretSealed: true, confirmedAt: true } });
  if (found?.confirmedAt)
    throw new AppError("conflict", "There is a second factor already. Remove it first.");
  const secret = found ? open(found.secretSealed, sealContext(person.id)) : newTotpSecret();
  const data = { personId: person.id, secretSealed: seal(secret, sealContext(person.id)) };
  if (!found) await tx.totpFactor.create({ data, select: { personId: true } });
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

const sealContext = (personId: string): string => `person:${personId}:totp`;

const FACTOR = { secretSealed: true } as const;
