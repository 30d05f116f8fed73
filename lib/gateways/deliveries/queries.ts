import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { requireGateway } from "../require.ts";
import type { AttemptListQuery, DeliveryListQuery } from "./schema.ts";

// Deliveries and attempts lie where the gateway writes them, schema `boundary`: read here where it is this database, under the same
// row-level security as everything of a customer's.

export interface DeliveryRow {
  /** Of the list: the endpoint and the number of the event. */
  id: string;
  endpointId: string;
  endpointName: string;
  eventId: string;
  event: string;
  state: "waiting" | "dead";
  attempts: number;
  openedAt: Date;
  nextAt: Date | null;
  diedAt: Date | null;
  status: number | null;
  problem: string | null;
}

/** What an endpoint has not taken yet, and what was given up. */
export function listDeliveries(
  actor: Actor,
  gatewayId: string,
  query: DeliveryListQuery,
): Promise<Page<DeliveryRow>> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    const { deploymentId } = await requireGateway(tx, actor, gatewayId);
    const where = Prisma.join(
      [
        Prisma.sql`d.deployment_id = ${deploymentId}`,
        ...ofEndpoints("d", query.filters.endpoint),
        ...(query.filters.state.length > 0
          ? [Prisma.sql`d.state IN (${Prisma.join(query.filters.state)})`]
          : []),
        ...searched("d", query.search),
      ],
      " AND ",
    );
    const column = {
      opened: Prisma.sql`d.opened_at`,
      next: Prisma.sql`d.next_at`,
      attempts: Prisma.sql`d.attempts`,
    }[query.sort];
    const { skip, take } = pageBounds(query);
    const total = await countUpTo(tx, Prisma.sql`boundary.relay_deliveries d`, where);
    const rows = await tx.$queryRaw<Omit<DeliveryRow, "endpointName">[]>`
      SELECT d.endpoint_id || '.' || d.seq AS id, d.endpoint_id AS "endpointId", d.event_id AS "eventId", d.event, d.state,
        d.attempts, d.opened_at AS "openedAt", d.next_at AS "nextAt", d.died_at AS "diedAt", d.status, d.problem
      FROM boundary.relay_deliveries d WHERE ${where}
      ORDER BY ${column} ${ordered(query)} NULLS LAST, d.seq ${ordered(query)}, d.endpoint_id LIMIT ${take} OFFSET ${skip}`;
    return await page(tx, actor, gatewayId, query, total, rows);
  });
}

export interface AttemptRow {
  id: string;
  endpointId: string;
  endpointName: string;
  eventId: string;
  event: string;
  gateway: string;
  beganAt: Date;
  durationMs: number;
  attempt: number;
  status: number | null;
  /** Null where the endpoint took it. */
  problem: string | null;
}

/** The latest attempts to hand events over, taken and not. */
export function listAttempts(
  actor: Actor,
  gatewayId: string,
  query: AttemptListQuery,
): Promise<Page<AttemptRow>> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    const { deploymentId } = await requireGateway(tx, actor, gatewayId);
    const [outcome, ...others] = query.filters.outcome;
    const where = Prisma.join(
      [
        Prisma.sql`a.deployment_id = ${deploymentId}`,
        ...ofEndpoints("a", query.filters.endpoint),
        ...(outcome === "taken" && others.length === 0 ? [Prisma.sql`a.problem IS NULL`] : []),
        ...(outcome === "failed" && others.length === 0 ? [Prisma.sql`a.problem IS NOT NULL`] : []),
        ...searched("a", query.search),
      ],
      " AND ",
    );
    const column = query.sort === "duration" ? Prisma.sql`a.duration_ms` : Prisma.sql`a.began_at`;
    const { skip, take } = pageBounds(query);
    const total = await countUpTo(tx, Prisma.sql`boundary.relay_attempts a`, where);
    const rows = await tx.$queryRaw<Omit<AttemptRow, "endpointName">[]>`
      SELECT a.id::text, ${ATTEMPT} FROM boundary.relay_attempts a WHERE ${where}
      ORDER BY ${column} ${ordered(query)}, a.id ${ordered(query)} LIMIT ${take} OFFSET ${skip}`;
    return await page(tx, actor, gatewayId, query, total, rows);
  });
}

