import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";
import { declined } from "#lib/shared/refusals.ts";
import { storeId } from "./asking.ts";
import { type CarriedView, carriedOf } from "./carried.ts";
import { configurationOf } from "./configuration.ts";
import { gatewayState, type ProcessState, processState } from "./policy.ts";
import { requireGateway } from "./require.ts";
import type { ErrandListQuery, GapListQuery } from "./schema.ts";

export interface ProcessRow {
  name: string;
  state: ProcessState;
  version: string;
  parts: string[];
  startedAt: Date;
  heardAt: Date;
  heardFrom: string | null;
  problem: string | null;
  allowlistDigest: string | null;
  egress: { openTunnels: number; allowedLastHour: number; refusedLastHour: number } | null;
  intake: {
    webhooksLastHour: number;
    callbacksLastHour: number;
    refusedLastHour: number;
    lastWebhookAt: Date | null;
  } | null;
  /** What keeps it from working as it should, besides its configuration. */
  troubles: string[];
}

export interface BufferFill {
  events: number;
  bytes: number;
  oldestAt: Date | null;
}

export interface GatewayView {
  id: string;
  state: ProcessState | "never";
  /** When the last of its processes was heard. */
  heardAt: Date | null;
  /** The change tokens of the allowlist: what is wanted, and what is in force at each of its processes that is heard. */
  allowlist: { wanted: string; inForce: string[] };
  configurationDigest: string;
  processes: ProcessRow[];
  buffer: BufferFill | null;
  carried: CarriedView;
  /** Whether what it writes down is read where it writes it; null while that is not known. */
  sharesStore: boolean | null;
  createdByName: string;
  createdAt: Date;
  tokenChangedAt: Date;
  previousTokenEndsAt: Date | null;
  lastAskedAt: Date | null;
  lastAskedFrom: string | null;
  parentProxyUrl: string | null;
  parentProxyHasUser: boolean;
  bufferBytesMax: number;
  bufferAgeSecondsMax: number;
  crossingsKeptDays: number;
  waitingErrands: number;
  gaps: number;
}

export interface GatewayOfDeployment {
  deployment: { id: string; name: string; mode: string; archived: boolean };
  gateway: GatewayView | null;
}

/** The gateway of a deployment and how it stands; null where there is none yet. */
export function getGateway(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<GatewayOfDeployment> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    const found = await tx.deployment.findFirst({
      where: { id: deploymentId, ...visibleTo(actor) },
      select: { id: true, name: true, mode: true, archivedAt: true, gateway: { select: VIEW } },
    });
    if (!found) throw declined("not_found", "no_such_deployment");
    const { gateway, archivedAt, ...deployment } = found;
    return {
      deployment: { ...deployment, archived: archivedAt !== null },
      gateway: gateway && (await viewOf(tx, gateway, now)),
    };
  });
}

/** The id of a deployment's gateway; null where there is none yet. */
export function findGatewayId(actor: Actor, deploymentId: string): Promise<string | null> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    const found = await tx.deployment.findFirst({
      where: { id: deploymentId, ...visibleTo(actor) },
      select: { gateway: { select: { id: true } } },
    });
    if (!found) throw declined("not_found", "no_such_deployment");
    return found.gateway?.id ?? null;
  });
}

export interface GapRow {
  id: string;
  sourceName: string | null;
  fromAt: Date;
  toAt: Date;
  /** Null where nobody can know. */
  count: number | null;
  reason: string;
  reportedAt: Date;
}

/** What a gateway reported missing of its events. */
export function listGaps(actor: Actor, gatewayId: string, query: GapListQuery): Promise<Page<GapRow>> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const where = { gatewayId, ...visibleTo(actor) };
    const total = await tx.gatewayGap.count({ where });
    const order =
      query.sort === "count"
        ? { count: { sort: query.direction, nulls: "last" as const } }
        : { toAt: query.direction };
    const rows = await tx.gatewayGap.findMany({
      where,
      omit: { gatewayId: true, customerId: true, deploymentId: true },
      orderBy: [order, { id: query.direction }],
      ...pageBounds(query),
    });
    const names = await sourceNames(tx, gatewayId);
    return {
      rows: rows.map(({ sourceId, ...row }) => ({ ...row, sourceName: names.get(sourceId ?? "") ?? null })),
      total,
      ...{ page: query.page, pageSize: query.pageSize },
    };
  });
}

export interface ErrandRow {
  id: string;
  kind: string;
  targetName: string;
  state: "asked" | "done" | "failed";
  problem: string | null;
  createdByName: string;
  createdAt: Date;
  finishedAt: Date | null;
}

