import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { linkState } from "./policy.ts";

/** Two links at once for one environment: the second waits here, and then replaces the first. */
export async function lockEnvironment(tx: Tx, environmentId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM console.environments WHERE id = ${environmentId} FOR UPDATE`;
}

interface Place {
  customerId: string;
  deploymentId: string;
  environmentId: string;
  organizationId: string;
}

/**
 * Revokes whatever link an organization has: two people who set up the same thing from two links would undo each other's
 * work. Returns how far it had come, for the one that takes its place.
 */
export async function replaceOthers(
  tx: Tx,
  actor: Actor,
  { replacedById, ...place }: Place & { replacedById: string },
  now: Date,
): Promise<Prisma.InputJsonObject> {
  const where = { ...place, revokedAt: null, finishedAt: null };
  const others = await tx.setupLink.findMany({ where, select: REVOKED });
  let progress: Prisma.InputJsonObject = {};
  for (const other of others) {
    const data = { revokedAt: now, revokedByName: actor.name, replacedById };
    await tx.setupLink.updateMany({ where: { id: other.id, revokedAt: null, finishedAt: null }, data });
    await recordAudit(tx, actor, {
      action: "setup_link.revoke",
      ...{ targetType: "setup_link", targetId: other.id, targetName: other.organizationName },
      ...{ customerId: other.customerId, deploymentId: other.deploymentId },
      before: { state: linkState(other, now) },
      detail: { replacedBy: replacedById },
    });
    progress = { ...progress, ...(other.progress as Prisma.InputJsonObject) };
  }
  return progress;
}

/** What has to be known of a link that is revoked. */
export const REVOKED = {
  id: true,
  customerId: true,
  deploymentId: true,
  organizationName: true,
  expiresAt: true,
  openedAt: true,
  revokedAt: true,
  replacedById: true,
  finishedAt: true,
  progress: true,
} as const satisfies Prisma.SetupLinkSelect;
