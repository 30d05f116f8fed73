import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import type { KeepViewInput, ViewRef } from "./schema.ts";

const VIEWS_MAX = 50;

/** Keeps what is shown now under a name, for this person alone. A name that they have used already means the new view. */
export function keepView(actor: Actor, { name, query }: KeepViewInput): Promise<void> {
  actor.must("crossing_view.keep");
  return inScope(actor, async (tx) => {
    const own = { personId: actor.id };
    const known = await tx.savedView.findUnique({ where: { personId_name: { ...own, name } } });
    if (!known && (await tx.savedView.count({ where: own })) >= VIEWS_MAX)
      throw new AppError(
        "conflict",
        `You have ${VIEWS_MAX} views already. Remove one that you no longer need.`,
      );
    const view = await tx.savedView.upsert({
      where: { personId_name: { ...own, name } },
      create: { id: newId("view"), ...own, name, query },
      update: { query },
    });
    await recordAudit(tx, actor, {
      action: "crossing_view.keep",
      targetType: "view",
      targetId: view.id,
      targetName: name,
      ...(known ? { before: { query: known.query } } : {}),
      after: { query },
    });
  });
}

export function removeView(actor: Actor, { viewId }: ViewRef): Promise<void> {
  actor.must("crossing_view.remove");
  return inScope(actor, async (tx) => {
    const view = await tx.savedView.findFirst({ where: { id: viewId, personId: actor.id } });
    if (!view) throw new AppError("not_found", "There is no such view of yours.");
    await tx.savedView.delete({ where: { id: view.id } });
    const target = { targetType: "view", targetId: view.id, targetName: view.name };
    await recordAudit(tx, actor, {
      action: "crossing_view.remove",
      ...target,
      before: { query: view.query },
    });
  });
}
