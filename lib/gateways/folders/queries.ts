import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { requireGateway } from "../require.ts";
import { type HandedOver, handedOver, lastTold } from "../told.ts";

export interface FolderRow {
  id: string;
  name: string;
  path: string;
  events: string[];
  environmentIds: string[];
  /** So many may lie there; then the gateway waits. */
  files: number;
  told: HandedOver | null;
  pausedAt: Date | null;
  pausedByName: string | null;
  createdByName: string;
  createdAt: Date;
}

/** As many as a gateway's configuration may name. */
const FOLDERS_MAX = 20;

/** The folders at the site that a gateway puts events into. */
export function listFolders(actor: Actor, gatewayId: string): Promise<FolderRow[]> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const found = await tx.gatewayFolder.findMany({
      where: { gatewayId, ...visibleTo(actor) },
      select: {
        ...{ id: true, name: true, path: true, events: true, environmentIds: true, files: true },
        ...{ pausedAt: true, pausedByName: true, createdByName: true, createdAt: true },
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: FOLDERS_MAX,
    });
    const told = await lastTold(tx, gatewayId, "endpoints");
    return found.map((row) => ({ ...row, told: handedOver(told.get(row.id)) }));
  });
}
