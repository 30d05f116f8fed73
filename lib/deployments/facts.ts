import "server-only";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS } from "#lib/shared/clock.ts";

/** Before a certificate or a rule ends, people need this long to do something about it. */
export const EXPIRY_NOTICE_MS = 30 * DAY_MS;
/** A site that is reachable and has not been heard of for this long is worth a look. */
const SILENCE_MS = DAY_MS;

/**
 * The tables a list of deployments reads: `d` the deployment, `k` its customer, and what its environments (`e`),
 * connections (`c`), directories (`y`) and rules (`r`) come to. PostgreSQL leaves out each of those four where a query names none of its
 * columns, so counting and sorting by name touch the deployments alone.
 * @param only the deployments to sum up, where they are known already
 */
export function deploymentsFrom(now: Date, only?: readonly string[]): Prisma.Sql {
  const those = only ? Prisma.sql`AND deployment_id = ANY(${[...only]}::text[])` : Prisma.empty;
  return Prisma.sql`
    FROM console.deployments d
    JOIN console.customers k ON k.id = d.customer_id
    LEFT JOIN (
      SELECT deployment_id, count(*)::int AS total,
        count(*) FILTER (WHERE state = 'active')::int AS active,
        count(*) FILTER (WHERE state = 'failing')::int AS failing,
        min(state_reason) FILTER (WHERE state = 'failing') AS reason
      FROM console.environments WHERE state <> 'removed' ${those} GROUP BY deployment_id
    ) e ON e.deployment_id = d.id
    LEFT JOIN (
      SELECT deployment_id, count(*)::int AS total,
        count(*) FILTER (WHERE state = 'active')::int AS active,
        sum(failures_24h)::int AS failures,
        min(certificate_expires_at) FILTER (WHERE state = 'active') AS certificate_expires_at
      FROM console.connections WHERE TRUE ${those} GROUP BY deployment_id
    ) c ON c.deployment_id = d.id
    LEFT JOIN (
      SELECT deployment_id, count(*)::int AS total,
        count(*) FILTER (WHERE problem <> '' OR state = 'invalid_credentials')::int AS failing
      FROM console.directories WHERE TRUE ${those} GROUP BY deployment_id
    ) y ON y.deployment_id = d.id
    LEFT JOIN (
      SELECT deployment_id,
        count(*) FILTER (WHERE expires_at IS NULL OR expires_at > ${now})::int AS open,
        count(*) FILTER (WHERE expires_at <= ${now})::int AS expired,
        min(expires_at) FILTER (WHERE expires_at > ${now}) AS next_expiry_at
      FROM console.allowlist_rules WHERE retired_at IS NULL ${those} GROUP BY deployment_id
    ) r ON r.deployment_id = d.id`;
}

/**
 * The same with what `healthSql` reads and nothing else: for the whole fleet, of which most rules have no end and most directories no
 * problem, that is less than half of the work.
 */
export function standingFrom(now: Date): Prisma.Sql {
  return Prisma.sql`
    FROM console.deployments d
    LEFT JOIN (
      SELECT deployment_id,
        count(*) FILTER (WHERE state = 'active') AS active,
        count(*) FILTER (WHERE state = 'failing') AS failing
      FROM console.environments WHERE state <> 'removed' GROUP BY deployment_id
    ) e ON e.deployment_id = d.id
    LEFT JOIN (
      SELECT deployment_id,
        count(*) FILTER (WHERE state = 'active') AS active,
        sum(failures_24h) AS failures,
        min(certificate_expires_at) FILTER (WHERE state = 'active') AS certificate_expires_at
      FROM console.connections GROUP BY deployment_id
    ) c ON c.deployment_id = d.id
    LEFT JOIN (
      SELECT deployment_id, count(*) AS failing
      FROM console.directories WHERE problem <> '' OR state = 'invalid_credentials' GROUP BY deployment_id
    ) y ON y.deployment_id = d.id
    LEFT JOIN (
      SELECT deployment_id, count(*) AS expired
      FROM console.allowlist_rules WHERE retired_at IS NULL AND expires_at <= ${now} GROUP BY deployment_id
    ) r ON r.deployment_id = d.id`;
}

/** How a deployment stands: one of `HEALTH`. The worst that is true counts. */
export function healthSql(now: Date): Prisma.Sql {
  const soon = new Date(now.getTime() + EXPIRY_NOTICE_MS);
  const silent = new Date(now.getTime() - SILENCE_MS);
  return Prisma.sql`CASE
    WHEN e.failing > 0 OR c.certificate_expires_at <= ${now} THEN 'failing'
    WHEN c.failures > 0 OR y.failing > 0 OR r.expired > 0 OR c.certificate_expires_at <= ${soon}
      OR (d.mode <> 'air_gapped' AND e.active > 0 AND d.last_heard_at < ${silent}) THEN 'degraded'
    WHEN coalesce(e.active, 0) = 0 OR coalesce(c.active, 0) = 0 THEN 'setting_up'
    WHEN d.last_heard_at IS NULL THEN 'unknown'
    ELSE 'healthy' END`;
}

/** How a deployment's allowlist stands: one of `ALLOWLIST_STATES`. */
export function allowlistSql(now: Date): Prisma.Sql {
  const soon = new Date(now.getTime() + EXPIRY_NOTICE_MS);
  return Prisma.sql`CASE
    WHEN r.expired > 0 THEN 'expired'
    WHEN r.next_expiry_at <= ${soon} THEN 'expiring'
    WHEN r.open > 0 THEN 'open'
    ELSE 'empty' END`;
}
