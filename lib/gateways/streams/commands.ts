import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { below, requireEnvironments, requireGateway } from "../require.ts";
import { OVERLAP_MS } from "../schema.ts";
import { newStreamToken } from "../secrets.ts";
import type { ChangeStreamInput, CreateStreamInput, RotateStreamInput, StreamRef } from "./schema.ts";

/** As many as a gateway's configuration may name. */
const STREAMS_MAX = 100;

export interface StreamMade {
  streamId: string;
  /** What the application shows the gateway, the only time anybody sees it. */
  token: string;
}

/** Lets an application follow events by itself, over a connection to the gateway that stays open. */
export function createStream(actor: Actor, input: CreateStreamInput): Promise<StreamMade> {
  actor.must("gateway_stream.create");
  return inScope(actor, async (tx) => {
    const { gatewayId, ...facts } = input;
    const gateway = await requireGateway(tx, actor, gatewayId);
    await requireEnvironments(tx, gateway.deploymentId, facts.environmentIds);
    if ((await tx.gatewayStream.count({ where: { gatewayId } })) >= STREAMS_MAX)
      throw new AppError(
        "conflict",
        "A gateway has at most a hundred followers. Remove one that is not used.",
      );
    const streamId = newId("gwt");
    const token = newStreamToken();
    const made = { tokenHash: fingerprint(token), createdByName: actor.name };
    await tx.gatewayStream.create({
      data: { id: streamId, ...below(gateway), ...facts, ...made },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "gateway_stream.create",
      ...targetOf({ ...gateway, id: streamId, name: facts.name }),
      after: facts,
    });
    return { streamId, token };
  });
}

/** What a follower is called, and what it is told of from now on. */
export function changeStream(actor: Actor, { streamId, ...facts }: ChangeStreamInput): Promise<void> {
  actor.must("gateway_stream.change");
  return inScope(actor, async (tx) => {
    const stream = await requireStream(tx, actor, streamId);
    await requireEnvironments(tx, stream.deploymentId, facts.environmentIds);
    await tx.gatewayStream.update({ where: { id: stream.id }, data: facts, select: { id: true } });
    const { name, events, environmentIds } = stream;
    await recordAudit(tx, actor, {
      action: "gateway_stream.change",
      ...targetOf({ ...stream, name: facts.name }),
      before: { name, events, environmentIds },
      after: facts,
    });
  });
}

/** Another token; the one before counts for a while longer. */
export function rotateStreamToken(
  actor: Actor,
  { streamId, overlap }: RotateStreamInput,
  now = systemClock(),
): Promise<StreamMade> {
  actor.must("gateway_stream.rotate_token");
  return inScope(actor, async (tx) => {
    const stream = await requireStream(tx, actor, streamId);
    const token = newStreamToken();
    const endsAt = new Date(now.getTime() + OVERLAP_MS[overlap]);
    await tx.$executeRaw`
      UPDATE console.gateway_streams SET token_hash = ${fingerprint(token)},
        previous_token_hash = CASE WHEN ${overlap !== "none"} THEN token_hash END,
        previous_token_ends_at = CASE WHEN ${overlap !== "none"} THEN ${endsAt}::timestamptz END
      WHERE id = ${stream.id}`;
    await recordAudit(tx, actor, {
      action: "gateway_stream.rotate_token",
      ...targetOf(stream),
      detail: { overlap },
    });
    return { streamId: stream.id, token };
  });
}

/** Ends the following: the connection is closed when the gateway hears of it, within seconds. */
export function removeStream(actor: Actor, { streamId }: StreamRef): Promise<void> {
  actor.must("gateway_stream.remove");
  return inScope(actor, async (tx) => {
    const stream = await requireStream(tx, actor, streamId);
    await tx.gatewayStream.delete({ where: { id: stream.id }, select: { id: true } });
    await recordAudit(tx, actor, { action: "gateway_stream.remove", ...targetOf(stream) });
  });
}

interface FoundStream {
  id: string;
  name: string;
  customerId: string;
  deploymentId: string;
}

async function requireStream(tx: Tx, actor: Actor, streamId: string) {
  const found = await tx.gatewayStream.findFirst({
    where: { id: streamId, ...visibleTo(actor) },
    select: {
      ...{ id: true, customerId: true, deploymentId: true, name: true },
      ...{ events: true, environmentIds: true },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such follower.");
  return found;
}

function targetOf({ id, name, customerId, deploymentId }: FoundStream) {
  return { targetType: "gateway_stream", targetId: id, targetName: name, customerId, deploymentId };
}
