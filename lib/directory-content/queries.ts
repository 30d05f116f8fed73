import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { requireDirectory } from "#lib/directories/require.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import type {
  Arrivals,
  DirectoryGroup,
  DirectoryPerson,
  Numbered,
  OutcomeChange,
  RoleOutcome,
  RolePlan,
  RolePreview,
} from "#lib/drivers/directory-content-port.ts";
import type { DirectoryMaker } from "#lib/drivers/directory-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Page } from "#lib/platform/list.ts";
import { AppError, type Said } from "#lib/shared/errors.ts";
import {
  type FindGroupsInput,
  type GroupListQuery,
  type OutcomeListQuery,
  PERSON_STATES,
  type PeopleListQuery,
} from "./schema.ts";

/** What the environment itself says right now; `silent` where it does not answer, `untold` where it never does. */
export type Live<Answer> =
  | ({ state: "answered" } & Answer)
  | { state: "silent"; reason: string; said: Said | null }
  | { state: "untold"; reason: string };

// Who and what is in a directory: read at the site itself, for the console keeps none of it.

export type LivePeople = Live<{ page: Page<DirectoryPerson> }>;
export type LiveGroups = Live<{ page: Page<DirectoryGroup> }>;
export type LiveArrivals = Live<{ seen: Arrivals }>;

export async function listPeople(
  actor: Actor,
  directoryId: string,
  query: PeopleListQuery,
): Promise<LivePeople> {
  actor.must("directory.read");
  const { filters, ...asked } = query;
  const states = PERSON_STATES.filter((state) => filters.state.includes(state));
  const [groupId = null, role = null] = [filters.group[0], filters.role[0]];
  return await askLive(actor, directoryId, async ({ content }) => ({
    page: pageOf(query, await content.people(directoryId, { ...asked, states, groupId, role })),
  }));
}

export async function listGroups(
  actor: Actor,
  directoryId: string,
  query: GroupListQuery,
): Promise<LiveGroups> {
  actor.must("directory.read");
  const { filters: _none, ...asked } = query;
  return await askLive(actor, directoryId, async ({ content }) => ({
    page: pageOf(query, await content.groups(directoryId, asked)),
  }));
}

export interface FoundGroups {
  groups: { id: string; name: string; members: number }[];
  total: number;
}

/** The groups that have something in their name, the largest first. @throws AppError where the site does not answer. */
export async function findGroups(
  actor: Actor,
  { directoryId, search }: FindGroupsInput,
): Promise<FoundGroups> {
  const query = { page: 1, pageSize: 10, sort: "members", direction: "desc", search, filters: {} } as const;
  const live = await listGroups(actor, directoryId, query);
  if (live.state === "untold") throw elsewhere(live.reason);
  if (live.state === "silent") throw new AppError("unavailable", live.reason, {}, { said: live.said });
  const groups = live.page.rows.map(({ id, name, members }) => ({ id, name, members }));
  return { groups, total: live.page.total };
}

/** What came in last, how much there is, and what its provider was refused. */
export async function watchDirectory(
  actor: Actor,
  directoryId: string,
  since: string | null = null,
): Promise<LiveArrivals> {
  actor.must("directory.read");
  return await askLive(actor, directoryId, async ({ content }) => ({
    seen: await content.watch(directoryId, since),
  }));
}

export type LiveRolePlan = Live<{ plan: RolePlan; preview: RolePreview | null }>;
export type LiveOutcomes = Live<{ page: Page<RoleOutcome> }>;

/** Which groups give which roles, and where others are prepared, what those would change. */
export async function readRolePlan(actor: Actor, directoryId: string): Promise<LiveRolePlan> {
  actor.must("directory.read");
  return await askLive(actor, directoryId, async ({ roles }) => {
    const plan = await roles.read(directoryId);
    return { plan, preview: plan.draft ? await roles.preview(directoryId) : null };
  });
}

const CHANGES: readonly OutcomeChange[] = ["any", "gains", "loses", "none"];

/** Person by person: the roles they have, and those that the draft would give them. */
export async function listOutcomes(
  actor: Actor,
  directoryId: string,
  query: OutcomeListQuery,
): Promise<LiveOutcomes> {
  actor.must("directory.read");
  const { filters, ...asked } = query;
  const change = CHANGES.find((one) => one === filters.change[0]) ?? null;
  return await askLive(actor, directoryId, async ({ roles }) => ({
    page: pageOf(
      query,
      await roles.previewPeople(directoryId, { ...asked, change, role: filters.role[0] ?? null }),
    ),
  }));
}

/** Asks the environment about a directory that the actor may see. Nothing of what it says is kept here. */
async function askLive<Answer extends object>(
  actor: Actor,
  directoryId: string,
  read: (directories: DirectoryMaker) => Promise<Answer>,
): Promise<Live<Answer>> {
  const { environmentId } = await inScope(actor, (tx) => requireDirectory(tx, actor, directoryId));
  try {
    const { directories } = await driverOf(environmentId);
    if (!directories) return { state: "untold", reason: whyNot("workos", "map_directory_roles") ?? "" };
    return { state: "answered", ...(await read(directories)) };
  } catch (error) {
    if (error instanceof AppError && error.kind !== "not_found")
      return { state: "silent", reason: error.message, said: error.said };
    throw error;
  }
}

function pageOf<Row>(
  { page, pageSize }: { page: number; pageSize: number },
  { items: rows, total, more }: Numbered<Row>,
): Page<Row> {
  return { rows, total, more, page, pageSize };
}
