import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { below, requireGateway } from "../require.ts";
import { OVERLAP_MS } from "../schema.ts";
import { newClientToken } from "../secrets.ts";
import type { ChangeClientInput, ClientRef, CreateClientInput, RotateClientInput } from "./schema.ts";

/** As many as a gateway's configuration may name. */
const CLIENTS_MAX = 1_000;

export interface ClientMade {
  clientId: string;
  /** The only time anybody sees it; null where it is known by something else. */
  token: string | null;
}

/** Lets an application use the proxy of a gateway. */
export function createClient(actor: Actor, input: CreateClientInput): Promise<ClientMade> {
  actor.must("gateway_client.create");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, input.gatewayId);
    const { name, certificateSha256, networks } = input;
    if ((await tx.gatewayClient.count({ where: { gatewayId: gateway.id, revokedAt: null } })) >= CLIENTS_MAX)
      throw new AppError("conflict", "A gateway has at most 1,000 clients.");
    const clientId = newId("gwc");
    const token = input.token ? newClientToken() : null;
    await tx.gatewayClient.create({
      data: {
        ...{ id: clientId, ...below(gateway), name, certificateSha256, networks },
        tokenHash: token && fingerprint(token),
        createdByName: actor.name,
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "gateway_client.create",
      ...targetOf({ id: clientId, ...below(gateway), name }),
      after: { name, token: token !== null, certificateSha256, networks },
    });
    return { clientId, token };
  });
}

/** What a client is called, and by what else than a token it is known. */
export function changeClient(actor: Actor, input: ChangeClientInput): Promise<void> {
  actor.must("gateway_client.change");
  return inScope(actor, async (tx) => {
    const client = await requireClient(tx, actor, input.clientId);
    const { name, certificateSha256, networks } = input;
    if (!client.hasToken && certificateSha256.length === 0 && networks.length === 0)
      throw new AppError("invalid", "Without a token it is known by a certificate or its network.", {
        networks: "Name one.",
      });
    const data = { name, certificateSha256, networks };
    await tx.gatewayClient.update({ where: { id: client.id }, data, select: { id: true } });
    await recordAudit(tx, actor, {
      action: "gateway_client.change",
      ...targetOf({ ...client, name }),
      before: {
        name: client.name,
        certificateSha256: client.certificateSha256,
        networks: client.networks,
      },
      after: data,
    });
  });
}

/** Another token, or a first one; the one before counts for a while longer. */
export function rotateClientToken(
  actor: Actor,
  { clientId, overlap }: RotateClientInput,
  now = systemClock(),
): Promise<{ token: string }> {
  actor.must("gateway_client.rotate_token");
  return inScope(actor, async (tx) => {
    const client = await requireClient(tx, actor, clientId);
    const token = newClientToken();
    const endsAt = new Date(now.getTime() + OVERLAP_MS[overlap]);
    await tx.$executeRaw`
      UPDATE console.gateway_clients SET token_hash = ${fingerprint(token)},
        previous_token_hash = CASE WHEN ${overlap !== "none"} THEN token_hash END,
        previous_token_ends_at = CASE WHEN ${overlap !== "none"} THEN ${endsAt}::timestamptz END
      WHERE id = ${client.id}`;
    await recordAudit(tx, actor, {
      action: "gateway_client.rotate_token",
      ...targetOf(client),
      detail: { overlap },
    });
    return { token };
  });
}

/** Ends a client's use of the proxy: what it has open is closed when the gateway hears of it, within seconds. */
export function revokeClient(actor: Actor, { clientId }: ClientRef, now = systemClock()): Promise<void> {
  actor.must("gateway_client.revoke");
  return inScope(actor, async (tx) => {
    const client = await requireClient(tx, actor, clientId);
    await tx.gatewayClient.update({
      where: { id: client.id },
      data: { revokedAt: now, revokedByName: actor.name },
      select: { id: true },
    });
    await recordAudit(tx, actor, { action: "gateway_client.revoke", ...targetOf(client) });
  });
}

interface FoundClient {
  id: string;
  gatewayId: string;
  customerId: string;
  deploymentId: string;
  name: string;
}

async function requireClient(tx: Tx, actor: Actor, clientId: string) {
  const found = await tx.gatewayClient.findFirst({
    where: { id: clientId, ...visibleTo(actor) },
    select: {
      ...{ id: true, gatewayId: true, customerId: true, deploymentId: true, name: true },
      ...{ certificateSha256: true, networks: true, revokedAt: true, tokenHash: true },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such client.");
  if (found.revokedAt) throw new AppError("conflict", "This client is revoked already.");
  const { tokenHash, ...client } = found;
  return { ...client, hasToken: tokenHash !== null };
}

function targetOf({ id, name, customerId, deploymentId }: FoundClient) {
  return { targetType: "gateway_client", targetId: id, targetName: name, customerId, deploymentId };
}
