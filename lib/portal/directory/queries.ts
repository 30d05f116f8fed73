import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { type LiveDirectory, readLiveDirectory } from "#lib/directories/queries.ts";
import {
  type LiveArrivals,
  type LiveOutcomes,
  type LiveRolePlan,
  listOutcomes,
  readRolePlan,
  watchDirectory,
} from "#lib/directory-content/queries.ts";
import type { OutcomeListQuery } from "#lib/directory-content/schema.ts";
import { getGuide, listGuides } from "#lib/guides/library.ts";
import type { Guide, Language } from "#lib/guides/schema.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { requireOwnDirectory } from "./require.ts";

export interface OwnDirectory {
  id: string;
  name: string;
  type: string;
  state: string;
  usersActive: number | null;
  groupCount: number | null;
}

/** The directories of the set-up's own organization. */
export async function listOwnDirectories(setup: Setup): Promise<OwnDirectory[]> {
  const { actor, environmentId, organizationId } = setup;
  actor.must("directory.read");
  return await inScope(actor, (tx) =>
    tx.directory.findMany({
      where: { environmentId, organizationId, ...visibleTo(actor) },
      select: { id: true, name: true, type: true, state: true, usersActive: true, groupCount: true },
      orderBy: { createdAt: "asc" },
      take: 50,
    }),
  );
}

export interface DirectorySetup {
  id: string;
  name: string;
  isLdap: boolean;
  /** By what its provider is called there; null where it is read instead. */
  guide: Guide | null;
  live: LiveDirectory;
}

/** One directory as its set-up needs it. */
export async function getDirectorySetup(
  setup: Setup,
  directoryId: string,
  language: Language,
): Promise<DirectorySetup> {
  const { id, name, type } = await requireOwnDirectory(setup, directoryId);
  const live = await readLiveDirectory(setup.actor, id);
  return { id, name, isLdap: type === "ldap", guide: await guideFor(type, language), live };
}

async function guideFor(type: string, language: Language): Promise<Guide | null> {
  const guides = await listGuides(language, { purpose: "dsync", protocol: "scim" });
  const found = guides.find(({ directoryType }) => directoryType === type);
  return found ? await getGuide(found.id, language) : null;
}

export async function watchOwnDirectory(setup: Setup, directoryId: string): Promise<LiveArrivals> {
  await requireOwnDirectory(setup, directoryId);
  return await watchDirectory(setup.actor, directoryId);
}

export async function readOwnRolePlan(setup: Setup, directoryId: string): Promise<LiveRolePlan> {
  await requireOwnDirectory(setup, directoryId);
  return await readRolePlan(setup.actor, directoryId);
}

export async function listOwnOutcomes(
  setup: Setup,
  directoryId: string,
  query: OutcomeListQuery,
): Promise<LiveOutcomes> {
  await requireOwnDirectory(setup, directoryId);
  return await listOutcomes(setup.actor, directoryId, query);
}
