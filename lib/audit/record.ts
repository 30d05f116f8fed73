import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { newId } from "#lib/shared/ids.ts";

/** Things that happen to people rather than by permission, in the same vocabulary. */
type SessionAction =
  | "session.sign_in"
  | "session.sign_in_refused"
  | "session.sign_out"
  | "session.revoke"
  | "person.accept_invitation"
  | "person.set_password"
  | "person.change_name"
  | "person.enrol_totp"
  | "person.remove_totp"
  | "person.use_recovery_code"
  | "person.renew_recovery_codes";

export interface AuditEntry {
  action: Action | SessionAction;
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
  await tx.auditEvent.create({
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
    select: { id: true },
  });
}
