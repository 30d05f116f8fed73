import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { ChosenCapability } from "../changes.ts";
import { packName } from "./index.ts";

interface Written {
  was: ChosenCapability | null;
  wanted: ChosenCapability | null;
  /** What decided it. */
  detail: Prisma.InputJsonObject;
}

/** What is written of a capability, once somebody has decided it, with its line of the audit log. */
export async function writeCapability(
  tx: Tx,
  actor: Actor,
  { id: deploymentId, name, customerId }: { id: string; name: string; customerId: string },
  capability: string,
  { was, wanted, detail }: Written,
): Promise<void> {
  const key = { deploymentId_capability: { deploymentId, capability } };
  const select = { capability: true };
  if (wanted) {
    const create = { deploymentId, customerId, capability, ...wanted };
    await tx.deploymentCapability.upsert({ where: key, create, update: wanted, select });
  } else {
    await tx.deploymentCapability.delete({ where: key, select });
  }
  await recordAudit(tx, actor, {
    action: wanted
      ? was
        ? "allowlist.change_capability"
        : "allowlist.add_capability"
      : "allowlist.remove_capability",
    ...{ targetType: "deployment", targetId: deploymentId, targetName: name, customerId, deploymentId },
    ...(was && { before: facts(was) }),
    ...(wanted && { after: facts(wanted) }),
    detail: { ...detail, capability, capabilityName: packName(capability) },
  });
}

function facts({ packVersion, answers }: ChosenCapability): Prisma.InputJsonObject {
  return { packVersion, answers };
}
