import "server-only";
import type { Directory } from "#lib/drivers/directory-port.ts";
import type { Tx } from "#lib/platform/db.ts";
import { declined } from "#lib/shared/refusals.ts";

interface MirrorPlace {
  customerId: string;
  deploymentId: string;
  environmentId: string;
}

/** Repeats here what a driver said of a directory. `organizationName` null: not known, keep what we have. */
export async function mirrorDirectory(
  tx: Tx,
  place: MirrorPlace,
  directory: Directory,
  organizationName: string | null,
  syncedAt: Date,
): Promise<void> {
  const { id, type, name, state, organizationId, createdAt, content, sync } = directory;
  const known = await tx.directory.findUnique({ where: { id }, select: { environmentId: true } });
  // Two environments that claim one id would let one customer's site rewrite another's rows.
  if (known && known.environmentId !== place.environmentId) throw declined("upstream", "foreign_directory");
  const facts = {
    ...{ type, name, state, organizationId, syncedAt },
    ...(organizationName === null ? {} : { organizationName }),
    usersActive: content?.usersActive ?? null,
    usersInactive: content?.usersInactive ?? null,
    groupCount: content?.groups ?? null,
    lastSyncAt: sync?.lastAt ?? null,
    problem: sync?.problem ?? "",
  };
  await tx.directory.upsert({
    where: { id },
    create: { id, ...place, createdAt, ...facts },
    update: facts,
    select: { id: true },
  });
}

/** Repeats all directories of an environment. What it no longer tells of is gone there. */
export async function mirrorDirectories(
  tx: Tx,
  place: MirrorPlace,
  told: readonly Directory[],
  organizations: ReadonlyMap<string, string>,
  at: Date,
): Promise<void> {
  for (const directory of told) {
    const name = organizations.get(directory.organizationId ?? "") ?? null;
    await mirrorDirectory(tx, place, directory, name, at);
  }
  const { environmentId } = place;
  await tx.directory.deleteMany({ where: { environmentId, syncedAt: { lt: at } } });
}
