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
import type { AddProviderInput, ChangeProviderInput, ProviderRef, RemoveProviderInput } from "./schema.ts";

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

/**
 * Changes a provider once it has answered under what is new. Where it is another provider from now on, the secret is asked for
 * again, for it was for the former one, and nobody is linked any more: the same subject there may be somebody else.
 */
export async function changeProvider(
  actor: Actor,
  input: ChangeProviderInput,
  now = systemClock(),
): Promise<void> {
  actor.must("settings.change");
  const { providerId: id, kind, name, clientId } = input;
  const where = { ...NOWHERE, ...addressOf(input) };
  const known = await inScope(actor, (tx) => requireProvider(tx, id));
  if (known.kind !== kind)
    throw new AppError("invalid", "A provider stays of its kind. Remove it, and add the other.");
  const moved = ADDRESS.some((part) => known[part] !== where[part]);
  if (moved && input.clientSecret === null)
    throw new AppError("invalid", "This is another provider from now on.", {
      clientSecret: "Paste its secret: the one that is kept was for the former address.",
    });
  // Asked who it is, and nothing more: the kept secret stays sealed, and this word in its place is not sent.
  await mustAnswer({ ...input, clientSecret: input.clientSecret ?? "kept" });
  await inScope(actor, async (tx) => {
    const before = await requireProvider(tx, id);
    const sealed =
      input.clientSecret === null ? {} : { clientSecretSealed: sealClientSecret(id, input.clientSecret) };
    const data = { name, clientId, ...where, ...sealed, testedAt: now };
    await tx.ssoProvider.update({ where: { id }, data, select: { id: true } });
    const { count } = moved ? await tx.ssoIdentity.deleteMany({ where: { providerId: id } }) : { count: 0 };
    await recordAudit(tx, actor, {
      action: "sso_provider.change",
      ...targetOf({ id, name }),
      before: { name: before.name, clientId: before.clientId, ...addressIn(before) },
      after: { name, clientId, ...addressIn(where) },
      detail: { secretReplaced: input.clientSecret !== null, unlinked: count },
    });
  });
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

const ADDRESS = ["issuer", "baseUrl", "organizationId", "connectionId"] as const;
const NOWHERE = { issuer: null, baseUrl: null, organizationId: null, connectionId: null };

function addressIn(row: Record<(typeof ADDRESS)[number], string | null>) {
  return Object.fromEntries(ADDRESS.flatMap((part) => (row[part] === null ? [] : [[part, row[part]]])));
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

function addressOf(input: AddProviderInput | ChangeProviderInput) {
  if (input.kind === "oidc") return { issuer: input.issuer };
  const isConnection = input.target.startsWith("conn_");
  return {
    baseUrl: input.baseUrl,
    ...(isConnection ? { connectionId: input.target } : { organizationId: input.target }),
  };
}

async function requireProvider(tx: Tx, id: string) {
  const select = {
    id: true,
    kind: true,
    name: true,
    clientId: true,
    issuer: true,
    baseUrl: true,
    organizationId: true,
    connectionId: true,
    enabled: true,
  };
  const provider = await tx.ssoProvider.findUnique({ where: { id }, select });
  if (!provider) throw new AppError("not_found", "There is no such provider.");
  return provider;
}

function targetOf(provider: { id: string; name: string }) {
  return { targetType: "sso_provider", targetId: provider.id, targetName: provider.name };
}
