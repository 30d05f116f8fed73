import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { configurationOf } from "./configuration.ts";
import { gatewayTarget } from "./require.ts";

/**
 * The configuration of a deployment's gateway as a file, for a site that cannot reach this console. It holds secrets in clear, and who
 * took it is on record.
 */
export function takeConfiguration(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<{ name: string; body: string }> {
  actor.must("gateway.take_configuration");
  return inScope(actor, async (tx) => {
    const gateway = await tx.gateway.findFirst({
      where: { deploymentId, ...visibleTo(actor) },
      select: { id: true, customerId: true, deploymentId: true, deployment: { select: { name: true } } },
    });
    if (!gateway) throw new AppError("not_found", "There is no such gateway.");
    const { text, digest } = await configurationOf(tx, gateway.id, now);
    await recordAudit(tx, actor, {
      action: "gateway.take_configuration",
      ...gatewayTarget(gateway),
      detail: { contentSha256: digest },
    });
    return { name: `gateway-${deploymentId}.json`, body: text };
  });
}
