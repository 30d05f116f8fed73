import { z } from "zod";
import type {
  Arrivals,
  DirectoryContent,
  DirectoryFailure,
  DirectoryGroup,
  DirectoryPerson,
  Numbered,
  RoleMapped,
  RoleOutcome,
  RolePlan,
  RolePlanner,
  RolePreview,
} from "./directory-content-port.ts";
import { type Manage, Nothing } from "./management.ts";
import { directoryState } from "./wire.ts";

// What is in directories of the offline identity service: its management API, in the words of the port.

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const maybeTime = time.nullish().transform((value) => value ?? null);
const said = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

function numbered<Item extends z.ZodType>(item: Item) {
  return z
    .object({ data: z.array(item), total: z.number().int(), more: z.boolean() })
    .transform(({ data, total, more }): Numbered<z.output<Item>> => ({ items: data, total, more }));
}

const PersonAnswer = z
  .object({
    id: z.string(),
    name: said,
    email: said,
    username: said,
    job_title: said,
    state: z.enum(["active", "suspended", "inactive"]),
    role_slugs: z.array(z.string()),
    groups: z.array(z.object({ id: z.string(), name: z.string() })),
    group_count: z.number().int(),
    created_at: time,
    updated_at: time,
  })
  .transform(
    ({ job_title, role_slugs, group_count, created_at, updated_at, ...found }): DirectoryPerson => ({
      ...found,
      jobTitle: job_title,
      roles: role_slugs,
      groupCount: group_count,
      createdAt: created_at,
      updatedAt: updated_at,
    }),
  );

const GroupAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    members: z.number().int(),
    role_slugs: z.array(z.string()),
    created_at: time,
    updated_at: time,
  })
  .transform(
    ({ role_slugs, created_at, updated_at, ...found }): DirectoryGroup => ({
      ...found,
      roles: role_slugs,
      createdAt: created_at,
      updatedAt: updated_at,
    }),
  );

const FailureAnswer = z
  .object({
    kind: z.string(),
    status: z.number().int(),
    resource: z.string(),
    detail: said,
    count: z.number().int(),
    first_at: time,
    last_at: time,
  })
  .transform(
    ({ first_at, last_at, ...found }): DirectoryFailure => ({
      ...found,
      firstAt: first_at,
      lastAt: last_at,
    }),
  );

const ArrivalsAnswer = z
  .object({
    state: z.string(),
    counts: z.object({
      users: z.object({ active: z.number().int(), inactive: z.number().int() }),
      groups: z.number().int(),
      members: z.number().int(),
    }),
    last_sync_at: maybeTime,
    last_error: z.string().nullish(),
    last_error_at: maybeTime,
    failures: z.array(FailureAnswer),
    data: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(["user", "group"]),
        name: said,
        detail: said,
        created_at: time,
      }),
    ),
    cursor: z.string(),
    sync: z
      .object({
        state: z.enum(["idle", "waiting", "running"]),
        users: z.number().int(),
        groups: z.number().int(),
      })
      .nullable(),
  })
  .transform(
    ({ state, counts, data, sync, cursor, failures, ...found }): Arrivals => ({
      state: directoryState(state),
      usersActive: counts.users.active,
      usersInactive: counts.users.inactive,
      groups: counts.groups,
      members: counts.members,
      lastAt: found.last_sync_at,
      problem: found.last_error ?? null,
      problemAt: found.last_error_at,
      failures,
      arrivals: data.map(({ created_at, detail, ...row }) => ({ ...row, email: detail, at: created_at })),
      cursor,
      run: sync && { state: sync.state, users: sync.users, groups: sync.groups },
    }),
  );

const MappedAnswer = z
  .object({
    group_id: z.string(),
    group_name: z.string().nullable(),
    members: z.number().int(),
    role_slug: z.string(),
  })
  .transform(
    ({ group_id, group_name, members, role_slug }): RoleMapped => ({
      groupId: group_id,
      groupName: group_name,
      members,
      role: role_slug,
    }),
  );

