import { sql } from "../../db.ts";
import { applyGroups } from "../../directories/ingest/groups.ts";
import { type Ingest, inBites } from "../../directories/ingest/ingest.ts";
import { changeMembers } from "../../directories/ingest/members.ts";
import { groupsFilter } from "../filters.ts";
import { noteEntries, resolve, resolveUsernames } from "./entries.ts";
import type { RunningMark } from "./mark.ts";
import { MEMBER_ATTRIBUTES, membersOf } from "./members.ts";
import { groupAttributes, idpIdOf, toGroup } from "./people.ts";
import type { SyncRun } from "./run.ts";
import { step } from "./source.ts";
import { baseOf, withChanges } from "./users.ts";

const IDS = sql(
  "ldap_group_ids",
  "SELECT id, idp_id FROM identity.directory_groups WHERE environment_id = $1 AND directory_id = $2",
);

const MEMBERS = sql(
  "ldap_group_members",
  "SELECT user_id FROM identity.directory_members WHERE environment_id = $1 AND group_id = $2",
);

/** Groups whose members are written in one transaction. */
const AT_ONCE = 20;

interface Group {
  id: string;
  /** Ids of our users; ids of groups as the directory has them. */
  users: string[];
  groups: string[];
}
type Groups = Map<string, Group>;

/** Takes groups in, without their members: those may be groups that are still to come. */
export async function readGroups(
  run: SyncRun,
  mark: RunningMark,
): Promise<{ changed: boolean; readMembers: () => Promise<void> }> {
  const { service, source, settings } = run;
  const filter = withChanges(groupsFilter(settings.group_filter, settings.kind), run);
  let changed = false;
  for await (const page of groupPages(run, { filter, ...groupAttributes(settings) })) {
    for (const entry of page) mark.note(entry);
    const groups = page.map((entry) => ({ group: toGroup(entry, settings), dn: entry.dn }));
    if (groups.length === 0) continue;
    changed = true;
    await step(service, source, { groups: groups.length }, async (ingest) => {
      await applyGroups(
        ingest,
        groups.map(({ group }) => group),
      );
      const met = groups.map(({ group, dn }) => ({ idpId: group.idpId, dn, username: null }));
      await noteEntries(ingest, "group", met, source.run);
    });
  }
  return { changed, readMembers: () => readMembers(run) };
}

/** Who is in which group, of all groups: a change in one may be a change in those around it. */
async function readMembers(run: SyncRun): Promise<void> {
  const { service, source, settings } = run;
  const all = await membersOfAll(run);
  for (const bite of inBites([...all.keys()], AT_ONCE))
    await step(service, source, {}, async (ingest) => {
      for (const idpId of bite) {
        const group = all.get(idpId);
        if (!group) continue;
        const users = settings.nested_groups ? usersWithin(all, idpId) : group.users;
        await makeMembers(ingest, group.id, new Set(users));
      }
    });
}

/** Nobody but the run that has the lease changes members: what is there now may be compared, and mostly it is the same. */
async function makeMembers(ingest: Ingest, groupId: string, wanted: ReadonlySet<string>): Promise<void> {
  const { run, directory } = ingest;
  const rows = await run<{ user_id: string }>(MEMBERS, [directory.environment_id, groupId]);
  const present = new Set(rows.map(({ user_id }) => user_id));
  const add = [...wanted].filter((id) => !present.has(id));
  const remove = [...present].filter((id) => !wanted.has(id));
  if (add.length > 0 || remove.length > 0) await changeMembers(ingest, groupId, { add, remove });
}

async function membersOfAll(run: SyncRun): Promise<Groups> {
  const { service, source, settings, session } = run;
  const scope = [source.environment_id, source.directory_id];
  const ids = await service.db.query<{ id: string; idp_id: string }>(source.environment_id, IDS, scope);
  const idOf = new Map(ids.map(({ id, idp_id }) => [idp_id, id]));
  // Each id is kept once, however many groups its user is in.
  const known = new Map<string, string>();
  const once = (id: string) => {
    if (!known.has(id)) known.set(id, id);
    return known.get(id) ?? id;
  };
  const all: Groups = new Map();
  const { attributes, binary } = groupAttributes(settings);
  const search = {
    filter: groupsFilter(settings.group_filter, settings.kind),
    attributes: [...attributes, ...MEMBER_ATTRIBUTES],
    binary,
  };
  for await (const page of groupPages(run, search))
    for (const entry of page) {
      const idpId = idpIdOf(entry, settings);
      const id = idOf.get(idpId);
      // It came while we read: its turn is next time.
      if (id === undefined) continue;
      const { dns, usernames } = await membersOf(session, entry);
      const { users, groups } = await step(service, source, {}, async (ingest) => {
        const named = await resolve(ingest, dns);
        const byName = usernames.length === 0 ? [] : await resolveUsernames(ingest, usernames);
        return { users: [...named.users, ...byName], groups: named.groups };
      });
      all.set(idpId, { id, users: users.map(once), groups });
    }
  return all;
}

/** Everybody in a group and in the groups within it, each of which is entered once: circles end too. */
function usersWithin(all: Groups, start: string): string[] {
  const entered = new Set([start]);
  const users: string[] = [];
  for (const idpId of entered) {
    const group = all.get(idpId);
    if (!group) continue;
    for (const user of group.users) users.push(user);
    for (const inner of group.groups) entered.add(inner);
  }
  return users;
}

function groupPages({ session, settings }: SyncRun, search: Parameters<typeof session.pages>[1]) {
  const base = settings.group_base_dn ?? baseOf(settings.base_dn);
  return session.pages(base, search, settings.page_size);
}
