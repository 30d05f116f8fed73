import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { FORMATS } from "./formats/index.ts";
import { exportedAllowlist } from "./formats/normal-form.ts";

export interface AllowlistFile {
  name: string;
  type: string;
  body: string;
}

/** The rules in force as a file in this format. Who took it away is on record. */
export function exportAllowlist(
  actor: Actor,
  deploymentId: string,
  formatId: string,
  now = systemClock(),
): Promise<AllowlistFile> {
  actor.must("allowlist.export");
  const format = FORMATS.find(({ id }) => id === formatId);
  if (!format) throw new AppError("invalid", `Choose a format: ${FORMATS.map(({ id }) => id).join(", ")}.`);
  return inScope(actor, async (tx) => {
    const deployment = await tx.deployment.findFirst({
      where: { id: deploymentId, ...visibleTo(actor) },
      select: { id: true, name: true, mode: true, customerId: true, customer: { select: { name: true } } },
    });
    if (!deployment) throw new AppError("not_found", "There is no such deployment.");
    const rules = await tx.allowlistRule.findMany({
      where: { deploymentId, retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      omit: { customerId: true, deploymentId: true },
    });
    const { id, name, mode, customer, customerId } = deployment;
    const allowlist = exportedAllowlist({ id, name, mode, customerName: customer.name }, rules, now);
    await recordAudit(tx, actor, {
      action: "allowlist.export",
      targetType: "deployment",
      targetId: id,
      targetName: name,
      customerId,
      deploymentId: id,
      detail: { format: format.id, rules: rules.length, contentSha256: allowlist.digest },
    });
    const { render, type, ending } = format;
    return { name: fileName(name, now, ending), type, body: render(allowlist) };
  });
}

function fileName(deployment: string, now: Date, ending: string): string {
  const slug =
    deployment
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "deployment";
  return `allowlist-${slug}-${now.toISOString().slice(0, 10)}.${ending}`;
}
