import { EXPIRY_NOTICE_MS } from "#lib/allowlist/policy.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import type { ReviewListQuery } from "./schema.ts";

/** Why a rule should be looked at again. */
export const REVIEW_REASONS = ["expiring", "expired", "ownerless"] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

const REASONS: Record<ReviewReason, (now: Date) => Prisma.AllowlistRuleWhereInput> = {
  expiring: (now) => ({ expiresAt: { gt: now, lte: new Date(now.getTime() + EXPIRY_NOTICE_MS) } }),
  expired: (now) => ({ expiresAt: { lte: now } }),
  ownerless: (now) => ({ ownerName: "", OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] }),
};

/** The rules that stand on the board; those of archived deployments do not. */
export function reviewWhere({ filters, search }: ReviewListQuery, now: Date): Prisma.AllowlistRuleWhereInput {
  const asked = REVIEW_REASONS.filter((reason) => filters.why.includes(reason));
  const reasons = asked.length > 0 ? asked : REVIEW_REASONS;
  const modes = Object.values(DeploymentMode).filter((mode) => filters.mode.includes(mode));
  return {
    retiredAt: null,
    deployment: { archivedAt: null, ...(modes.length > 0 && { mode: { in: modes } }) },
    ...(filters.customer.length > 0 && { customerId: { in: filters.customer } }),
    AND: [
      { OR: reasons.map((reason) => REASONS[reason](now)) },
      ...search
        .split(/\s+/)
        .filter(Boolean)
        .slice(0, 8)
        .map((word) => ({
          OR: [
            { purpose: containing(word) },
            { peer: containing(word) },
            { ticket: containing(word) },
            { ownerName: containing(word) },
            { deployment: { name: containing(word) } },
            { customer: { name: containing(word) } },
          ],
        })),
    ],
  };
}
