import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { below, requireEnvironments, requireGateway } from "../require.ts";
import type { ChangeFolderInput, CreateFolderInput, FolderRef } from "./schema.ts";

/** As many as a gateway's configuration may name. */
const FOLDERS_MAX = 20;

/** Has a gateway put events into a folder at the site, as files, from now on. */
export function createFolder(actor: Actor, input: CreateFolderInput): Promise<{ folderId: string }> {
  actor.must("gateway_folder.create");
  return inScope(actor, async (tx) => {
    const { gatewayId, ...facts } = input;
    const gateway = await requireGateway(tx, actor, gatewayId);
    await requireEnvironments(tx, gateway.deploymentId, facts.environmentIds);
    if ((await tx.gatewayFolder.count({ where: { gatewayId } })) >= FOLDERS_MAX)
      throw new AppError("conflict", "A gateway has at most twenty folders. Remove one that is not used.");
    const folderId = newId("gwf");
    await tx.gatewayFolder
      .create({
        data: { id: folderId, ...below(gateway), ...facts, createdByName: actor.name },
        select: { id: true },
      })
      .catch(pathTaken);
    await recordAudit(tx, actor, {
      action: "gateway_folder.create",
      ...targetOf({ ...gateway, id: folderId, name: facts.name }),
      after: facts,
    });
    return { folderId };
  });
}

/** Where a folder is, what is put into it, and whether anything is now. */
export function changeFolder(
  actor: Actor,
  { folderId, paused, ...facts }: ChangeFolderInput,
  now = systemClock(),
): Promise<void> {
  actor.must("gateway_folder.change");
  return inScope(actor, async (tx) => {
    const { pausedAt, pausedByName, ...folder } = await requireFolder(tx, actor, folderId);
    await requireEnvironments(tx, folder.deploymentId, facts.environmentIds);
    const pause = paused
      ? { pausedAt: pausedAt ?? now, pausedByName: pausedByName ?? actor.name }
      : { pausedAt: null, pausedByName: null };
    await tx.gatewayFolder
      .update({ where: { id: folder.id }, data: { ...facts, ...pause }, select: { id: true } })
      .catch(pathTaken);
    const { name, path, events, environmentIds, files } = folder;
    await recordAudit(tx, actor, {
      action: "gateway_folder.change",
      ...targetOf({ ...folder, name: facts.name }),
      before: { name, path, events, environmentIds, files, paused: pausedAt !== null },
      after: { ...facts, paused },
    });
  });
}

/** Ends the putting of events there. Files that lie there stay. */
export function removeFolder(actor: Actor, { folderId }: FolderRef): Promise<void> {
  actor.must("gateway_folder.remove");
  return inScope(actor, async (tx) => {
    const folder = await requireFolder(tx, actor, folderId);
    await tx.gatewayFolder.delete({ where: { id: folder.id }, select: { id: true } });
    await recordAudit(tx, actor, { action: "gateway_folder.remove", ...targetOf(folder) });
  });
}

function pathTaken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  const message = "Events are put into this folder already. Name another one.";
  throw new AppError("conflict", message, { path: message });
}

interface FoundFolder {
  id: string;
  name: string;
  customerId: string;
  deploymentId: string;
}

async function requireFolder(tx: Tx, actor: Actor, folderId: string) {
  const found = await tx.gatewayFolder.findFirst({
    where: { id: folderId, ...visibleTo(actor) },
    select: {
      ...{ id: true, customerId: true, deploymentId: true, name: true, path: true, events: true },
      ...{ environmentIds: true, files: true, pausedAt: true, pausedByName: true },
    },
  });
  if (!found) throw new AppError("not_found", "There is no such folder.");
  return found;
}

function targetOf({ id, name, customerId, deploymentId }: FoundFolder) {
  return { targetType: "gateway_folder", targetId: id, targetName: name, customerId, deploymentId };
}
