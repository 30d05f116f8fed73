import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { declined } from "#lib/shared/refusals.ts";

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
  if (!found) throw declined("not_found", "no_such_directory");
  return found;
}
