import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { type KeyState, keyState } from "#lib/api-keys/policy.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import type { DriverName, EnvironmentKind, EnvironmentState } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { canMakeAtWorkos } from "./driver.ts";
import { driversFor, isConsoleKey } from "./policy.ts";

export interface EnvironmentRow {
  id: string;
  name: string;
  kind: EnvironmentKind;
  driver: DriverName;
  state: EnvironmentState;
  stateReason: string;
  clientId: string | null;
  baseUrl: string | null;
  issuer: string | null;
  lastCheckedAt: Date | null;
  serviceName: string | null;
  keys: KeyRow[];
  redirectUris: RedirectUriRow[];
  /** Why keys cannot be made here; null when they can. */
  whyNoKeys: string | null;
  whyNoDefault: string | null;
}

export interface KeyRow {
  id: string;
  name: string;
  hint: string;
  state: KeyState;
  ofConsole: boolean;
  /** Made while nobody waited, and not shown yet. */
  waitsToBeShown: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

export interface RedirectUriRow {
  id: string;
  uri: string;
  isDefault: boolean;
  pending: boolean;
}

/** The environments of a deployment, with their keys and redirect URIs. Those being removed are left out. */
export async function listEnvironments(actor: Actor, deploymentId: string): Promise<EnvironmentRow[]> {
  actor.must("environment.read");
  return await inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const rows = await tx.environment.findMany({
      where: { deploymentId, state: { not: "removed" }, ...visibleTo(actor) },
      select: {
        id: true,
        name: true,
        kind: true,
        driver: true,
        state: true,
        stateReason: true,
        clientId: true,
        baseUrl: true,
        issuer: true,
        remoteId: true,
        lastCheckedAt: true,
        service: { select: { name: true } },
        redirectUris: {
          select: { id: true, uri: true, isDefault: true, remoteId: true },
          orderBy: [{ isDefault: "desc" }, { uri: "asc" }],
          take: 200,
        },
      },
      orderBy: [{ kind: "asc" }, { name: "asc" }],
      take: 50,
    });
    const keys = actor.can("api_key.read")
      ? await keysOf(
          tx,
          rows.map(({ id }) => id),
        )
      : [];
    return rows.map(({ service, redirectUris, remoteId, ...row }) => ({
      ...row,
      serviceName: service?.name ?? null,
      keys: keys
        .filter(({ environmentId }) => environmentId === row.id)
        .map(({ environmentId: _, ...key }) => key),
      redirectUris: redirectUris.map(({ remoteId: remote, ...uri }) => ({
        ...uri,
        pending: remote === null,
      })),
      whyNoKeys: canMakeKeys(row.driver, remoteId) ? null : whyNot(row.driver, "create_keys"),
      whyNoDefault: whyNot(row.driver, "choose_default_redirect_uri"),
    }));
  });
}

export interface EnvironmentChoices {
  customerId: string;
  drivers: readonly ("offline" | "workos")[];
  canMakeAtWorkos: boolean;
}

/** How an environment may be added to this deployment. */
export async function getEnvironmentChoices(actor: Actor, deploymentId: string): Promise<EnvironmentChoices> {
  actor.must("environment.read");
  const { customerId, mode } = await inScope(actor, (tx) => requireDeployment(tx, actor, deploymentId));
  return { customerId, drivers: driversFor(mode), canMakeAtWorkos: canMakeAtWorkos() };
}

function canMakeKeys(driver: DriverName, remoteId: string | null): boolean {
  return driver === "offline" || (remoteId !== null && canMakeAtWorkos());
}

async function keysOf(tx: Tx, environmentIds: string[]): Promise<(KeyRow & { environmentId: string })[]> {
  const now = new Date();
  const rows = await tx.apiKey.findMany({
    where: { environmentId: { in: environmentIds } },
    select: {
      id: true,
      environmentId: true,
      name: true,
      hint: true,
      createdById: true,
      rotatedToId: true,
      createdAt: true,
      lastUsedAt: true,
      expiresAt: true,
      revokedAt: true,
    },
    orderBy: { createdAt: "desc" },
    take: 500,
  });
  const where = {
    environmentId: { in: environmentIds },
    kind: "api_key.create",
    resultSealed: { not: null },
  };
  const unseen = await tx.operation.findMany({ where, select: { targetId: true }, take: 500 });
  const waiting = new Set(unseen.map(({ targetId }) => targetId));
  return rows.map(({ createdById, rotatedToId, revokedAt, ...key }) => ({
    ...key,
    state: keyState({ ...key, rotatedToId, revokedAt }, now),
    ofConsole: isConsoleKey({ createdById }),
    waitsToBeShown: waiting.has(key.id),
  }));
}

async function requireDeployment(tx: Tx, actor: Actor, id: string) {
  const where = { id, ...visibleTo(actor) };
  const found = await tx.deployment.findFirst({ where, select: { customerId: true, mode: true } });
  if (!found) throw new AppError("not_found", "There is no such deployment.");
  return found;
}
