import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { SignInPolicy } from "./schema.ts";
import { listStandingSessions, type SessionRow } from "./sessions.ts";
import { readSignInPolicy } from "./sign-in-policy.ts";

export interface OwnSession extends SessionRow {
  isThisOne: boolean;
}

export interface OwnAccount {
  id: string;
  name: string;
  email: string;
  passwordSetAt: Date | null;
  secondFactorSince: Date | null;
  recoveryCodesLeft: number;
  mustHaveSecondFactor: boolean;
  providers: string[];
  sessions: OwnSession[];
}

/** The actor's own account. Everybody may read this much about themselves. */
export function getOwnAccount(actor: Actor, now = systemClock()): Promise<OwnAccount> {
  return inScope(actor, async (tx) => {
    const person = await tx.person.findUnique({ where: { id: actor.id }, select: ACCOUNT });
    if (!person) throw new AppError("not_found", "There is no such person.");
    const { totpFactor, ssoIdentities, _count, ...facts } = person;
    const { requireSecondFactor } = await readSignInPolicy(tx);
    const sessions = await listStandingSessions(tx, actor.id, now);
    return {
      ...facts,
      secondFactorSince: totpFactor?.confirmedAt ?? null,
      recoveryCodesLeft: _count.recoveryCodes,
      mustHaveSecondFactor: requireSecondFactor,
      providers: ssoIdentities.map((identity) => identity.provider.name),
      sessions: sessions.map((session) => ({ ...session, isThisOne: session.id === actor.sessionId })),
    };
  });
}

/** What the owners decided about signing in. */
export function getSignInPolicy(actor: Actor): Promise<SignInPolicy> {
  actor.must("settings.read");
  return inScope(actor, readSignInPolicy);
}

const ACCOUNT = {
  id: true,
  name: true,
  email: true,
  passwordSetAt: true,
  totpFactor: { select: { confirmedAt: true } },
  ssoIdentities: { select: { provider: { select: { name: true } } } },
  _count: { select: { recoveryCodes: { where: { usedAt: null } } } },
} as const;
