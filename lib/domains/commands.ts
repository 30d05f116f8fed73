import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";
import { askFor } from "#lib/audit/asked.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Carried, carryOutOrTakeBack, writeOperation } from "#lib/platform/outbox.ts";
import type { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined, declinedField } from "#lib/shared/refusals.ts";
import { mirrorDomain } from "./mirror.ts";
import { domainOperations, domainTaken } from "./operations.ts";
import type { AddDomainInput, DomainRefInput, RemoveDomainInput, VerifyByHandInput } from "./schema.ts";

/** Adds a domain to an organization. It waits for the record that proves it. */
export async function addDomain(actor: Actor, input: AddDomainInput): Promise<Carried> {
  actor.must("domain.add");
  const { environmentId, organizationId, domain } = input;
  const operationId = await inScope(actor, async (tx) => {
    const { customerId, deploymentId } = await requireEnvironment(tx, actor, environmentId);
    const known = { organizationId: true, organizationName: true } as const;
    const held = await tx.domain.findFirst({ where: { environmentId, name: domain }, select: known });
    if (held) throw heldBy(actor, held, organizationId);
    const named = await tx.domain.findFirst({ where: { environmentId, organizationId }, select: known });
    const where = { customerId, deploymentId, environmentId, targetId: newId("draft") };
    const operationId = await writeOperation(tx, actor, {
      kind: "domain.add",
      ...where,
      input: { organizationId, organizationName: named?.organizationName ?? "", name: domain },
    });
    await recordAudit(tx, actor, {
      action: "domain.add",
      ...{ targetType: "domain", targetId: operationId, targetName: domain, customerId, deploymentId },
      after: { domain, organizationId },
    });
    return operationId;
  });
  return await carryOutOrTakeBack(domainOperations, operationId);
}

export interface Checked {
  state: string;
  verdict: string;
}

/** Has the record of a domain looked for now. What was found is written down here too. */
export async function checkDomain(actor: Actor, { domainId }: DomainRefInput): Promise<Checked> {
  actor.must("domain.check");
  const found = await inScope(actor, (tx) => requireDomain(tx, actor, domainId));
  const { domains } = await driverOf(found.environmentId);
  const asked = { action: "domain.check", ...target(found) } as const;
  const checked = await askFor(actor, asked, () => domains.check(domainId));
  await inScope(actor, (tx) => mirrorDomain(tx, found, checked, new Date()));
  return { state: checked.state, verdict: checked.lastLook?.verdict ?? "" };
}

/** Takes a domain as verified on somebody's word, which is written down with it. */
export async function verifyDomainByHand(
  actor: Actor,
  { domainId, reason }: VerifyByHandInput,
): Promise<Carried> {
  return await change(actor, "domain.verify_by_hand", domainId, (found) => {
    const obstacle = whyNot(found.environment.driver, "verify_domains_by_hand");
    if (obstacle) throw elsewhere(obstacle);
    if (found.state === "verified") throw declined("conflict", "domain_verified");
    return { before: { state: found.state }, after: { state: "verified" }, detail: { reason } };
  });
}

/** Takes a domain away from its organization. */
export async function removeDomain(actor: Actor, { domainId, confirm }: RemoveDomainInput): Promise<Carried> {
  return await change(actor, "domain.remove", domainId, (found) => {
    if (confirm.trim().toLowerCase() !== found.name)
      throw declined("invalid", "retype_domain", {}, { fields: { confirm: "This is not the domain." } });
    return { before: { state: found.state, organizationId: found.organizationId } };
  });
}

type Found = Awaited<ReturnType<typeof requireDomain>>;
interface Difference {
  before?: Record<string, string>;
  after?: Record<string, string>;
  detail?: Record<string, string>;
}

async function change(
  actor: Actor,
  action: Extract<Action, "domain.verify_by_hand" | "domain.remove">,
  domainId: string,
  difference: (found: Found) => Difference,
): Promise<Carried> {
  actor.must(action);
  const operationId = await inScope(actor, async (tx) => {
    const found = await requireDomain(tx, actor, domainId);
    await recordAudit(tx, actor, { action, ...target(found), ...difference(found) });
    const { customerId, deploymentId, environmentId } = found;
    const where = { customerId, deploymentId, environmentId, targetId: domainId };
    return await writeOperation(tx, actor, { kind: action, ...where, input: {} });
  });
  return await carryOutOrTakeBack(domainOperations, operationId);
}

async function requireDomain(tx: Tx, actor: Actor, id: string) {
  const found = await tx.domain.findFirst({
    where: { id, ...visibleTo(actor) },
    select: {
      id: true,
      name: true,
      state: true,
      organizationId: true,
      customerId: true,
      deploymentId: true,
      environmentId: true,
      environment: { select: { driver: true } },
    },
  });
  if (!found) throw declined("not_found", "no_such_domain");
  return found;
}

/** Who follows a set-up link sees one organization, and is not told of others. */
function heldBy(
  { kind }: Actor,
  held: { organizationId: string; organizationName: string },
  organizationId: string,
): AppError {
  if (held.organizationId === organizationId) return declinedField("domain", "conflict", "domain_known");
  return domainTaken(kind === "person" ? held.organizationName || undefined : undefined);
}

function target({ id, name, customerId, deploymentId }: Found) {
  return { targetType: "domain", targetId: id, targetName: name, customerId, deploymentId };
}
