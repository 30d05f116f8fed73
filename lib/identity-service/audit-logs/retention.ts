import { z } from "zod";
import { type Database, sql } from "../db.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { refused } from "../wire/errors.ts";

/** How long events are kept where nobody said. */
const DEFAULT_DAYS = 365;

const Period = z.string().regex(/^(([1-9]|1[01])_MONTHS?|([1-9]|10)_YEARS?)$/);

// Older applications say days, newer ones a period.
export const ChangeRetention = z.union([
  z.object({
    retention_period: Period.transform((period) => {
      const [count = "", unit = ""] = period.split("_");
      return Number(count) * (unit.startsWith("MONTH") ? 30 : 365);
    }),
  }),
  z.object({ retention_period_in_days: z.number().int() }),
]);
type ChangeRetention = z.infer<typeof ChangeRetention>;

const FIND = sql(
  "audit_log_retention_find",
  `SELECT retention.days, EXISTS (SELECT FROM identity.audit_log_schemas WHERE environment_id = $1) AS is_used
   FROM (SELECT 1) AS always LEFT JOIN identity.audit_log_retentions AS retention
     ON retention.environment_id = $1 AND retention.organization_id = $2`,
);
const PUT = sql(
  "audit_log_retention_put",
  `INSERT INTO identity.audit_log_retentions (environment_id, organization_id, days) VALUES ($1, $2, $3)
   ON CONFLICT (organization_id) DO UPDATE SET days = excluded.days`,
);
/** By organization, so that each is looked up where its oldest events are. */
export const SWEEP_AUDIT_LOG_EVENTS = sql(
  "sweep_audit_log_events",
  `DELETE FROM identity.audit_log_events WHERE id IN (
     SELECT old.id FROM identity.organizations AS organization
     LEFT JOIN identity.audit_log_retentions AS retention ON retention.organization_id = organization.id
     CROSS JOIN LATERAL (
       SELECT id FROM identity.audit_log_events AS event WHERE event.organization_id = organization.id
         AND event.occurred_at < now() - make_interval(days => coalesce(retention.days, ${DEFAULT_DAYS}))
       ORDER BY event.occurred_at, event.id LIMIT 5000) AS old)`,
);

/** What was said of an organization's events, and what counts where nothing was. */
export async function getRetention(
  db: Database,
  environmentId: string,
  organizationId: string,
): Promise<{ days: number | null; effectiveDays: number; isUsed: boolean }> {
  return await db.transaction(environmentId, async (run) => {
    await requireOrganization(run, environmentId, organizationId);
    const [row] = await run<{ days: number | null; is_used: boolean }>(FIND, [environmentId, organizationId]);
    const days = row?.days ?? null;
    return { days, effectiveDays: days ?? DEFAULT_DAYS, isUsed: row?.is_used ?? false };
  });
}

export async function setRetention(
  db: Database,
  environmentId: string,
  organizationId: string,
  change: ChangeRetention,
): Promise<number> {
  const days = "retention_period" in change ? change.retention_period : change.retention_period_in_days;
  const isPeriod = days > 0 && ((days % 30 === 0 && days <= 330) || (days % 365 === 0 && days <= 3650));
  if (!isPeriod)
    throw refused(422, "Events are kept for 30 to 330 days in months of 30, or for 1 to 10 years of 365.");
  return await db.transaction(environmentId, async (run) => {
    await requireOrganization(run, environmentId, organizationId);
    await run(PUT, [environmentId, organizationId, days]);
    return days;
  });
}
