import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { ruleState, trafficText } from "#lib/allowlist/policy.ts";
import { loadNewestSets } from "#lib/allowlist/sets/load.ts";
import { lastUsesOf, unwatchedSql } from "#lib/crossings/rule-use.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import type {
  BulkItemState,
  BulkState,
  BulkSubject,
  ChangeRequestState,
  DeploymentMode,
} from "#lib/platform/prisma/enums.ts";
import { allOf, searchSql, visibleSql } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { behindSql, requestUnderWaySql } from "./behind.ts";
import { findRulesToReview } from "./review.ts";
import type { BulkItemListQuery, BulkListQuery, DriftListQuery, ReviewListQuery } from "./schema.ts";

/** A deployment that uses an older version of something. */
export interface DriftRow {
  /** Of the deployment and the thing together. */
  id: string;
  deploymentId: string;
  deploymentName: string;
  customerName: string;
  mode: DeploymentMode;
  subject: BulkSubject;
  subjectId: string;
  subjectName: string;
  installed: number;
  wanted: number;
  requestId: string | null;
  requestNumber: number | null;
  requestState: ChangeRequestState | null;
}

/** One page of what is behind, of every deployment that the actor may see. */
export function listDrift(actor: Actor, query: DriftListQuery): Promise<Page<DriftRow>> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const { skip, take } = pageBounds(query);
    // Which request is under way is asked for the page only, unless the list is narrowed or sorted by it.
    const byRequest = query.filters.request.length > 0 || query.sort === "request";
    const request = Prisma.sql`LEFT JOIN LATERAL (${requestUnderWaySql()}) request ON TRUE`;
    const matching = Prisma.sql`
      FROM (${behindSql()}) behind
      JOIN console.deployments d ON d.id = behind.deployment_id AND d.archived_at IS NULL
      JOIN console.customers c ON c.id = d.customer_id
      ${byRequest ? request : Prisma.empty}
      WHERE ${allOf([visibleSql(actor, Prisma.sql`behind.customer_id`), ...driftFilters(query)])}`;
    const [counted] = await tx.$queryRaw<[{ total: number }]>(
      Prisma.sql`SELECT count(*)::int AS total ${matching}`,
    );
    const rows = await tx.$queryRaw<DriftRow[]>(Prisma.sql`
      WITH behind AS MATERIALIZED (
        SELECT behind.*, d.name AS deployment_name, c.name AS customer_name, d.mode::text AS mode,
          row_number() OVER (ORDER BY ${driftOrder(query)}, d.id, behind.subject_id) AS place
        ${matching}
        ORDER BY place LIMIT ${take} OFFSET ${skip})
      SELECT deployment_id || '/' || subject_id AS id, deployment_id AS "deploymentId",
        deployment_name AS "deploymentName", customer_name AS "customerName", mode, subject,
        subject_id AS "subjectId", subject_name AS "subjectName", installed, wanted,
        request.id AS "requestId", request.number AS "requestNumber", request.state AS "requestState"
      FROM behind ${request} ORDER BY place`);
    return { rows, total: counted.total, page: query.page, pageSize: query.pageSize };
  });
}

function driftFilters({ filters, search }: DriftListQuery): Prisma.Sql[] {
  const any = (column: Prisma.Sql, values: readonly string[]) =>
    values.length === 0 ? [] : [Prisma.sql`${column} = ANY(${[...values]}::text[])`];
  return [
    ...any(Prisma.sql`behind.subject_id`, filters.subject),
    // Wrapped, so that the planner does not take it for so few rows that it reads all that is behind for each of them.
    ...any(Prisma.sql`d.mode::text`, filters.mode).map((isOf) => Prisma.sql`coalesce(${isOf}, false)`),
    ...any(Prisma.sql`d.customer_id`, filters.customer),
    ...any(Prisma.sql`coalesce(request.state, 'none')`, filters.request),
    searchSql(search, Prisma.sql`d.name || ' ' || c.name || ' ' || behind.subject_name`),
  ];
}

function driftOrder({ sort, direction }: DriftListQuery): Prisma.Sql {
  const way = direction === "desc" ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const columns: Record<DriftListQuery["sort"], Prisma.Sql> = {
    deployment: Prisma.sql`d.name ${way}`,
    customer: Prisma.sql`c.name ${way}, d.name`,
    subject: Prisma.sql`behind.subject_name ${way}, d.name`,
    behind: Prisma.sql`behind.wanted - behind.installed ${way}, d.name`,
    request: Prisma.sql`request.state ${way} NULLS FIRST, d.name`,
  };
  return columns[sort];
}

/** Something of which deployments are behind, and how many of them. */
export interface DriftSubject {
  subject: BulkSubject;
  subjectId: string;
  subjectName: string;
  wanted: number;
  deployments: number;
  /** Of them with no request under way. */
  unasked: number;
}

