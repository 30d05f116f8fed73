import "server-only";
import { randomNonce, randomPKCECodeVerifier } from "openid-client";
import { z } from "zod";
import type { Tx } from "#lib/platform/db.ts";
import { fingerprint, open, randomSecret, seal } from "#lib/platform/seal.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { NextPath } from "../schema.ts";
import { PROVIDER, type Provider, providerOf } from "./provider.ts";

const LIFE_MS = 10 * MINUTE_MS;

const Kept = z.object({
  nonce: z.string(),
  verifier: z.string(),
  browserHash: z.string(),
  next: NextPath,
  /** The token of the invitation that is accepted this way. */
  invitation: z.string().nullable(),
});
type Kept = z.infer<typeof Kept>;

/** What a sign-in is for: where it leads, and the invitation it accepts. */
export interface Purpose {
  next: string;
  invitation: string | null;
}

/**
 * Remembers that a browser left for a provider. `state` travels with it through the provider, `browser` stays in a cookie:
 * who learns of one has not the other, so nobody can finish in their own browser what began in another, or the reverse.
 */
export async function startSsoAttempt(tx: Tx, providerId: string, { next, invitation }: Purpose, now: Date) {
  const [state, browser] = [randomSecret(), randomSecret()];
  const secrets = { nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const kept: Kept = { ...secrets, browserHash: fingerprint(browser), next, invitation };
  const stateHash = fingerprint(state);
  const secretsSealed = seal(JSON.stringify(kept), contextOf(stateHash));
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  // Those that never came back are swept up by those that leave.
  await tx.ssoAttempt.deleteMany({ where: { expiresAt: { lte: now } } });
  await tx.ssoAttempt.create({
    data: { stateHash, providerId, secretsSealed, createdAt: now, expiresAt },
    select: { stateHash: true },
  });
  return { state, secrets, browser: { secret: browser, expiresAt } };
}

export interface SsoAttempt extends Kept {
  provider: Provider;
}

/** Takes the attempt away, so that its state is good once, whatever comes of it. Null: none, too old, or not this browser's. */
export async function spendSsoAttempt(
  tx: Tx,
  state: string,
  browser: string | null,
  now: Date,
): Promise<SsoAttempt | null> {
  const stateHash = fingerprint(state);
  const select = {
    secretsSealed: true,
    expiresAt: true,
    provider: { select: { ...PROVIDER, enabled: true } },
  };
  const attempt = await tx.ssoAttempt.findUnique({ where: { stateHash }, select });
  const { count } = await tx.ssoAttempt.deleteMany({ where: { stateHash } });
  if (!attempt || count !== 1 || attempt.expiresAt <= now || !attempt.provider.enabled) return null;
  const kept = Kept.parse(JSON.parse(open(attempt.secretsSealed, contextOf(stateHash))));
  if (browser === null || fingerprint(browser) !== kept.browserHash) return null;
  return { ...kept, provider: providerOf(attempt.provider) };
}

const contextOf = (stateHash: string): string => `sso_attempt:${stateHash}`;
