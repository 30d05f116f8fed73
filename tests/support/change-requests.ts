import { type Actor, actorOf } from "#lib/access/actor.ts";
import type { Role } from "#lib/access/permissions.ts";
import type { Change, RuleFacts } from "#lib/allowlist/changes.ts";
import { loadBase, simulateOn } from "#lib/change-requests/base.ts";
import { asSystem } from "#lib/platform/db.ts";
import type { ChangeRequest } from "#lib/platform/prisma/client.ts";
import type { ChangeRequestState, DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { newId } from "#lib/shared/ids.ts";

export interface Site {
  customerId: string;
  deploymentId: string;
}

export const WEB: RuleFacts = {
  direction: "egress",
  protocol: "tcp",
  portFrom: 443,
  portTo: 443,
  peerKind: "cidr",
  peer: "203.0.113.0/24",
  carriedBy: "application",
  hosts: [],
  purpose: "Reach the partner's API",
  ownerName: "",
  ticket: "",
  pack: null,
  packVersion: null,
  expiresAt: null,
};

/** A deployment of a customer of its own, or of this one. */
export function aSite(customerId: string = newId("cus"), mode: DeploymentMode = "connected"): Promise<Site> {
  const deploymentId = newId("dep");
  return asSystem("a test's site", async (tx) => {
    const customer = { id: customerId, name: customerId, slug: customerId.toLowerCase() };
    await tx.customer.upsert({ where: { id: customerId }, create: customer, update: {} });
    await tx.deployment.create({ data: { id: deploymentId, customerId, name: deploymentId, mode } });
    return { customerId, deploymentId };
  });
}

/** Somebody of this role whom nobody else is. */
export function somebody(role: Role, customers: "all" | readonly string[] = "all"): Actor {
  const [id, sessionId] = [newId("per"), newId("ses")];
  const name = `The ${role} ${id.slice(-4)}`;
  return actorOf({ id, name, kind: "person", role, customers, sessionId, ip: "192.0.2.9" });
}

/** An account at the customer, with which they approve for themselves. */
export function aCustomerAdmin({ customerId }: Site): Promise<Actor> {
  const actor = somebody("customer_admin", [customerId]);
  const email = `${actor.id.toLowerCase()}@customer.example`;
  return asSystem("a test's customer admin", async (tx) => {
    const { id, name } = actor;
    const scopes = { create: [{ customerId }] };
    await tx.person.create({ data: { id, name, email, role: "customer_admin", scopes } });
    return actor;
  });
}

export function aRule({ customerId, deploymentId }: Site, over: Partial<RuleFacts> = {}): Promise<string> {
  const id = newId("rule");
  const { expiresAt, ...rule } = { ...WEB, ...over };
  const end = { expiresAt: expiresAt === null ? null : new Date(expiresAt) };
  return asSystem("a test's rule", async (tx) => {
    await tx.allowlistRule.create({ data: { id, customerId, deploymentId, ...rule, ...end } });
    return id;
  });
}

export const adding = (over: Partial<RuleFacts> = {}): Change => {
  return { kind: "add_rule", ruleId: newId("rule"), rule: { ...WEB, ...over } };
};

/** A request of somebody else in this state, as it would have come there: simulated on the allowlist as it is. */
export function aRequest(
  { customerId, deploymentId }: Site,
  state: ChangeRequestState,
  changes: readonly Change[] = [adding()],
  over: Partial<Pick<ChangeRequest, "authorIds" | "expiresAt" | "proposedAt">> = {},
  now = new Date(),
): Promise<string> {
  const id = newId("chg");
  return asSystem("a test's request", async (tx) => {
    const base = await loadBase(tx, deploymentId, changes);
    const { mode } = await tx.deployment.findUniqueOrThrow({ where: { id: deploymentId } });
    const simulation = simulateOn(base, { changes: [...changes] }, mode, now);
    const simulated = {
      round: 1,
      effect: simulation.effect,
      baseDigest: base.digest,
      simulation: JSON.parse(JSON.stringify(simulation)),
    };
    const { _max } = await tx.changeRequest.aggregate({ where: { deploymentId }, _max: { number: true } });
    await tx.changeRequest.create({
      data: {
        ...{ id, customerId, deploymentId, state, number: (_max.number ?? 0) + 1 },
        title: "Reach the partner",
        reason: "The partner's API is called at night.",
        changes: [...changes],
        changeCount: changes.length,
        ...(state === "draft" ? {} : simulated),
        createdById: "per_author",
        createdByName: "The author",
        authorIds: ["per_author"],
        undo: [],
        ...(["applied", "verified", "closed"].includes(state) ? { appliedAt: now } : {}),
        ...over,
      },
    });
    return id;
  });
}

export function readRequest(id: string): Promise<ChangeRequest> {
  return asSystem("a test reads a request", (tx) => tx.changeRequest.findUniqueOrThrow({ where: { id } }));
}
