import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { seal } from "#lib/platform/seal.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { askErrand } from "../errands.ts";
import { below, requireEnvironments, requireGateway } from "../require.ts";
import { OVERLAP_MS } from "../schema.ts";
import { endpointContext, newSigningSecret } from "../secrets.ts";
import { authorityNames } from "./authorities.ts";
import type {
  ChangeEndpointInput,
  CreateEndpointInput,
  EndpointRef,
  ReplayInput,
  RotateSecretInput,
} from "./schema.ts";

/** As many as a gateway's configuration may name. */
const ENDPOINTS_MAX = 100;

export interface SecretMade {
  endpointId: string;
  /** What deliveries are signed with, the only time anybody sees it. */
  secret: string;
}

/** Has a gateway hand events over to an application inside the site, from now on. */
export function createEndpoint(actor: Actor, input: CreateEndpointInput): Promise<SecretMade> {
  actor.must("relay_endpoint.create");
  return inScope(actor, async (tx) => {
    const { gatewayId, ...facts } = input;
    const gateway = await requireGateway(tx, actor, gatewayId);
    await requireEnvironments(tx, gateway.deploymentId, facts.environmentIds);
    if ((await tx.relayEndpoint.count({ where: { gatewayId, removedAt: null } })) >= ENDPOINTS_MAX)
      throw new AppError("conflict", "A gateway has at most a hundred endpoints.");
    const endpointId = newId("ep");
    const secret = newSigningSecret();
    const secretSealed = seal(secret, endpointContext(endpointId));
    await tx.relayEndpoint.create({
      data: { id: endpointId, ...below(gateway), ...facts, secretSealed, createdByName: actor.name },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "relay_endpoint.create",
      ...targetOf({ ...gateway, id: endpointId, name: facts.name }),
      after: said(facts),
    });
    return { endpointId, secret };
  });
}

/** Where an endpoint is, and what it is told of. What it has not had yet goes to the new address. */
export function changeEndpoint(actor: Actor, { endpointId, ...facts }: ChangeEndpointInput): Promise<void> {
  actor.must("relay_endpoint.change");
  return inScope(actor, async (tx) => {
    const endpoint = await requireEndpoint(tx, actor, endpointId);
    await requireEnvironments(tx, endpoint.deploymentId, facts.environmentIds);
    await tx.relayEndpoint.update({ where: { id: endpoint.id }, data: facts, select: { id: true } });
    const { name, url, events, environmentIds, timeoutSeconds, inFlight, authorities } = endpoint;
    await recordAudit(tx, actor, {
      action: "relay_endpoint.change",
      ...targetOf({ ...endpoint, name: facts.name }),
      before: said({ name, url, events, environmentIds, timeoutSeconds, inFlight, authorities }),
      after: said(facts),
    });
  });
}

/** Another secret. While they overlap, each delivery carries a signature of both. */
export function rotateEndpointSecret(
  actor: Actor,
  { endpointId, overlap }: RotateSecretInput,
  now = systemClock(),
): Promise<SecretMade> {
  actor.must("relay_endpoint.rotate_secret");
  return inScope(actor, async (tx) => {
    const endpoint = await requireEndpoint(tx, actor, endpointId);
    const secret = newSigningSecret();
    const sealed = seal(secret, endpointContext(endpoint.id));
    const endsAt = new Date(now.getTime() + OVERLAP_MS[overlap]);
    await tx.$executeRaw`
      UPDATE console.relay_endpoints SET secret_sealed = ${sealed},
        previous_secret_sealed = CASE WHEN ${overlap !== "none"} THEN secret_sealed END,
        previous_secret_ends_at = CASE WHEN ${overlap !== "none"} THEN ${endsAt}::timestamptz END
      WHERE id = ${endpoint.id}`;
    await recordAudit(tx, actor, {
      action: "relay_endpoint.rotate_secret",
      ...targetOf(endpoint),
      detail: { overlap },
    });
    return { endpointId: endpoint.id, secret };
  });
}

