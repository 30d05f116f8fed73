import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { AppError } from "#lib/shared/errors.ts";

/** The directory, if it is of the set-up's own organization. Everybody else's does not exist here. */
export async function requireOwnDirectory(setup: Setup, directoryId: string) {
  const { actor, environmentId, organizationId, purposes } = setup;
  if (!purposes.includes("dsync"))
    throw new AppError("forbidden", "This set-up link is not for this. Ask whoever sent it for one that is.");
  const found = await inScope(actor, (tx) =>
    tx.directory.findFirst({
      where: { id: directoryId, environmentId, organizationId, ...visibleTo(actor) },
      select: { id: true, name: true, type: true, state: true },
    }),
  );
  if (!found) throw new AppError("not_found", "There is no such directory.");
  return found;
}