export interface DeliveryView {
  endpointId: string;
  endpointName: string;
  eventId: string;
  event: string;
  /** Null where it was taken. */
  open: Pick<DeliveryRow, "state" | "attempts" | "nextAt" | "diedAt" | "problem"> | null;
  attempts: (Pick<
    AttemptRow,
    "id" | "gateway" | "beganAt" | "durationMs" | "attempt" | "status" | "problem"
  > & {
    /** The beginning of what the endpoint answered, without what looks like a secret. */
    excerpt: string | null;
  })[];
}

const ATTEMPTS_SHOWN = 50;

/** One event at one endpoint: every attempt that is still on record, the newest first. Null where none is, nor waits. */
export function findDelivery(
  actor: Actor,
  gatewayId: string,
  { endpointId, eventId }: { endpointId: string; eventId: string },
): Promise<DeliveryView | null> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    const { deploymentId } = await requireGateway(tx, actor, gatewayId);
    const which = (alias: string) =>
      Prisma.sql`${Prisma.raw(alias)}.deployment_id = ${deploymentId} AND ${Prisma.raw(alias)}.endpoint_id = ${endpointId}
        AND ${Prisma.raw(alias)}.event_id = ${eventId}`;
    const attempts = await tx.$queryRaw<(AttemptRow & { excerpt: string | null })[]>`
      SELECT a.id::text, ${ATTEMPT}, a.excerpt FROM boundary.relay_attempts a WHERE ${which("a")}
      ORDER BY a.id DESC LIMIT ${ATTEMPTS_SHOWN}`;
    const [open] = await tx.$queryRaw<(NonNullable<DeliveryView["open"]> & { event: string })[]>`
      SELECT d.event, d.state, d.attempts, d.next_at AS "nextAt", d.died_at AS "diedAt", d.problem
      FROM boundary.relay_deliveries d WHERE ${which("d")} ORDER BY d.seq DESC LIMIT 1`;
    const event = open?.event ?? attempts[0]?.event;
    if (event === undefined) return null;
    const names = await endpointNames(tx, actor, gatewayId);
    const endpointName = names.get(endpointId) ?? endpointId;
    return { endpointId, endpointName, eventId, event, open: open ?? null, attempts };
  });
}

const ATTEMPT = Prisma.sql`a.endpoint_id AS "endpointId", a.event_id AS "eventId", a.event, a.gateway, a.began_at AS "beganAt",
  a.duration_ms AS "durationMs", a.attempt, a.status, a.problem`;

/** Counting goes no further: nobody turns to page 400, and a backlog may be millions. */
const COUNTED_MAX = 10_000;

async function countUpTo(tx: Tx, table: Prisma.Sql, where: Prisma.Sql): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM (SELECT FROM ${table} WHERE ${where} LIMIT ${COUNTED_MAX + 1}) AS counted`;
  return Number(row?.count ?? 0);
}

async function page<Row extends { endpointId: string }>(
  tx: Tx,
  actor: Actor,
  gatewayId: string,
  query: Pick<DeliveryListQuery, "page" | "pageSize">,
  counted: number,
  found: readonly Row[],
): Promise<Page<Row & { endpointName: string }>> {
  const names = await endpointNames(tx, actor, gatewayId);
  const rows = found.map((row) => ({ ...row, endpointName: names.get(row.endpointId) ?? row.endpointId }));
  const total = Math.min(counted, COUNTED_MAX);
  return { rows, total, more: counted > COUNTED_MAX, page: query.page, pageSize: query.pageSize };
}

/** Those removed included: what was delivered to them keeps their name. */
async function endpointNames(tx: Tx, actor: Actor, gatewayId: string): Promise<Map<string, string>> {
  const where = { gatewayId, ...visibleTo(actor) };
  const endpoints = await tx.relayEndpoint.findMany({ where, select: { id: true, name: true } });
  return new Map(endpoints.map(({ id, name }) => [id, name]));
}

function ofEndpoints(alias: "a" | "d", ids: readonly string[]): Prisma.Sql[] {
  return ids.length > 0 ? [Prisma.sql`${Prisma.raw(alias)}.endpoint_id IN (${Prisma.join([...ids])})`] : [];
}

/** By the event's id whole, or by the beginning of its name. */
function searched(alias: "a" | "d", search: string): Prisma.Sql[] {
  const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
  return words.map((word) => {
    const beginning = `${word.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
    return Prisma.sql`(${Prisma.raw(alias)}.event_id = ${word} OR ${Prisma.raw(alias)}.event LIKE ${beginning})`;
  });
}

function ordered({ direction }: { direction: "asc" | "desc" }): Prisma.Sql {
  return direction === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
}