/** Holds deliveries back. Events wait in the buffer, as long as its limits let them. */
export function pauseEndpoint(actor: Actor, { endpointId }: EndpointRef, now = systemClock()): Promise<void> {
  actor.must("relay_endpoint.pause");
  return setPaused(actor, endpointId, now);
}

/** Goes on where it stopped. */
export function resumeEndpoint(actor: Actor, { endpointId }: EndpointRef): Promise<void> {
  actor.must("relay_endpoint.resume");
  return setPaused(actor, endpointId, null);
}

/** Delivers again: these events, or everything that was given up. */
export function replayDeliveries(
  actor: Actor,
  { endpointId, eventIds }: ReplayInput,
): Promise<{ errandId: string }> {
  actor.must("relay_endpoint.replay");
  return inScope(actor, async (tx) => {
    const endpoint = await requireEndpoint(tx, actor, endpointId);
    const input = { event_ids: eventIds };
    const errandId = await askErrand(tx, actor, endpoint, { kind: "replay", targetId: endpoint.id, input });
    await recordAudit(tx, actor, {
      action: "relay_endpoint.replay",
      ...targetOf(endpoint),
      detail: { errand: errandId, events: eventIds.length === 0 ? "dead" : eventIds },
    });
    return { errandId };
  });
}

/** Ends deliveries to an endpoint. What it has not had, it does not get any more. */
export function removeEndpoint(
  actor: Actor,
  { endpointId }: EndpointRef,
  now = systemClock(),
): Promise<void> {
  actor.must("relay_endpoint.remove");
  return inScope(actor, async (tx) => {
    const endpoint = await requireEndpoint(tx, actor, endpointId);
    await tx.relayEndpoint.update({
      where: { id: endpoint.id },
      data: { removedAt: now, previousSecretSealed: null, secretSealed: "" },
      select: { id: true },
    });
    await tx.gatewayErrand.deleteMany({ where: { targetId: endpoint.id, state: "asked" } });
    await recordAudit(tx, actor, { action: "relay_endpoint.remove", ...targetOf(endpoint) });
  });
}

function setPaused(actor: Actor, endpointId: string, pausedAt: Date | null): Promise<void> {
  return inScope(actor, async (tx) => {
    const endpoint = await requireEndpoint(tx, actor, endpointId);
    const { count } = await tx.relayEndpoint.updateMany({
      where: { id: endpoint.id, pausedAt: pausedAt ? null : { not: null } },
      data: { pausedAt, pausedByName: pausedAt && actor.name },
    });
    if (count === 0) throw new AppError("conflict", pausedAt ? "It is paused already." : "It is not paused.");
    await recordAudit(tx, actor, {
      action: pausedAt ? "relay_endpoint.pause" : "relay_endpoint.resume",
      ...targetOf(endpoint),
    });
  });
}

interface FoundEndpoint {
  id: string;
  name: string;
  customerId: string;
  deploymentId: string;
}

async function requireEndpoint(tx: Tx, actor: Actor, endpointId: string) {
  const found = await tx.relayEndpoint.findFirst({
    where: { id: endpointId, removedAt: null, ...visibleTo(actor) },
    select: {
      ...{ id: true, gatewayId: true, customerId: true, deploymentId: true, name: true, url: true },
      ...{ events: true, environmentIds: true, timeoutSeconds: true, inFlight: true, authorities: true },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such endpoint.");
  return found;
}

/** As the audit log keeps it: of certificates who they are, not their text. */
function said<Facts extends { authorities: string | null }>({ authorities, ...facts }: Facts) {
  return { ...facts, authorities: authorities === null ? [] : authorityNames(authorities) };
}

function targetOf({ id, name, customerId, deploymentId }: FoundEndpoint) {
  return { targetType: "relay_endpoint", targetId: id, targetName: name, customerId, deploymentId };
}