/** What has a newer version than deployments use, that with the most of them first. */
export function listDriftSubjects(actor: Actor): Promise<DriftSubject[]> {
  actor.must("allowlist.read");
  return inScope(actor, (tx) =>
    tx.$queryRaw<DriftSubject[]>(Prisma.sql`
      SELECT behind.subject, behind.subject_id AS "subjectId", min(behind.subject_name) AS "subjectName",
        max(behind.wanted) AS wanted, count(*)::int AS deployments,
        (count(*) FILTER (WHERE request.id IS NULL))::int AS unasked
      FROM (${behindSql()}) behind
      JOIN console.deployments d ON d.id = behind.deployment_id AND d.archived_at IS NULL
      LEFT JOIN LATERAL (${requestUnderWaySql()}) request ON TRUE
      WHERE ${visibleSql(actor, Prisma.sql`behind.customer_id`)}
      GROUP BY behind.subject, behind.subject_id ORDER BY deployments DESC, "subjectName" LIMIT 100`),
  );
}

/** A rule that somebody should look at again, and why. */
export interface ReviewRow {
  id: string;
  deploymentId: string;
  deploymentName: string;
  customerName: string;
  text: string;
  purpose: string;
  ownerName: string;
  ticket: string;
  expiresAt: Date | null;
  createdAt: Date;
  isExpired: boolean;
  /** When the last that it let pass began; null where nothing is known of that. */
  lastUsedAt: Date | null;
}

/** One page of rules that end soon, have ended, have nobody who answers for them, or let nothing pass for long. */
export function listRulesToReview(
  actor: Actor,
  query: ReviewListQuery,
  now = systemClock(),
): Promise<Page<ReviewRow>> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const { ids, total } = await findRulesToReview(tx, actor, query, now);
    const unordered = await tx.allowlistRule.findMany({
      where: { id: { in: ids }, ...visibleTo(actor) },
      include: { deployment: { select: { name: true } }, customer: { select: { name: true } } },
    });
    const found = unordered.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
    const lastUses = await lastUsesOf(tx, ids);
    const sets = await loadNewestSets(tx);
    const rows = found.map((rule) => ({
      ...{ id: rule.id, deploymentId: rule.deploymentId, purpose: rule.purpose },
      ...{ ownerName: rule.ownerName, ticket: rule.ticket, expiresAt: rule.expiresAt },
      createdAt: rule.createdAt,
      deploymentName: rule.deployment.name,
      customerName: rule.customer.name,
      text: trafficText(rule, sets),
      isExpired: ruleState(rule, now) === "expired",
      lastUsedAt: lastUses.get(rule.id) ?? null,
    }));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

/** How many deployments with rules in force cannot be judged: whether their rules are used, nobody has watched for 90 days. */
export function countUnwatched(actor: Actor, now = systemClock()): Promise<number> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const [found] = await tx.$queryRaw<{ count: number }[]>(Prisma.sql`
      SELECT count(*)::int AS count FROM console.deployments d
      WHERE ${visibleSql(actor, Prisma.sql`d.customer_id`)} AND d.archived_at IS NULL
        AND EXISTS (SELECT FROM console.allowlist_rules r WHERE r.deployment_id = d.id AND r.retired_at IS NULL)
        AND ${unwatchedSql(now)}`);
    return found?.count ?? 0;
  });
}

/** How far a change that was asked for at many deployments has come. */
export interface BulkRow {
  id: string;
  subject: BulkSubject;
  subjectName: string;
  versionNumber: number;
  state: BulkState;
  createdByName: string;
  createdAt: Date;
  finishedAt: Date | null;
  /** Of the deployments that the actor may see. */
  counts: BulkCounts;
}

/** Deployments by how far they are; they add up to `total`. */
export interface BulkCounts {
  total: number;
  waiting: number;
  held: number;
  leftOut: number;
  /** Before those who decide, or approved and not applied yet. */
  open: number;
  refused: number;
  applied: number;
  verified: number;
}

