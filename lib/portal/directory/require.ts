import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";

/** The directory, if it is of the set-up's own organization. Everybody else's does not exist here. */
export async function requireOwnDirectory(setup: Setup, directoryId: string) {
  const { actor, environmentId, organizationId, purposes } = setup;
  if (!purposes.includes("dsync")) throw declined("forbidden", "link_not_for_this");
  const found = await inScope(actor, (tx) =>
    tx.directory.findFirst({
      where: { id: directoryId, environmentId, organizationId, ...visibleTo(actor) },
      select: { id: true, name: true, type: true, state: true },
    }),
  );
  if (!found) throw declined("not_found", "no_such_directory");
  return found;
}
