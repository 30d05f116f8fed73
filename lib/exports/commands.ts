import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordExport } from "#lib/allowlist/export.ts";
import { readInForce, requireExported } from "#lib/allowlist/in-force.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { fingerprint, randomSecret } from "#lib/platform/seal.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { type OneDeployment, PRINTED, type ServedListRef, type ServeListInput } from "./schema.ts";

export interface ListMade {
  servedListId: string;
  /** With its secret, the only time anybody sees it. */
  url: string;
}

/** Puts the rules in force, or the addresses they name, at a URL that a firewall fetches. Nobody can read the URL again. */
export function serveList(actor: Actor, input: ServeListInput): Promise<ListMade> {
  actor.must("served_list.create");
  return inScope(actor, async (tx) => {
    const { id: deploymentId, customerId, archivedAt } = await requireExported(tx, actor, input.deploymentId);
    if (archivedAt)
      throw new AppError("conflict", "This deployment is archived: nothing is served of its allowlist.");
    const { name, holds, direction, service } = input;
    const servedListId = newId("list");
    const token = randomSecret();
    await tx.servedList.create({
      data: {
        ...{ id: servedListId, customerId, deploymentId, name, holds, direction },
        ...(holds === "addresses" ? service : null),
        tokenHash: fingerprint(token),
        createdById: actor.id,
        createdByName: actor.name,
      },
    });
    await recordAudit(tx, actor, {
      action: "served_list.create",
      targetType: "served_list",
      targetId: servedListId,
      targetName: name,
      customerId,
      deploymentId,
      after: {
        name,
        holds,
        ...(holds === "addresses" ? { direction, service: service && { ...service } } : {}),
      },
    });
    const url = new URL(`/api/edl/${servedListId}/${token}`, env().consoleUrl).href;
    return { servedListId, url };
  });
}

/** Ends a URL at once. What the firewall has fetched stays in the firewall. */
export function revokeList(
  actor: Actor,
  { servedListId }: ServedListRef,
  now = systemClock(),
): Promise<void> {
  actor.must("served_list.revoke");
  return inScope(actor, async (tx) => {
    const where = { id: servedListId, ...visibleTo(actor) };
    const list = await tx.servedList.findFirst({
      where,
      select: { id: true, name: true, customerId: true, deploymentId: true },
    });
    if (!list) throw new AppError("not_found", "There is no such list.");
    const data = { revokedAt: now, revokedByName: actor.name };
    const { count } = await tx.servedList.updateMany({ where: { ...where, revokedAt: null }, data });
    if (count === 0) throw new AppError("conflict", "This list is revoked already.");
    const { id, name, customerId, deploymentId } = list;
    await recordAudit(tx, actor, {
      action: "served_list.revoke",
      ...{ targetType: "served_list", targetId: id, targetName: name, customerId, deploymentId },
    });
  });
}

/** Somebody prints the rules in force: the same goes into the history as for a file. */
export function recordPrint(
  actor: Actor,
  { deploymentId }: OneDeployment,
  now = systemClock(),
): Promise<{ digest: string }> {
  actor.must("allowlist.export");
  return inScope(actor, async (tx) => {
    const deployment = await requireExported(tx, actor, deploymentId);
    const allowlist = await readInForce(tx, deployment, now);
    const { rules, digest } = allowlist;
    const { customerId } = deployment;
    // Paper has no bytes: the content alone tells what was on it.
    const handed = { allowlist, body: digest, format: PRINTED, customerId, rules: rules.length };
    await recordExport(tx, actor, { ...handed, createdAt: now });
    return { digest };
  });
}
