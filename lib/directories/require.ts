import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";

export type DirectoryRef = Awaited<ReturnType<typeof requireDirectory>>;

/** The directory, where the actor may see it. @throws AppError `not_found` otherwise. */
export async function requireDirectory(tx: Tx, actor: Actor, id: string) {
  const found = await tx.directory.findFirst({
    where: { id, ...visibleTo(actor) },
    select: {
      id: true,
      name: true,
      type: true,
      state: true,
      organizationId: true,
      customerId: true,
      deploymentId: true,
      environmentId: true,
    },
  });
  if (!found) throw new AppError("not_found", "There is no such directory.");
  return found;
}