const PlanAnswer = z
  .object({
    mappings: z.array(MappedAnswer),
    draft: z
      .object({ version: z.number().int(), mappings: z.array(MappedAnswer), updated_at: time })
      .nullable(),
    previous: z.object({ mappings: z.array(MappedAnswer), replaced_at: time }).nullable(),
    roles: z.array(z.object({ slug: z.string(), name: z.string() })),
  })
  .transform(
    ({ mappings, draft, previous, roles }): RolePlan => ({
      mappings,
      draft: draft && { version: draft.version, mappings: draft.mappings, at: draft.updated_at },
      previous: previous && { mappings: previous.mappings, replacedAt: previous.replaced_at },
      roles,
    }),
  );

const count = z.number().int();
const PreviewAnswer = z
  .object({
    version: count.nullable(),
    people: z.object({ total: count, changed: count, gaining: count, losing: count, without: count }),
    roles: z.array(z.object({ slug: z.string(), before: count, after: count, gains: count, losses: count })),
  })
  .transform(
    ({ version, people, roles }): RolePreview => ({
      version,
      ...people,
      roles: roles.map(({ slug, ...counted }) => ({ role: slug, ...counted })),
    }),
  );

const slugs = z.array(z.string());
const OutcomeAnswer = z
  .object({
    id: z.string(),
    name: said,
    email: said,
    username: said,
    before: slugs,
    after: slugs,
    gains: slugs,
    loses: slugs,
  })
  .transform(
    ({ username, name, ...found }): RoleOutcome => ({ ...found, name: name || username || found.email }),
  );

const SORTS: Readonly<Record<string, string>> = { createdAt: "created_at", updatedAt: "updated_at" };

interface Asked {
  page: number;
  pageSize: number;
  sort: string;
  direction: string;
  search: string;
}

export function directoryContent(manage: Manage, home: string): DirectoryContent {
  return {
    people: (id, { states, groupId, role, ...asked }) => {
      const more = { state: states.join(), group_id: groupId, role_slug: role };
      const path = `${at(home, id)}/people?${pageQuery(asked, more)}`;
      return manage({ method: "GET", path, answer: numbered(PersonAnswer) });
    },
    groups: (id, asked) =>
      manage({
        method: "GET",
        path: `${at(home, id)}/groups?${pageQuery(asked, {})}`,
        answer: numbered(GroupAnswer),
      }),
    watch: (id, since) =>
      manage({
        method: "GET",
        path: `${at(home, id)}/arrivals${since === null ? "" : `?${new URLSearchParams({ after: since })}`}`,
        answer: ArrivalsAnswer,
      }),
  };
}

export function rolePlanner(manage: Manage, home: string): RolePlanner {
  const plan = (id: string) => `${at(home, id)}/role_plan`;
  return {
    read: (id) => manage({ method: "GET", path: plan(id), answer: PlanAnswer }),
    draft: (id, mappings) => {
      const body = {
        mappings: mappings.map(({ groupId, role }) => ({ group_id: groupId, role_slug: role })),
      };
      return manage({ method: "PUT", path: `${plan(id)}/draft`, body, answer: PlanAnswer });
    },
    async discard(id) {
      await manage({ method: "DELETE", path: `${plan(id)}/draft`, answer: Nothing });
    },
    preview: (id) => manage({ method: "GET", path: `${plan(id)}/preview`, answer: PreviewAnswer }),
    previewPeople: (id, { change, role, ...asked }) => {
      const path = `${plan(id)}/preview/people?${pageQuery(asked, { change, role_slug: role })}`;
      return manage({ method: "GET", path, answer: numbered(OutcomeAnswer) });
    },
    activate: (id, version, once) =>
      manage({
        method: "POST",
        path: `${plan(id)}/activate`,
        body: { version },
        once,
        answer: PlanAnswer,
      }),
    goBack: (id, once) =>
      manage({ method: "POST", path: `${plan(id)}/return`, body: {}, once, answer: PlanAnswer }),
  };
}

function at(home: string, id: string): string {
  return `${home}/directories/${encodeURIComponent(id)}`;
}

function pageQuery(
  { page, pageSize, sort, direction, search }: Asked,
  more: Record<string, string | null>,
): URLSearchParams {
  const given = Object.entries({ ...more, search }).flatMap(([name, value]) =>
    value ? [[name, value]] : [],
  );
  return new URLSearchParams([
    ["page", String(page)],
    ["limit", String(pageSize)],
    ["sort", SORTS[sort] ?? sort],
    ["order", direction],
    ...given,
  ]);
}
