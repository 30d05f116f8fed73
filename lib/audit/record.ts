import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { newId } from "#lib/shared/ids.ts";
import type { AuditAction } from "./schema.ts";

export interface AuditEntry {
  action: AuditAction;
  targetType: string;
  targetId: string;
  targetName?: string;
  customerId?: string | null;
  deploymentId?: string | null;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
  /** Facts a reader of the log needs. Never a secret, a code, a token or a password. */
  detail?: Prisma.InputJsonObject;
}

/** Writes who did what, in the transaction that does it: no change without its event, no event without its change. */
export async function recordAudit(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
  // Not `create`: that reads the row back, and who sees named customers may not read what concerns no single one.
  await tx.auditEvent.createMany({
    data: {
      id: newId("aud"),
      actorId: actor.id,
      actorName: actor.name,
      actorKind: actor.kind,
      actorRole: actor.role,
      sessionId: actor.sessionId,
      ip: actor.ip,
      action: entry.action,
      targetType: entry.targetType,
      targetId: entry.targetId,
      targetName: entry.targetName ?? "",
      customerId: entry.customerId ?? null,
      deploymentId: entry.deploymentId ?? null,
      before: entry.before ?? Prisma.DbNull,
      after: entry.after ?? Prisma.DbNull,
      detail: entry.detail ?? {},
    },
  });
}
