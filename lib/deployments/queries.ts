import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import type { ComplianceRegime, DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { allOf, searchSql, visibleSql } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { declined } from "#lib/shared/refusals.ts";
import { allowlistSql, deploymentsFrom, healthSql } from "./facts.ts";
import { healthReason } from "./policy.ts";
import type { DeploymentListQuery } from "./schema.ts";
import { type AllowlistState, HEALTH, type Health } from "./words.ts";

export interface DeploymentRow {
  id: string;
  name: string;
  site: string;
  mode: DeploymentMode;
  ownerName: string;
  tags: string[];
  regimes: ComplianceRegime[];
  regimeOther: string;
  productVersion: string;
  lastHeardAt: Date | null;
  archivedAt: Date | null;
  createdAt: Date;
  customerId: string;
  customerName: string;
  environments: number;
  failingReason: string | null;
  connections: number;
  activeConnections: number;
  directories: number;
  failingDirectories: number;
  failures24h: number;
  certificateExpiresAt: Date | null;
  rules: number;
  expiredRules: number;
  nextRuleExpiryAt: Date | null;
  health: Health;
  /** The first cause of it, in a few words. */
  reason: string | null;
  allowlist: AllowlistState;
}

/** One page of the deployments the actor may see, searched, filtered and sorted by PostgreSQL. */
export function listDeployments(
  actor: Actor,
  query: DeploymentListQuery,
  now = systemClock(),
): Promise<Page<DeploymentRow>> {
  actor.must("deployment.read");
  return inScope(actor, async (tx) => {
    const where = deploymentsWhere(actor, query, now);
    const { skip, take } = pageBounds(query);
    const [counted] = await tx.$queryRaw<{ total: number }[]>(
      Prisma.sql`SELECT count(*)::int AS total ${deploymentsFrom(now)} WHERE ${where}`,
    );
    // Which rows first, what they hold second: most sorts then sum up a page of deployments instead of the fleet.
    const ids = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT d.id ${deploymentsFrom(now)} WHERE ${where} ORDER BY ${order(query, now)} LIMIT ${take} OFFSET ${skip}`);
    const rows = await readDeployments(
      tx,
      ids.map(({ id }) => id),
      now,
    );
    return { rows, total: counted?.total ?? 0, page: query.page, pageSize: query.pageSize };
  });
}

/** One deployment as the list shows it, with its notes. */
export function getDeployment(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<DeploymentRow & { notes: string }> {
  actor.must("deployment.read");
  return inScope(actor, async (tx) => {
    const where = { id: deploymentId, ...visibleTo(actor) };
    const found = await tx.deployment.findFirst({ where, select: { id: true, notes: true } });
    const [row] = found ? await readDeployments(tx, [found.id], now) : [];
    if (!found || !row) throw declined("not_found", "no_such_deployment");
    return { ...row, notes: found.notes };
  });
}

/** The values that the list's filters offer. Bounded: who has more tags than this searches. */
export function listDeploymentFilters(
  actor: Actor,
  customerId?: string,
): Promise<{ tags: string[]; versions: string[] }> {
  actor.must("deployment.read");
  return inScope(actor, async (tx) => {
    const theirs = customerId ? [Prisma.sql`d.customer_id = ${customerId}`] : [];
    const visible = allOf([visibleSql(actor, Prisma.sql`d.customer_id`), ...theirs]);
    const tags = await tx.$queryRaw<{ value: string }[]>(Prisma.sql`
      SELECT tag AS value FROM console.deployments d, unnest(d.tags) tag
      WHERE ${visible} AND d.archived_at IS NULL GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 50`);
    const versions = await tx.$queryRaw<{ value: string }[]>(Prisma.sql`
      SELECT d.product_version AS value FROM console.deployments d
      WHERE ${visible} AND d.archived_at IS NULL AND d.product_version <> ''
      GROUP BY 1 ORDER BY 1 DESC LIMIT 50`);
    return { tags: tags.map(({ value }) => value), versions: versions.map(({ value }) => value) };
  });
}

/** How many open deployments of each of these customers stand how. */
export async function countHealth(tx: Tx, customerIds: readonly string[], now: Date) {
  const where = { customerId: { in: [...customerIds] }, archivedAt: null };
  const ids = (await tx.deployment.findMany({ where, select: { id: true } })).map(({ id }) => id);
  return await tx.$queryRaw<{ customerId: string; health: Health; deployments: number }[]>(Prisma.sql`
    SELECT d.customer_id AS "customerId", ${healthSql(now)} AS health, count(*)::int AS deployments
    ${deploymentsFrom(now, ids)} WHERE d.id = ANY(${ids}::text[]) GROUP BY 1, 2`);
}

/** These deployments, in this order. Which of them the actor may see was asked before. */
export async function readDeployments(tx: Tx, ids: readonly string[], now: Date): Promise<DeploymentRow[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Omit<DeploymentRow, "reason">[]>(Prisma.sql`
    SELECT d.id, d.name, d.site, d.mode::text AS mode, d.owner_name AS "ownerName", d.tags,
      d.regimes::text[] AS regimes, d.regime_other AS "regimeOther", d.product_version AS "productVersion",
      d.last_heard_at AS "lastHeardAt", d.archived_at AS "archivedAt", d.created_at AS "createdAt",
      k.id AS "customerId", k.name AS "customerName",
      coalesce(e.total, 0) AS environments, e.reason AS "failingReason",
      coalesce(c.total, 0) AS connections, coalesce(c.active, 0) AS "activeConnections",
      coalesce(y.total, 0) AS directories, coalesce(y.failing, 0) AS "failingDirectories",
      coalesce(c.failures, 0) AS "failures24h", c.certificate_expires_at AS "certificateExpiresAt",
      coalesce(r.open, 0) AS rules, coalesce(r.expired, 0) AS "expiredRules", r.next_expiry_at AS "nextRuleExpiryAt",
      ${healthSql(now)} AS health, ${allowlistSql(now)} AS allowlist
    ${deploymentsFrom(now, ids)} WHERE d.id = ANY(${[...ids]}::text[])`);
  const byId = new Map(rows.map((row) => [row.id, { ...row, reason: healthReason(row, now) }]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function deploymentsWhere(actor: Actor, query: DeploymentListQuery, now: Date): Prisma.Sql {
  const { customer, mode, health, regime, tag, version, allowlist, state } = query.filters;
  const among = (column: Prisma.Sql, values: readonly string[]) =>
    values.length === 0 ? [] : [Prisma.sql`${column} = ANY(${[...values]}::text[])`];
  const overlaps = (column: Prisma.Sql, values: readonly string[]) =>
    values.length === 0 ? [] : [Prisma.sql`${column} && ${[...values]}::text[]`];
  return allOf([
    visibleSql(actor, Prisma.sql`d.customer_id`),
    archived(state),
    searched(query.search),
    ...among(Prisma.sql`d.customer_id`, customer),
    ...among(Prisma.sql`d.mode::text`, mode),
    ...among(Prisma.sql`d.product_version`, version),
    ...overlaps(Prisma.sql`d.tags`, tag),
    ...overlaps(Prisma.sql`d.regimes::text[]`, regime),
    ...among(healthSql(now), health),
    ...among(allowlistSql(now), allowlist),
  ]);
}

/** Archived deployments are out of sight until asked for. */
function archived(state: readonly string[]): Prisma.Sql {
  if (!state.includes("archived")) return Prisma.sql`d.archived_at IS NULL`;
  return state.includes("open") ? Prisma.sql`TRUE` : Prisma.sql`d.archived_at IS NOT NULL`;
}

const SEARCHED = Prisma.sql`concat_ws(' ', d.name, d.site, k.name, d.owner_name, d.product_version,
  array_to_string(d.tags, ' '), d.id)`;

/** By what people see, or by a client id that somebody pasted. */
function searched(search: string): Prisma.Sql {
  const words = searchSql(search, SEARCHED);
  if (!/^(client|env|environment)_/.test(search)) return words;
  return Prisma.sql`(${words} OR d.id IN (
    SELECT deployment_id FROM console.environments WHERE client_id = ${search} OR id = ${search} OR remote_id = ${search}))`;
}

/** Ends with the id: without it, rows that are alike could stand on two pages or on none. */
function order(query: DeploymentListQuery, now: Date): Prisma.Sql {
  const down = query.direction === "desc";
  const ways = down ? Prisma.sql`DESC NULLS LAST` : Prisma.sql`ASC NULLS LAST`;
  const id = down ? Prisma.sql`d.id DESC` : Prisma.sql`d.id`;
  const name = query.sort === "name" ? Prisma.empty : Prisma.sql`, d.name`;
  return Prisma.sql`${sortColumn(query.sort, now)} ${ways}${name}, ${id}`;
}

function sortColumn(sort: DeploymentListQuery["sort"], now: Date): Prisma.Sql {
  switch (sort) {
    case "name":
      return Prisma.sql`d.name`;
    case "customer":
      return Prisma.sql`k.name`;
    case "health":
      return Prisma.sql`array_position(${[...HEALTH]}::text[], ${healthSql(now)})`;
    case "mode":
      return Prisma.sql`d.mode`;
    case "environments":
      return Prisma.sql`coalesce(e.total, 0)`;
    case "connections":
      return Prisma.sql`coalesce(c.total, 0)`;
    case "heard":
      return Prisma.sql`d.last_heard_at`;
    case "version":
      return Prisma.sql`nullif(d.product_version, '')`;
    case "created":
      return Prisma.sql`d.created_at`;
  }
}
