import "server-only";
import { type Actor, customersVisibleTo } from "#lib/access/actor.ts";
import { countHealth } from "#lib/deployments/queries.ts";
import type { Health } from "#lib/deployments/words.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import type { ComplianceRegime, DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { allOf, searchSql, visibleSql } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { CustomerListQuery } from "./schema.ts";
import { CUSTOMER_CHOICES_MAX, type CustomerChoice } from "./shape.ts";

export interface CustomerRow {
  id: string;
  name: string;
  contactEmail: string | null;
  archivedAt: Date | null;
  createdAt: Date;
  deployments: number;
  byMode: Record<DeploymentMode, number>;
  health: Partial<Record<Health, number>>;
  environments: number;
  regimes: ComplianceRegime[];
  lastActivityAt: Date | null;
}

/** One page of the customers the actor may see, searched, filtered and sorted by PostgreSQL. */
export function listCustomers(
  actor: Actor,
  query: CustomerListQuery,
  now = systemClock(),
): Promise<Page<CustomerRow>> {
  actor.must("customer.read");
  return inScope(actor, async (tx) => {
    const where = customersWhere(actor, query);
    const { skip, take } = pageBounds(query);
    const [counted] = await tx.$queryRaw<{ total: number }[]>(
      Prisma.sql`SELECT count(*)::int AS total ${FROM} WHERE ${where}`,
    );
    const ids = await tx.$queryRaw<{ id: string }[]>(
      Prisma.sql`SELECT k.id ${FROM} WHERE ${where} ORDER BY ${order(query)} LIMIT ${take} OFFSET ${skip}`,
    );
    const rows = await readCustomers(
      tx,
      ids.map(({ id }) => id),
      now,
    );
    return { rows, total: counted?.total ?? 0, page: query.page, pageSize: query.pageSize };
  });
}

/** One customer, with its notes. */
export function getCustomer(
  actor: Actor,
  customerId: string,
  now = systemClock(),
): Promise<CustomerRow & { notes: string }> {
  actor.must("customer.read");
  return inScope(actor, async (tx) => {
    const customer = await tx.customer.findFirst({
      where: { AND: [{ id: customerId }, customersVisibleTo(actor)] },
      select: { id: true, notes: true },
    });
    const [row] = customer ? await readCustomers(tx, [customer.id], now) : [];
    if (!customer || !row) throw new AppError("not_found", "There is no such customer.");
    return { ...row, notes: customer.notes };
  });
}

interface ChoiceQuery {
  search?: string;
  limit?: number;
  /** Those chosen already: they come first, and are there whatever is searched. */
  chosen?: readonly string[];
}

/** Customers to choose from: by name, those that take deployments. Who has more than this searches. */
export function listCustomerChoices(
  actor: Actor,
  { search = "", limit = CUSTOMER_CHOICES_MAX, chosen = [] }: ChoiceQuery = {},
): Promise<CustomerChoice[]> {
  actor.must("customer.read");
  const isChosen = Prisma.sql`k.id = ANY(${[...chosen]}::text[])`;
  return inScope(actor, (tx) =>
    tx.$queryRaw<CustomerChoice[]>(Prisma.sql`
      SELECT k.id, k.name FROM console.customers k
      WHERE ${visibleSql(actor, Prisma.sql`k.id`)}
        AND (${isChosen} OR (k.archived_at IS NULL AND ${searchSql(search, Prisma.sql`k.name`)}))
      ORDER BY ${isChosen} DESC, k.name, k.id LIMIT ${limit + chosen.length}`),
  );
}

// Left out by PostgreSQL where a query names no column of it, as in lib/deployments/facts.ts.
const FROM = Prisma.sql`
  FROM console.customers k
  LEFT JOIN (
    SELECT customer_id, count(*)::int AS total FROM console.deployments
    WHERE archived_at IS NULL GROUP BY customer_id
  ) d ON d.customer_id = k.id
  LEFT JOIN (
    SELECT customer_id, count(*)::int AS total FROM console.environments
    WHERE state <> 'removed' GROUP BY customer_id
  ) e ON e.customer_id = k.id`;

