import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { fingerprint, seal } from "#lib/platform/seal.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { gatewayTarget, requireGateway } from "./require.ts";
import {
  type ChangeGatewayInput,
  type CreateGatewayInput,
  OVERLAP_MS,
  type RemoveGatewayInput,
  type RotateTokenInput,
  type TrustCarriersInput,
} from "./schema.ts";
import { newGatewayToken, proxyContext } from "./secrets.ts";
import { bytesOf } from "./shape.ts";

export interface TokenMade {
  gatewayId: string;
  /** The only time anybody sees it. */
  token: string;
  /** Where the gateway finds this console. */
  consoleUrl: string;
}

/** Lets a gateway of this deployment ask for its configuration. There is one, of as many processes as the site wants. */
export function createGateway(
  actor: Actor,
  { deploymentId }: CreateGatewayInput,
  now = systemClock(),
): Promise<TokenMade> {
  actor.must("gateway.create");
  return inScope(actor, async (tx) => {
    const deployment = await tx.deployment.findFirst({
      where: { id: deploymentId, ...visibleTo(actor) },
      select: { name: true, customerId: true, archivedAt: true },
    });
    if (!deployment) throw declined("not_found", "no_such_deployment");
    if (deployment.archivedAt) throw new AppError("conflict", "This deployment is archived.");
    const { customerId } = deployment;
    const gatewayId = newId("gw");
    const token = newGatewayToken();
    await tx.gateway
      .create({
        data: {
          ...{ id: gatewayId, customerId, deploymentId, tokenHash: fingerprint(token) },
          ...{ tokenChangedAt: now, createdById: actor.id, createdByName: actor.name },
        },
        select: { id: true },
      })
      .catch((error: unknown) => {
        if (isUniqueViolation(error))
          throw new AppError("conflict", "This deployment has its gateway already.");
        throw error;
      });
    await recordAudit(tx, actor, {
      action: "gateway.create",
      ...gatewayTarget({ id: gatewayId, customerId, deploymentId, deployment }),
    });
    return { gatewayId, token, consoleUrl: env().consoleUrl };
  });
}

/** Another token; the one before counts for a while longer, and one from before that no more. */
export function rotateGatewayToken(
  actor: Actor,
  { gatewayId, overlap }: RotateTokenInput,
  now = systemClock(),
): Promise<TokenMade> {
  actor.must("gateway.rotate_token");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, gatewayId);
    const token = newGatewayToken();
    const endsAt = new Date(now.getTime() + OVERLAP_MS[overlap]);
    // In one statement: of two people at once, the later one's old token is the earlier one's new one.
    await tx.$executeRaw`
      UPDATE console.gateways SET token_hash = ${fingerprint(token)}, token_changed_at = ${now}, updated_at = ${now},
        previous_token_hash = CASE WHEN ${overlap !== "none"} THEN token_hash END,
        previous_token_ends_at = CASE WHEN ${overlap !== "none"} THEN ${endsAt}::timestamptz END
      WHERE id = ${gatewayId}`;
    await recordAudit(tx, actor, {
      action: "gateway.rotate_token",
      ...gatewayTarget(gateway),
      detail: { overlap },
    });
    return { gatewayId, token, consoleUrl: env().consoleUrl };
  });
}

/** What holds for the whole gateway: the proxy everything goes out through, and how much is kept. */
export function changeGateway(actor: Actor, input: ChangeGatewayInput): Promise<void> {
  actor.must("gateway.change");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, input.gatewayId);
    const before = await tx.gateway.findUniqueOrThrow({ where: { id: gateway.id }, select: SETTINGS });
    const data = {
      parentProxyUrl: input.parentProxyUrl,
      bufferBytesMax: bytesOf(input.bufferGigabytes),
      bufferAgeSecondsMax: input.bufferDays * 86_400,
      crossingsKeptDays: input.crossingsKeptDays,
    };
    const authorization = parentAuthorization(input);
    await tx.gateway.update({
      where: { id: gateway.id },
      data: {
        ...data,
        ...(authorization === undefined
          ? {}
          : {
              parentProxyAuthorizationSealed: authorization && seal(authorization, proxyContext(gateway.id)),
            }),
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "gateway.change",
      ...gatewayTarget(gateway),
      before: told(before),
      after: told(data),
      ...(authorization === undefined ? {} : { detail: { parentProxyAuthorization: "changed" } }),
    });
  });
}

/** Whose files of events are taken in, where they are carried by hand: those signed with one of these keys and no others. */
export function trustCarriers(actor: Actor, { gatewayId, keys }: TrustCarriersInput): Promise<void> {
  actor.must("gateway.change");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, gatewayId);
    const { carriedKeys } = await tx.gateway.findUniqueOrThrow({
      where: { id: gateway.id },
      select: { carriedKeys: true },
    });
    await tx.gateway.update({
      where: { id: gateway.id },
      data: { carriedKeys: keys },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: "gateway.change",
      ...gatewayTarget(gateway),
      before: { carriedKeys },
      after: { carriedKeys: keys },
    });
  });
}

/** Forgets a gateway. It goes on by the configuration it has, and is not heard here any more. */
export function removeGateway(actor: Actor, { gatewayId, confirm }: RemoveGatewayInput): Promise<void> {
  actor.must("gateway.remove");
  return inScope(actor, async (tx) => {
    const gateway = await requireGateway(tx, actor, gatewayId);
    if (confirm !== gateway.deployment.name)
      throw new AppError("invalid", "Type the name of the deployment to remove its gateway.", {
        confirm: "This is not its name.",
      });
    await tx.gateway.delete({ where: { id: gateway.id }, select: { id: true } });
    await recordAudit(tx, actor, { action: "gateway.remove", ...gatewayTarget(gateway) });
  });
}

const SETTINGS = {
  ...{ parentProxyUrl: true, bufferBytesMax: true, bufferAgeSecondsMax: true, crossingsKeptDays: true },
} as const;

interface Settings {
  parentProxyUrl: string | null;
  bufferBytesMax: bigint;
  bufferAgeSecondsMax: number;
  crossingsKeptDays: number;
}

/** JSON has no big integers. */
function told({ bufferBytesMax, ...settings }: Settings) {
  return { ...settings, bufferBytesMax: Number(bufferBytesMax) };
}

/** As the proxy is sent it; undefined where what is kept stays, null where it goes. */
function parentAuthorization(input: ChangeGatewayInput): string | null | undefined {
  const { parentProxyUrl, parentProxyUser, parentProxyPassword } = input;
  if (parentProxyUrl === null) return null;
  if (parentProxyUser === null) return undefined;
  return `Basic ${Buffer.from(`${parentProxyUser}:${parentProxyPassword ?? ""}`).toString("base64")}`;
}
