import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { applyChanges } from "#lib/allowlist/changes.ts";
import { type AllowlistFile, fileName, recordExport } from "#lib/allowlist/export.ts";
import { expressible } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { exportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { loadSets, loadVersions } from "#lib/allowlist/sets/load.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { changesOf } from "./base.ts";
import { requireBase } from "./step.ts";

/**
 * The allowlist as it will be once this approved request is applied, for a firewall that has to change first. Once it
 * is applied, the deployment's own export says the same.
 */
export function exportApproved(
  actor: Actor,
  requestId: string,
  formatId: string,
  now = systemClock(),
): Promise<AllowlistFile> {
  actor.must("allowlist.export");
  const format = FORMATS.find(({ id }) => id === formatId);
  if (!format)
    throw declined("invalid", "format_unknown", { formats: FORMATS.map(({ id }) => id).join(", ") });
  return inScope(actor, async (tx) => {
    const request = await tx.changeRequest.findFirst({
      where: { id: requestId, ...visibleTo(actor) },
      include: { deployment: { select: { name: true, mode: true } }, customer: { select: { name: true } } },
    });
    if (!request) throw new AppError("not_found", "There is no such change request.");
    if (request.state !== "approved")
      throw new AppError("conflict", "Only what is approved, and not applied yet, has a list of its own.");
    const { state, versions } = await requireBase(tx, request);
    const after = applyChanges(state, changesOf(request), versions).state;
    const rules = [...after.rules].map(([id, rule]) => {
      return {
        id,
        ...rule,
        expiresAt: rule.expiresAt === null ? null : new Date(rule.expiresAt),
        retiredAt: null,
      };
    });
    const sets = new Map(await loadSets(tx, request.deploymentId));
    for (const [slug, { versionId }] of after.sets)
      if (sets.get(slug)?.versionId !== versionId)
        for (const set of (await loadVersions(tx, [versionId])).values()) sets.set(slug, set);
    const inForce = rules.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    const { name, mode } = request.deployment;
    const deployment = { id: request.deploymentId, name, mode, customerName: request.customer.name };
    const allowlist = exportedAllowlist(deployment, inForce, now, sets);
    const body = format.render(allowlist);
    await recordExport(tx, actor, {
      ...{ allowlist, body, format: format.id, customerId: request.customerId },
      rules: expressible(allowlist, format).length,
      createdAt: now,
    });
    const about = `${name}-change-${request.number}`;
    return { name: fileName(about, now, format.ending), type: format.type, body };
  });
}