// A look into an index for each customer, newest first, instead of a sum over every event ever written.
const LAST_ACTIVITY = Prisma.sql`(SELECT max(a.occurred_at) FROM console.audit_events a WHERE a.customer_id = k.id)`;

/** These customers, in this order. */
async function readCustomers(tx: Tx, ids: readonly string[], now: Date): Promise<CustomerRow[]> {
  if (ids.length === 0) return [];
  const some = Prisma.sql`${[...ids]}::text[]`;
  type Known = Omit<CustomerRow, "byMode" | "health" | "deployments">;
  const rows = await tx.$queryRaw<Known[]>(Prisma.sql`
    SELECT k.id, k.name, k.contact_email AS "contactEmail", k.archived_at AS "archivedAt", k.created_at AS "createdAt",
      ${LAST_ACTIVITY} AS "lastActivityAt",
      (SELECT count(*)::int FROM console.environments e WHERE e.customer_id = k.id AND e.state <> 'removed') AS environments,
      ARRAY(SELECT DISTINCT regime::text FROM console.deployments d, unnest(d.regimes) regime
        WHERE d.customer_id = k.id AND d.archived_at IS NULL ORDER BY 1) AS regimes
    FROM console.customers k WHERE k.id = ANY(${some})`);
  const modes = await tx.$queryRaw<{ customerId: string; mode: DeploymentMode; total: number }[]>(Prisma.sql`
    SELECT customer_id AS "customerId", mode::text AS mode, count(*)::int AS total FROM console.deployments
    WHERE customer_id = ANY(${some}) AND archived_at IS NULL GROUP BY 1, 2`);
  const healths = await countHealth(tx, ids, now);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    const byMode = { connected: 0, restricted: 0, air_gapped: 0 };
    for (const one of modes) if (one.customerId === id) byMode[one.mode] = one.total;
    const own = healths.filter((one) => one.customerId === id);
    const health = Object.fromEntries(own.map((one) => [one.health, one.deployments]));
    return [
      { ...row, byMode, health, deployments: byMode.connected + byMode.restricted + byMode.air_gapped },
    ];
  });
}

function customersWhere(actor: Actor, query: CustomerListQuery): Prisma.Sql {
  const { mode, regime, state } = query.filters;
  const having = (condition: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT FROM console.deployments x WHERE x.customer_id = k.id AND x.archived_at IS NULL AND ${condition})`;
  const conditions = [
    visibleSql(actor, Prisma.sql`k.id`),
    archived(state),
    searchSql(query.search, SEARCHED),
  ];
  if (mode.length > 0) conditions.push(having(Prisma.sql`x.mode::text = ANY(${mode}::text[])`));
  if (regime.length > 0) conditions.push(having(Prisma.sql`x.regimes::text[] && ${regime}::text[]`));
  return allOf(conditions);
}

const SEARCHED = Prisma.sql`concat_ws(' ', k.name, k.contact_email, k.id)`;

/** Archived customers are out of sight until asked for. */
function archived(state: readonly string[]): Prisma.Sql {
  if (!state.includes("archived")) return Prisma.sql`k.archived_at IS NULL`;
  return state.includes("open") ? Prisma.sql`TRUE` : Prisma.sql`k.archived_at IS NOT NULL`;
}

/** Ends with the id: without it, rows that are alike could stand on two pages or on none. */
function order(query: CustomerListQuery): Prisma.Sql {
  const down = query.direction === "desc";
  const ways = down ? Prisma.sql`DESC NULLS LAST` : Prisma.sql`ASC NULLS LAST`;
  const id = down ? Prisma.sql`k.id DESC` : Prisma.sql`k.id`;
  const name = query.sort === "name" ? Prisma.empty : Prisma.sql`, k.name`;
  return Prisma.sql`${SORTS[query.sort]} ${ways}${name}, ${id}`;
}

const SORTS: Record<CustomerListQuery["sort"], Prisma.Sql> = {
  name: Prisma.sql`k.name`,
  deployments: Prisma.sql`coalesce(d.total, 0)`,
  environments: Prisma.sql`coalesce(e.total, 0)`,
  activity: LAST_ACTIVITY,
  created: Prisma.sql`k.created_at`,
};
