import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";

/** As many as a gateway's configuration carries at once; it is to bring some to an end first. */
const WAITING_MAX = 100;

interface Errand {
  kind: "replay" | "backfill";
  /** The endpoint, or the source. */
  targetId: string;
  input: Prisma.InputJsonObject;
}

interface Owner {
  gatewayId: string;
  customerId: string;
  deploymentId: string;
}

/** Asks a gateway to do something once: it travels in its configuration until it is reported done. */
export async function askErrand(tx: Tx, actor: Actor, owner: Owner, errand: Errand): Promise<string> {
  const { gatewayId, customerId, deploymentId } = owner;
  const waiting = await tx.gatewayErrand.count({ where: { gatewayId, state: "asked" } });
  if (waiting >= WAITING_MAX)
    throw new AppError("conflict", "The gateway has a hundred errands already. Wait until some are done.");
  const id = newId("gwe");
  await tx.gatewayErrand.create({
    data: { id, gatewayId, customerId, deploymentId, ...errand, createdByName: actor.name },
    select: { id: true },
  });
  return id;
}
