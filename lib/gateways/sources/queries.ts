import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { requireGateway } from "../require.ts";
import { lastTold } from "../told.ts";

export interface SourceRow {
  id: string;
  environmentId: string;
  environmentName: string;
  baseUrl: string | null;
  ownKey: boolean;
  /** Whether there is a key at all: without one nothing is pulled. */
  hasKey: boolean;
  events: string[];
  pausedAt: Date | null;
  createdByName: string;
  createdAt: Date;
  /** What the gateway told last; null where it has not told of it yet. */
  told: {
    cursor: string | null;
    lastEventAt: Date | null;
    lastPulledAt: Date | null;
    caughtUpAt: Date | null;
    problem: string | null;
  } | null;
}

/** A deployment has few environments; a gateway's configuration takes this many sources. */
const SOURCES_MAX = 1_000;

/** The environments whose events a gateway pulls, and how far it is. */
export function listSources(actor: Actor, gatewayId: string): Promise<SourceRow[]> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const where = { gatewayId, ...visibleTo(actor), environment: { state: { not: "removed" as const } } };
    const found = await tx.gatewaySource.findMany({
      where,
      select: ROW,
      orderBy: [{ environment: { name: "asc" } }, { id: "asc" }],
      take: SOURCES_MAX,
    });
    const withOwn = await idsOf(
      tx.gatewaySource.findMany({ where: { ...where, apiKeySealed: { not: null } }, select: { id: true } }),
    );
    const driven = await idsOf(
      tx.gatewaySource.findMany({
        where: { ...where, environment: { driverKeySealed: { not: null } } },
        select: { id: true },
      }),
    );
    const told = await lastTold(tx, gatewayId, "sources");
    return found.map(({ environment, ...row }) => ({
      ...row,
      ...{ environmentId: environment.id, environmentName: environment.name, baseUrl: environment.baseUrl },
      ownKey: withOwn.has(row.id),
      hasKey: withOwn.has(row.id) || driven.has(row.id),
      told: toldOf(told.get(row.id)),
    }));
  });
}

export interface EnvironmentChoice {
  id: string;
  name: string;
}

/** The environments of the gateway's deployment whose events it does not pull yet. */
export function listEnvironmentsToPull(actor: Actor, gatewayId: string): Promise<EnvironmentChoice[]> {
  actor.must("gateway_source.create");
  return inScope(actor, async (tx) => {
    const { deploymentId } = await requireGateway(tx, actor, gatewayId);
    return await tx.environment.findMany({
      where: { deploymentId, state: { not: "removed" }, gatewaySource: null },
      select: { id: true, name: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: 500,
    });
  });
}

const ROW = {
  ...{ id: true, events: true, pausedAt: true, createdByName: true, createdAt: true },
  environment: { select: { id: true, name: true, baseUrl: true } },
} as const satisfies Prisma.GatewaySourceSelect;

async function idsOf(found: Promise<{ id: string }[]>): Promise<Set<string>> {
  return new Set((await found).map(({ id }) => id));
}

interface ToldSource {
  cursor: string | null;
  last_event_at: string | null;
  last_pulled_at: string | null;
  caught_up_at?: string | null | undefined;
  problem: string | null;
}

function toldOf(told: ToldSource | undefined): SourceRow["told"] {
  if (!told) return null;
  return {
    cursor: told.cursor,
    lastEventAt: dateOf(told.last_event_at),
    lastPulledAt: dateOf(told.last_pulled_at),
    caughtUpAt: dateOf(told.caught_up_at),
    problem: told.problem,
  };
}

function dateOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}
