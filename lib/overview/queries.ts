import "server-only";
import { type Actor, customersVisibleTo, visibleTo } from "#lib/access/actor.ts";
import { EXPIRY_NOTICE_MS, healthSql, standingFrom } from "#lib/deployments/facts.ts";
import { type DeploymentRow, readDeployments } from "#lib/deployments/queries.ts";
import { HEALTH, type Health } from "#lib/deployments/words.ts";
import { inScope } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { visibleSql } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";

export interface Fleet {
  customers: number;
  deployments: number;
  people: number;
  health: Record<Health, number>;
  /** The first of the sites that fail or are degraded. */
  worst: DeploymentRow[];
}

/** How many there are of what the actor may see, how the sites stand, and the worst of them: the fleet is gone through once. */
export function countFleet(actor: Actor, worst: number, now = systemClock()): Promise<Fleet> {
  actor.must("deployment.read");
  return inScope(actor, async (tx) => {
    const visible = visibleSql(actor, Prisma.sql`d.customer_id`);
    const rows = await tx.$queryRaw<{ health: Health; count: number; first: string[] }[]>(Prisma.sql`
      WITH stood AS MATERIALIZED (
        SELECT d.id, d.name, ${healthSql(now)} AS health ${standingFrom(now)}
        WHERE ${visible} AND d.archived_at IS NULL
      )
      SELECT health, count(*)::int AS count,
        ARRAY(
          SELECT id FROM stood one WHERE one.health = all_of_it.health AND one.health IN ('failing', 'degraded')
          ORDER BY name, id LIMIT ${worst}
        ) AS first
      FROM stood all_of_it GROUP BY health ORDER BY array_position(${[...HEALTH]}::text[], health)`);
    const first = rows.flatMap((row) => row.first).slice(0, worst);
    const counted = new Map(rows.map(({ health, count }) => [health, count]));
    const health = Object.fromEntries(HEALTH.map((one) => [one, counted.get(one) ?? 0])) as Record<
      Health,
      number
    >;
    return {
      customers: await tx.customer.count({ where: { ...customersVisibleTo(actor), archivedAt: null } }),
      deployments: rows.reduce((sum, { count }) => sum + count, 0),
      people: await tx.person.count({ where: { status: "active" } }),
      health,
      worst: await readDeployments(tx, first, now),
    };
  });
}

export type ExpiringKind = "certificate" | "key" | "rule";

/** Something that ends soon, or has ended, and where to do something about it. */
export interface Expiring {
  id: string;
  kind: ExpiringKind;
  name: string;
  expiresAt: Date;
  deploymentId: string;
  deploymentName: string;
  customerName: string;
}

/** Certificates, keys and rules in use that end within the notice or have ended, the first to end first. */
export function listExpiring(
  actor: Actor,
  count: number,
  now = systemClock(),
): Promise<{ rows: Expiring[]; total: number }> {
  actor.must("connection.read");
  actor.must("allowlist.read");
  const soon = new Date(now.getTime() + EXPIRY_NOTICE_MS);
  const keys = actor.can("api_key.read") ? Prisma.sql`TRUE` : Prisma.sql`FALSE`;
  const expiring = Prisma.sql`
    FROM (
      SELECT id, 'certificate' AS kind, name, certificate_expires_at AS expires_at, deployment_id
      FROM console.connections WHERE state = 'active' AND certificate_expires_at <= ${soon}
      UNION ALL
      SELECT a.id, 'key', a.name, a.expires_at, e.deployment_id
      FROM console.api_keys a JOIN console.environments e ON e.id = a.environment_id
      WHERE ${keys} AND a.revoked_at IS NULL AND a.rotated_to_id IS NULL AND a.expires_at <= ${soon} AND e.state <> 'removed'
      UNION ALL
      SELECT id, 'rule', peer, expires_at, deployment_id
      FROM console.allowlist_rules WHERE retired_at IS NULL AND expires_at <= ${soon}
    ) x
    JOIN console.deployments d ON d.id = x.deployment_id
    JOIN console.customers k ON k.id = d.customer_id
    WHERE ${visibleSql(actor, Prisma.sql`d.customer_id`)} AND d.archived_at IS NULL`;
  return inScope(actor, async (tx) => {
    const found = await tx.$queryRaw<(Expiring & { total: number })[]>(Prisma.sql`
      SELECT x.id, x.kind, x.name, x.expires_at AS "expiresAt", d.id AS "deploymentId",
        d.name AS "deploymentName", k.name AS "customerName", count(*) OVER ()::int AS total
      ${expiring} ORDER BY x.expires_at, x.id LIMIT ${count}`);
    return { rows: found.map(({ total: _, ...row }) => row), total: found[0]?.total ?? 0 };
  });
}

export interface FailingConnection {
  id: string;
  name: string;
  failures24h: number;
  lastSignInAt: Date | null;
  deploymentId: string;
  deploymentName: string;
  customerName: string;
}

/** Connections through which a sign-in failed in the last day, most failures first. */
export function listFailingConnections(
  actor: Actor,
  count: number,
): Promise<{ rows: FailingConnection[]; total: number }> {
  actor.must("connection.read");
  return inScope(actor, async (tx) => {
    const where = { ...visibleTo(actor), failures24h: { gt: 0 }, deployment: { archivedAt: null } };
    const rows = await tx.connection.findMany({
      where,
      select: {
        id: true,
        name: true,
        failures24h: true,
        lastSignInAt: true,
        deployment: { select: { id: true, name: true, customer: { select: { name: true } } } },
      },
      orderBy: [{ failures24h: "desc" }, { id: "asc" }],
      take: count,
    });
    return {
      rows: rows.map(({ deployment, ...row }) => ({
        ...row,
        deploymentId: deployment.id,
        deploymentName: deployment.name,
        customerName: deployment.customer.name,
      })),
      total: await tx.connection.count({ where }),
    };
  });
}
