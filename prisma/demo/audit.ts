import type { AuditAction } from "#lib/audit/schema.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";

interface EventFacts {
  targetType: string;
  targetId: string;
  targetName: string;
  customerId?: string | null;
  deploymentId?: string | null;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
  detail?: Prisma.InputJsonObject;
}

/** One line of the history, by one of the desks that may do such a thing. */
export function addEvent(drawing: Drawing, at: Date, action: AuditAction, facts: EventFacts): void {
  const { random, rows, now } = drawing;
  if (at >= now) return;
  const admin = /^(customer|person|service)\.|archive$|remove$/.test(action);
  const desk = admin ? DESKS[random.chance(0.7) ? 0 : 5] : DESKS[random.int(0, 3)];
  const actor = desk ?? DESKS[0];
  rows.auditEvents.push({
    id: random.id("aud", at),
    occurredAt: at,
    actorId: deskId(actor.email),
    actorName: actor.name,
    actorKind: "person",
    actorRole: actor.role,
    sessionId: null,
    ip: `10.20.${random.int(0, 7)}.${random.int(2, 250)}`,
    action,
    targetType: facts.targetType,
    targetId: facts.targetId,
    targetName: facts.targetName,
    customerId: facts.customerId ?? null,
    deploymentId: facts.deploymentId ?? null,
    before: facts.before as Prisma.InputJsonObject,
    after: facts.after as Prisma.InputJsonObject,
    detail: facts.detail ?? {},
  });
}

/** The same desk has the same id in every row. */
export function deskId(email: string): string {
  return `per_${email.split("@")[0]?.replace(/\W/g, "").toUpperCase().padStart(26, "0")}`;
}
