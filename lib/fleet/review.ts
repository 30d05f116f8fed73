import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { EXPIRY_NOTICE_MS } from "#lib/allowlist/policy.ts";
import { unusedSql } from "#lib/crossings/rule-use.ts";
import type { Tx } from "#lib/platform/db.ts";
import { pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { allOf, searchSql, visibleSql } from "#lib/platform/sql.ts";
import { REVIEW_REASONS, type ReviewListQuery, type ReviewReason } from "./schema.ts";

const REASONS: Record<ReviewReason, (now: Date) => Prisma.Sql> = {
  expiring: (now) =>
    Prisma.sql`(r.expires_at > ${now} AND r.expires_at <= ${new Date(now.getTime() + EXPIRY_NOTICE_MS)})`,
  expired: (now) => Prisma.sql`(r.expires_at <= ${now})`,
  ownerless: (now) => Prisma.sql`(r.owner_name = '' AND (r.expires_at IS NULL OR r.expires_at > ${now}))`,
  unused: unusedSql,
};

const SORTS: Record<ReviewListQuery["sort"], Prisma.Sql> = {
  expires: Prisma.sql`r.expires_at`,
  deployment: Prisma.sql`d.name`,
  customer: Prisma.sql`k.name`,
  created: Prisma.sql`r.created_at`,
};

/** One page of the rules that stand on the board, and how many do; those of archived deployments do not. */
export async function findRulesToReview(
  tx: Tx,
  actor: Actor,
  query: ReviewListQuery,
  now: Date,
): Promise<{ ids: string[]; total: number }> {
  const { filters, search } = query;
  const asked = REVIEW_REASONS.filter((reason) => filters.why.includes(reason));
  const reasons = (asked.length > 0 ? asked : REVIEW_REASONS).map((reason) => REASONS[reason](now));
  const from = Prisma.sql`
    FROM console.allowlist_rules r
    JOIN console.deployments d ON d.id = r.deployment_id AND d.archived_at IS NULL
    JOIN console.customers k ON k.id = r.customer_id
    WHERE ${allOf([
      visibleSql(actor, Prisma.sql`r.customer_id`),
      Prisma.sql`r.retired_at IS NULL`,
      ...(filters.mode.length > 0 ? [Prisma.sql`d.mode::text = ANY(${filters.mode}::text[])`] : []),
      ...(filters.customer.length > 0 ? [Prisma.sql`r.customer_id = ANY(${filters.customer}::text[])`] : []),
      Prisma.sql`(${Prisma.join(reasons, " OR ")})`,
      searchSql(
        search,
        Prisma.sql`concat_ws(' ', r.purpose, r.peer, r.ticket, r.owner_name, d.name, k.name)`,
      ),
    ])}`;
  const direction = query.direction === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const { skip, take } = pageBounds(query);
  const [counted] = await tx.$queryRaw<{ total: number }[]>(
    Prisma.sql`SELECT count(*)::int AS total ${from}`,
  );
  const found = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT r.id ${from}
    ORDER BY ${SORTS[query.sort]} ${direction} NULLS LAST, d.name, r.id ${direction} LIMIT ${take} OFFSET ${skip}`);
  return { ids: found.map(({ id }) => id), total: counted?.total ?? 0 };
}