export function listBulks(actor: Actor, query: BulkListQuery): Promise<Page<BulkRow>> {
  actor.must("change_request.read");
  return inScope(actor, async (tx) => {
    const states = query.filters.state.filter((state) => ["running", "paused", "done"].includes(state));
    const where: Prisma.BulkRequestWhereInput = {
      items: { some: visibleTo(actor) },
      ...(states.length > 0 && { state: { in: states as BulkState[] } }),
      ...(query.search && { subjectName: { contains: query.search, mode: "insensitive" as const } }),
    };
    const total = await tx.bulkRequest.count({ where });
    const found = await tx.bulkRequest.findMany({
      where,
      orderBy: [{ createdAt: query.direction }, { id: query.direction }],
      ...pageBounds(query),
    });
    const counts = await countsOf(
      tx,
      actor,
      found.map(({ id }) => id),
    );
    const rows = found.map((bulk) => bulkRow(bulk, counts));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface BulkDetail extends BulkRow {
  subjectId: string;
  reason: string;
  ticket: string;
}

export function getBulk(actor: Actor, bulkId: string): Promise<BulkDetail> {
  actor.must("change_request.read");
  return inScope(actor, async (tx) => {
    const bulk = await tx.bulkRequest.findFirst({
      where: { id: bulkId, items: { some: visibleTo(actor) } },
    });
    if (!bulk) throw new AppError("not_found", "There is no such request for many deployments.");
    const { subjectId, reason, ticket } = bulk;
    return { ...bulkRow(bulk, await countsOf(tx, actor, [bulkId])), subjectId, reason, ticket };
  });
}

export interface BulkItemRow {
  /** The deployment's. */
  id: string;
  deploymentId: string;
  deploymentName: string;
  customerName: string;
  state: BulkItemState;
  problem: string;
  requestId: string | null;
  requestNumber: number | null;
  requestState: ChangeRequestState | null;
}

/** One page of the deployments, each with where its own request stands. */
export function listBulkItems(
  actor: Actor,
  bulkId: string,
  query: BulkItemListQuery,
): Promise<Page<BulkItemRow>> {
  actor.must("change_request.read");
  return inScope(actor, async (tx) => {
    const { skip, take } = pageBounds(query);
    const { state } = query.filters;
    const way = query.direction === "desc" ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const order = query.sort === "state" ? Prisma.sql`progress ${way}, d.name` : Prisma.sql`d.name ${way}`;
    const progress = Prisma.sql`coalesce(r.state::text, i.state::text)`;
    const matching = Prisma.sql`
      FROM console.bulk_request_items i
      JOIN console.deployments d ON d.id = i.deployment_id
      JOIN console.customers c ON c.id = d.customer_id
      LEFT JOIN console.change_requests r ON r.id = i.request_id
      WHERE ${allOf([
        Prisma.sql`i.bulk_id = ${bulkId}`,
        visibleSql(actor, Prisma.sql`i.customer_id`),
        ...(state.length > 0
          ? [
              Prisma.sql`(${progress} = ANY(${[...state]}::text[]) OR i.state::text = ANY(${[...state]}::text[]))`,
            ]
          : []),
        searchSql(query.search, Prisma.sql`d.name || ' ' || c.name`),
      ])}`;
    const [counted] = await tx.$queryRaw<[{ total: number }]>(
      Prisma.sql`SELECT count(*)::int AS total ${matching}`,
    );
    const rows = await tx.$queryRaw<BulkItemRow[]>(Prisma.sql`
      SELECT d.id, d.id AS "deploymentId", d.name AS "deploymentName", c.name AS "customerName", i.state::text AS state,
        i.problem, r.id AS "requestId", r.number AS "requestNumber", r.state::text AS "requestState",
        ${progress} AS progress
      ${matching} ORDER BY ${order}, d.id LIMIT ${take} OFFSET ${skip}`);
    return { rows, total: counted.total, page: query.page, pageSize: query.pageSize };
  });
}

type Tx = Parameters<Parameters<typeof inScope>[1]>[0];

async function countsOf(
  tx: Tx,
  actor: Actor,
  bulkIds: readonly string[],
): Promise<ReadonlyMap<string, BulkCounts>> {
  const rows = await tx.$queryRaw<(BulkCounts & { bulkId: string })[]>(Prisma.sql`
    SELECT i.bulk_id AS "bulkId", count(*)::int AS total,
      (count(*) FILTER (WHERE i.state = 'waiting'))::int AS waiting,
      (count(*) FILTER (WHERE i.state = 'left_out'))::int AS "leftOut",
      (count(*) FILTER (WHERE i.state = 'held' AND r.state IN ('draft', 'simulated')))::int AS held,
      (count(*) FILTER (WHERE r.state IN ('proposed', 'approved')
        OR (i.state = 'proposed' AND r.state IN ('draft', 'simulated'))))::int AS open,
      (count(*) FILTER (WHERE r.state IN ('refused', 'withdrawn')))::int AS refused,
      (count(*) FILTER (WHERE r.state = 'applied'))::int AS applied,
      (count(*) FILTER (WHERE r.state IN ('verified', 'closed')))::int AS verified
    FROM console.bulk_request_items i LEFT JOIN console.change_requests r ON r.id = i.request_id
    WHERE i.bulk_id = ANY(${[...bulkIds]}::text[]) AND ${visibleSql(actor, Prisma.sql`i.customer_id`)}
    GROUP BY i.bulk_id`);
  return new Map(rows.map(({ bulkId, ...counts }) => [bulkId, counts]));
}

const NONE: BulkCounts = {
  ...{ total: 0, waiting: 0, held: 0, leftOut: 0 },
  ...{ open: 0, refused: 0, applied: 0, verified: 0 },
};

function bulkRow(
  bulk: Prisma.BulkRequestGetPayload<object>,
  counts: ReadonlyMap<string, BulkCounts>,
): BulkRow {
  const { id, subject, subjectName, versionNumber, state, createdByName, createdAt, finishedAt } = bulk;
  return {
    ...{ id, subject, subjectName, versionNumber, state, createdByName, createdAt, finishedAt },
    counts: counts.get(id) ?? NONE,
  };
}
