import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { findEnvironment } from "./environment.ts";
import { discoverIssuer } from "./oidc.ts";
import { sealClientSecret, unavailable } from "./provider.ts";
import type { AddProviderInput, ProviderRef, RemoveProviderInput } from "./schema.ts";

/** Adds a provider once it has answered: an address with a slip in it is found here, not by who cannot sign in. */
export async function addProvider(
  actor: Actor,
  input: AddProviderInput,
  now = systemClock(),
): Promise<{ providerId: string }> {
  actor.must("settings.change");
  await mustAnswer(input);
  const id = newId("sso");
  const { kind, name, clientId } = input;
  const where = addressOf(input);
  await inScope(actor, async (tx) => {
    const clientSecretSealed = sealClientSecret(id, input.clientSecret);
    const data = { id, kind, name, clientId, clientSecretSealed, ...where, enabled: true, testedAt: now };
    await tx.ssoProvider.create({ data, select: { id: true } });
    const after = { kind, clientId, ...where };
    await recordAudit(tx, actor, { action: "sso_provider.add", ...targetOf({ id, name }), after });
  });
  return { providerId: id };
}

/** Offers a provider at the sign-in page again. */
export function enableProvider(actor: Actor, { providerId }: ProviderRef): Promise<void> {
  return switchProvider(actor, providerId, true);
}

/** Offers it no more, and lets nobody in through it. Sessions that stand go on. */
export function disableProvider(actor: Actor, { providerId }: ProviderRef): Promise<void> {
  return switchProvider(actor, providerId, false);
}

/** Forgets a provider, and which of its accounts belongs to whom. */
export function removeProvider(actor: Actor, input: RemoveProviderInput): Promise<void> {
  actor.must("settings.change");
  return inScope(actor, async (tx) => {
    const provider = await requireProvider(tx, input.providerId);
    if (input.confirm !== provider.name)
      throw new AppError("invalid", "Type the name of the provider to remove it.", {
        confirm: "This is not its name.",
      });
    await tx.ssoProvider.delete({ where: { id: provider.id }, select: { id: true } });
    const { clientId, issuer, baseUrl } = provider;
    const before = { clientId, issuer, baseUrl };
    await recordAudit(tx, actor, { action: "sso_provider.remove", ...targetOf(provider), before });
  });
}

function switchProvider(actor: Actor, id: string, enabled: boolean): Promise<void> {
  actor.must("settings.change");
  return inScope(actor, async (tx) => {
    const provider = await requireProvider(tx, id);
    if (provider.enabled === enabled) return;
    await tx.ssoProvider.update({ where: { id }, data: { enabled }, select: { id: true } });
    const action = enabled ? "sso_provider.enable" : "sso_provider.disable";
    await recordAudit(tx, actor, { action, ...targetOf(provider) });
  });
}

async function mustAnswer(input: AddProviderInput): Promise<void> {
  const answered = input.kind === "oidc" ? discoverIssuer(input) : findEnvironment(input);
  // Whatever is wrong with an address somebody typed is no failure of ours.
  await answered.catch(() => {
    const field = input.kind === "oidc" ? "issuer" : "baseUrl";
    const sentence =
      input.kind === "oidc"
        ? "No OpenID provider answered under this issuer."
        : "No environment with this client ID answered there.";
    throw new AppError("upstream", unavailable(input.name).message, { [field]: sentence });
  });
}

function addressOf(input: AddProviderInput) {
  if (input.kind === "oidc") return { issuer: input.issuer };
  const isConnection = input.target.startsWith("conn_");
  return {
    baseUrl: input.baseUrl,
    ...(isConnection ? { connectionId: input.target } : { organizationId: input.target }),
  };
}

async function requireProvider(tx: Tx, id: string) {
  const select = { id: true, name: true, clientId: true, issuer: true, baseUrl: true, enabled: true };
  const provider = await tx.ssoProvider.findUnique({ where: { id }, select });
  if (!provider) throw new AppError("not_found", "There is no such provider.");
  return provider;
}

function targetOf(provider: { id: string; name: string }) {
  return { targetType: "sso_provider", targetId: provider.id, targetName: provider.name };
}
