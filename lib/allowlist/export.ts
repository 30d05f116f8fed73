import "server-only";
import { createHash } from "node:crypto";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { expressible } from "./formats/format.ts";
import { FORMATS } from "./formats/index.ts";
import type { ExportedAllowlist } from "./formats/normal-form.ts";
import { readInForce, requireExported } from "./in-force.ts";

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
  if (!format)
    throw declined("invalid", "format_unknown", { formats: FORMATS.map(({ id }) => id).join(", ") });
  return inScope(actor, async (tx) => {
    const deployment = await requireExported(tx, actor, deploymentId);
    const allowlist = await readInForce(tx, deployment, now);
    const body = format.render(allowlist);
    await recordExport(tx, actor, {
      allowlist,
      body,
      format: format.id,
      customerId: deployment.customerId,
      rules: expressible(allowlist, format).length,
      createdAt: now,
    });
    return { name: fileName(deployment.name, now, format.ending), type: format.type, body };
  });
}

interface Handed {
  allowlist: ExportedAllowlist;
  body: string;
  format: string;
  customerId: string;
  /** That are in what was handed over. */
  rules: number;
  createdAt: Date;
  servedListId?: string;
}

/** Keeps who was handed what, as a row of the history and in the audit log. */
export async function recordExport(tx: Tx, actor: Actor, handed: Handed): Promise<void> {
  const { allowlist, body, format, customerId, rules, createdAt, servedListId = null } = handed;
  const { deployment, digest, sets } = allowlist;
  const id = newId("exp");
  const fileSha256 = createHash("sha256").update(body).digest("hex");
  await tx.allowlistExport.createMany({
    data: {
      ...{ id, customerId, deploymentId: deployment.id, format, digest, fileSha256, rules, servedListId },
      leftOut: allowlist.rules.length - rules,
      sets: sets.map(({ slug, number }) => ({ slug, version: number })),
      takenById: actor.id,
      takenByName: actor.name,
      takenFrom: actor.ip,
      createdAt,
    },
  });
  await recordAudit(tx, actor, {
    action: "allowlist.export",
    targetType: "deployment",
    targetId: deployment.id,
    targetName: deployment.name,
    customerId,
    deploymentId: deployment.id,
    detail: { export: id, format, rules: allowlist.rules.length, contentSha256: digest, fileSha256 },
  });
}

export function fileName(deployment: string, now: Date, ending: string): string {
  const slug =
    deployment
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "deployment";
  return `allowlist-${slug}-${now.toISOString().slice(0, 10)}.${ending}`;
}