/** What a gateway was asked to do once, and how that went. */
export function listErrands(
  actor: Actor,
  gatewayId: string,
  query: ErrandListQuery,
): Promise<Page<ErrandRow>> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const states = query.filters.state.filter(
      (state): state is ErrandRow["state"] => state === "asked" || state === "done" || state === "failed",
    );
    const where: Prisma.GatewayErrandWhereInput = {
      ...{ gatewayId, ...visibleTo(actor) },
      ...(states.length > 0 ? { state: { in: states } } : {}),
    };
    const total = await tx.gatewayErrand.count({ where });
    const rows = await tx.gatewayErrand.findMany({
      where,
      omit: { gatewayId: true, customerId: true, deploymentId: true, input: true },
      orderBy: [{ createdAt: query.direction }, { id: query.direction }],
      ...pageBounds(query),
    });
    const names = new Map([...(await sourceNames(tx, gatewayId)), ...(await endpointNames(tx, gatewayId))]);
    return {
      rows: rows.map(({ targetId, ...row }) => ({ ...row, targetName: names.get(targetId) ?? targetId })),
      total,
      ...{ page: query.page, pageSize: query.pageSize },
    };
  });
}

const VIEW = {
  ...{ id: true, createdByName: true, createdAt: true, tokenChangedAt: true, previousTokenEndsAt: true },
  ...{ lastAskedAt: true, lastAskedFrom: true, parentProxyUrl: true, bufferBytesMax: true },
  ...{ bufferAgeSecondsMax: true, crossingsKeptDays: true, carriedKeys: true },
  processes: {
    orderBy: [{ heardAt: "desc" }, { name: "asc" }],
    omit: { gatewayId: true, customerId: true, deploymentId: true },
  },
  _count: { select: { gaps: true, errands: { where: { state: "asked" } } } },
} as const satisfies Prisma.GatewaySelect;

type Viewed = Prisma.GatewayGetPayload<{ select: typeof VIEW }>;

async function viewOf(
  tx: Tx,
  { processes, bufferBytesMax, previousTokenEndsAt, _count, ...gateway }: Viewed,
  now: Date,
): Promise<GatewayView> {
  const wanted = await configurationOf(tx, gateway.id, now);
  // Nobody reports to a demo: there it is always the moment at which its gateways were heard last.
  const asOf = env().demo ? (processes[0]?.heardAt ?? now) : now;
  const rows = processes.map((process) => processRow(process, wanted.digest, asOf));
  const heard = rows.filter(({ state }) => state !== "silent");
  const withUser = { id: gateway.id, parentProxyAuthorizationSealed: { not: null } };
  const here = await storeId(tx);
  const [latest] = processes;
  return {
    ...gateway,
    state: gatewayState(rows.map(({ state }) => state)),
    heardAt: latest?.heardAt ?? null,
    allowlist: {
      wanted: wanted.allowlist,
      inForce: [...new Set(heard.flatMap(({ allowlistDigest }) => allowlistDigest ?? []))],
    },
    configurationDigest: wanted.digest,
    processes: rows,
    buffer: bufferOf(processes),
    carried: await carriedOf(
      tx,
      gateway.id,
      processes.map(({ report }) => report),
      gateway.carriedKeys,
    ),
    sharesStore: latest ? latest.storeId === here : null,
    previousTokenEndsAt: previousTokenEndsAt && previousTokenEndsAt > now ? previousTokenEndsAt : null,
    parentProxyHasUser: (await tx.gateway.count({ where: withUser })) > 0,
    bufferBytesMax: Number(bufferBytesMax),
    waitingErrands: _count.errands,
    gaps: _count.gaps,
  };
}

function processRow(process: Viewed["processes"][number], wanted: string, now: Date): ProcessRow {
  const { report, storeId: _, configurationDigest: __, ...row } = process;
  const { egress, intake, record } = GatewayReport.safeParse(report).data ?? {};
  return {
    ...row,
    state: processState(process, wanted, now),
    egress: egress
      ? {
          openTunnels: egress.open_tunnels,
          allowedLastHour: egress.allowed_last_hour,
          refusedLastHour: egress.refused_last_hour,
        }
      : null,
    intake: intake
      ? {
          webhooksLastHour: intake.webhooks_last_hour,
          callbacksLastHour: intake.callbacks_last_hour,
          refusedLastHour: intake.refused_last_hour,
          lastWebhookAt: intake.last_webhook_at === null ? null : new Date(intake.last_webhook_at),
        }
      : null,
    troubles: [record?.problem, intake?.problem].filter((problem) => typeof problem === "string"),
  };
}

/** The newest word of it: every process that relays tells of the one buffer they share. */
function bufferOf(processes: Viewed["processes"]): BufferFill | null {
  for (const { report } of processes) {
    const buffer = GatewayReport.safeParse(report).data?.buffer;
    if (buffer)
      return {
        events: buffer.events,
        bytes: buffer.bytes,
        oldestAt: buffer.oldest_at === null ? null : new Date(buffer.oldest_at),
      };
  }
  return null;
}

async function sourceNames(tx: Tx, gatewayId: string): Promise<Map<string, string>> {
  const sources = await tx.gatewaySource.findMany({
    where: { gatewayId },
    select: { id: true, environment: { select: { name: true } } },
  });
  return new Map(sources.map(({ id, environment }) => [id, environment.name]));
}

async function endpointNames(tx: Tx, gatewayId: string): Promise<Map<string, string>> {
  const endpoints = await tx.relayEndpoint.findMany({
    where: { gatewayId },
    select: { id: true, name: true },
  });
  return new Map(endpoints.map(({ id, name }) => [id, name]));
}
