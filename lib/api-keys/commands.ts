import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { isConsoleKey, madeBy } from "#lib/environments/policy.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import {
  type Carried,
  carryOut,
  carryOutOrTakeBack,
  takeReveal,
  writeOperation,
} from "#lib/platform/outbox.ts";
import { HOUR_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { expiryOf, keyOperations } from "./operations.ts";
import { lifetimeEnd } from "./policy.ts";
import type { ApiKeyRefInput, CreateKeyInput, RevokeKeyInput, RotateKeyInput } from "./schema.ts";

/** `value` is there once, when the key was made while its author waited. */
export type KeyMade = { apiKeyId: string; value: string | null } & Carried;

export async function createKey(actor: Actor, input: CreateKeyInput): Promise<KeyMade> {
  actor.must("api_key.create");
  const expiresAt = lifetimeEnd(input.lifetime, new Date());
  const prepared = await inScope(actor, async (tx) => {
    const environment = await requireEnvironment(tx, actor, input.environmentId);
    const plan = { name: input.name, expiresAt, replaces: null, forConsole: false };
    const made = await prepareKey(tx, actor, environment, plan);
    await recordAudit(tx, actor, {
      action: "api_key.create",
      ...target(made.apiKeyId, input.name, environment),
      after: { name: input.name, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return made;
  });
  return await handOver(actor, prepared, await carryOutOrTakeBack(keyOperations, prepared.operationId));
}

/**
 * Makes the key that takes over, and gives the old one an end. Until then both work, so that nothing stands still. Where it is
 * the console's own, the console itself takes to the new one, and nobody is shown it.
 */
export async function rotateKey(actor: Actor, input: RotateKeyInput): Promise<KeyMade> {
  actor.must("api_key.rotate");
  const now = new Date();
  const endsAt = new Date(now.getTime() + Number(input.overlap) * HOUR_MS);
  const { prepared, oldId } = await inScope(actor, async (tx) => {
    const { key, environment } = await requireUsableKey(tx, actor, input.apiKeyId);
    const forConsole = isConsoleKey(key);
    const at = (key.expiresAt && key.expiresAt < endsAt ? key.expiresAt : endsAt).toISOString();
    const replaces = { apiKeyId: key.id, remoteId: key.remoteId, at };
    // One that ended by itself would lock the console out.
    const expiresAt = forConsole ? null : lifetimeEnd(input.lifetime, now);
    const draft = { name: key.name, expiresAt, replaces, forConsole };
    const made = await prepareKey(tx, actor, environment, draft);
    // Of two rotations at once one succeeds: the other would make a key that no rotation ever ends.
    const where = { id: key.id, rotatedToId: null };
    const { count } = await tx.apiKey.updateMany({ where, data: { rotatedToId: made.apiKeyId } });
    if (count !== 1)
      throw new AppError("conflict", "This key is being replaced already. Rotate the one that takes over.");
    await recordAudit(tx, actor, {
      action: "api_key.rotate",
      ...target(key.id, key.name, environment),
      after: { rotatedTo: made.apiKeyId, endsAt: at },
    });
    return { prepared: made, oldId: key.id };
  });
  const carried = await carryOutOrTakeBack(keyOperations, prepared.operationId);
  const expiry = await inScope(actor, (tx) =>
    tx.operation.findFirst({
      where: { targetId: oldId, kind: "api_key.expire", state: "pending" },
      select: { id: true },
    }),
  );
  // Before the new key is shown: if this is refused, it is still there to be shown.
  if (expiry) await carryOut(keyOperations, expiry.id);
  return await handOver(actor, prepared, carried);
}

/** Ends a key at once. */
export async function revokeKey(actor: Actor, { apiKeyId, confirm }: RevokeKeyInput): Promise<Carried> {
  actor.must("api_key.revoke");
  const operationId = await inScope(actor, async (tx) => {
    const { key, environment } = await requireUsableKey(tx, actor, apiKeyId);
    if (isConsoleKey(key))
      throw new AppError("conflict", "This console drives the environment with this key. Rotate it instead.");
    if (confirm !== key.name)
      throw new AppError("invalid", "Type the name of the key to revoke it.", {
        confirm: "This is not its name.",
      });
    await recordAudit(tx, actor, { action: "api_key.revoke", ...target(key.id, key.name, environment) });
    const where = { ...environment, environmentId: environment.id };
    const ends = { apiKeyId: key.id, remoteId: key.remoteId, at: new Date().toISOString() };
    return await writeOperation(tx, actor, expiryOf(where, ends));
  });
  return await carryOutOrTakeBack(keyOperations, operationId);
}

/** Shows a key that was made while nobody waited: once, and to one person. */
export async function showKey(actor: Actor, { apiKeyId }: ApiKeyRefInput): Promise<{ value: string }> {
  actor.must("api_key.create");
  return await inScope(actor, async (tx) => {
    const key = await requireKey(tx, actor, apiKeyId);
    const where = { targetId: key.id, kind: "api_key.create", resultSealed: { not: null } };
    const operation = await tx.operation.findFirst({ where, select: { id: true } });
    const value = operation ? await takeReveal(tx, operation.id) : null;
    if (!value) throw new AppError("not_found", "This key was shown already. Rotate it to get another.");
    await recordAudit(tx, actor, {
      action: "api_key.create",
      ...target(key.id, key.name, key.environment),
      detail: { shown: true },
    });
    return { value };
  });
}

interface Prepared {
  apiKeyId: string;
  operationId: string;
}

interface KeyPlan {
  name: string;
  expiresAt: Date | null;
  replaces: { apiKeyId: string; remoteId: string; at: string } | null;
  forConsole: boolean;
}

type EnvironmentFacts = { id: string; customerId: string; deploymentId: string };

async function prepareKey(
  tx: Tx,
  actor: Actor,
  { id: environmentId, customerId, deploymentId }: EnvironmentFacts,
  { name, expiresAt, replaces, forConsole }: KeyPlan,
): Promise<Prepared> {
  const apiKeyId = newId("key");
  const createdById = madeBy(actor.id, forConsole);
  const data = { id: apiKeyId, customerId, environmentId, name, hint: "", expiresAt, createdById };
  await tx.apiKey.create({ data, select: { id: true } });
  const operationId = await writeOperation(tx, actor, {
    kind: "api_key.create",
    ...{ customerId, deploymentId, environmentId, targetId: apiKeyId },
    input: { name, expiresAt: expiresAt?.toISOString() ?? null, replaces, forConsole },
  });
  return { apiKeyId, operationId };
}

/** Shows the key to its author, this once, where it is made by now. */
async function handOver(
  actor: Actor,
  { apiKeyId, operationId }: Prepared,
  carried: Carried,
): Promise<KeyMade> {
  const value = carried.state === "done" ? await inScope(actor, (tx) => takeReveal(tx, operationId)) : null;
  return { apiKeyId, value, ...carried };
}

async function requireKey(tx: Tx, actor: Actor, id: string) {
  const key = await tx.apiKey.findFirst({
    where: { id, ...visibleTo(actor) },
    select: {
      id: true,
      name: true,
      remoteId: true,
      createdById: true,
      expiresAt: true,
      revokedAt: true,
      environment: { select: { id: true, customerId: true, deploymentId: true } },
    },
  });
  if (!key) throw new AppError("not_found", "There is no such key.");
  return key;
}

async function requireUsableKey(tx: Tx, actor: Actor, id: string) {
  const { environment, remoteId, ...key } = await requireKey(tx, actor, id);
  if (!remoteId) throw new AppError("conflict", "This key is still being made. See the pending operations.");
  if (key.revokedAt) throw new AppError("conflict", "This key has been revoked already.");
  return { key: { ...key, remoteId }, environment };
}

function target(targetId: string, targetName: string, { customerId, deploymentId }: EnvironmentFacts) {
  return { targetType: "api_key", targetId, targetName, customerId, deploymentId };
}
