import { z } from "zod";
import type {
  Directory,
  DirectoryDetail,
  DirectoryMaker,
  DirectoryOptions,
  DirectoryTest,
  SyncRun,
} from "./directory-port.ts";
import type { Manage } from "./management.ts";
import { directoryContent, rolePlanner } from "./offline-directory-content.ts";
import { LdapSourceAnswer, ldapSourceBody } from "./offline-ldap.ts";
import type { Batch } from "./port.ts";
import { directoryState } from "./wire.ts";

// Directories of the offline identity service: its management API, in the words of the port.

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const maybeTime = time.nullish().transform((value) => value ?? null);

const DirectoryFields = z.object({
  id: z.string(),
  organization_id: z.string().nullish(),
  type: z.string(),
  source: z.enum(["scim", "ldap"]).default("scim"),
  name: z.string(),
  state: z.string(),
  metadata: z.object({
    users: z.object({ active: z.number().int(), inactive: z.number().int() }),
    groups: z.number().int(),
  }),
  last_sync_at: maybeTime,
  last_error: z.string().nullish(),
  created_at: time,
  updated_at: time,
});

const DirectoryAnswer = DirectoryFields.transform(directoryOf);

const DirectoriesAnswer = z
  .object({
    data: z.array(DirectoryAnswer),
    list_metadata: z.object({ after: z.string().nullish() }).optional(),
  })
  .transform(
    ({ data, list_metadata }): Batch<Directory> => ({ items: data, after: list_metadata?.after ?? null }),
  );

const NewDirectoryAnswer = DirectoryFields.extend({
  token: z.object({ value: z.string().min(1) }).nullable(),
}).transform(({ token, ...fields }) => ({ directory: directoryOf(fields), token: token?.value ?? null }));

const NewTokenAnswer = z.object({ value: z.string().min(1) }).transform(({ value }) => value);

const RunAnswer = z
  .object({
    state: z.enum(["idle", "waiting", "running"]),
    kind: z.enum(["full", "incremental"]).nullable(),
    users: z.number().int(),
    groups: z.number().int(),
    removed: z.number().int(),
    started_at: maybeTime,
    finished_at: maybeTime,
    last_full_at: maybeTime,
    next_at: maybeTime,
  })
  .transform(
    ({ started_at, finished_at, last_full_at, next_at, ...run }): SyncRun => ({
      ...run,
      startedAt: started_at,
      finishedAt: finished_at,
      lastFullAt: last_full_at,
      nextAt: next_at,
    }),
  );

const said = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const TestAnswer = z
  .object({
    state: z.enum(["passed", "failed"]),
    checks: z.array(
      z.object({ id: z.string(), result: z.enum(["passed", "failed", "skipped"]), message: z.string() }),
    ),
    sample: z.array(z.object({ username: said, email: said, name: said })),
  })
  .transform(
    ({ state, checks, sample }): DirectoryTest => ({
      passed: state === "passed",
      checks: checks.map(({ id, result, message }) => {
        const name = CHECKS[id] ?? id;
        return { id, name, result, message, clause: "", expected: "", found: "" };
      }),
      sample,
    }),
  );

const CHECKS: Readonly<Record<string, string>> = {
  settings: "The settings are complete",
  server: "A server answers",
  account: "The service account is let in",
  people: "People are found",
  groups: "Groups are found",
};

const DetailAnswer = DirectoryFields.extend({
  scim_url: z.string().nullish(),
  settings: z.object({ deactivated_users: z.enum(["delete", "keep"]), provisioning: z.boolean() }),
  tokens: z.array(
    z.object({
      id: z.string(),
      token_suffix: z.string(),
      created_at: time,
      last_used_at: maybeTime,
      expires_at: maybeTime,
    }),
  ),
  ldap: LdapSourceAnswer.nullish(),
  sync: RunAnswer.nullish(),
}).transform(
  ({ scim_url, settings, tokens, ldap, sync: run, ...fields }): DirectoryDetail => ({
    source: ldap && run ? { ldap, run } : null,
    directory: directoryOf(fields),
    endpoint: scim_url ?? null,
    tokens: tokens.map((token) => ({
      id: token.id,
      suffix: token.token_suffix,
      createdAt: token.created_at,
      lastUsedAt: token.last_used_at,
      expiresAt: token.expires_at,
    })),
    options: { deactivated: settings.deactivated_users, provisioning: settings.provisioning },
  }),
);

/** Reads directories of one environment, whose management paths begin with `home`. */
export function directoryReader(manage: Manage, home: string) {
  return {
    list: (after: string | null) =>
      manage({
        method: "GET",
        path: `${home}/directories?${new URLSearchParams({ limit: "100", ...(after ? { after } : {}) })}`,
        answer: DirectoriesAnswer,
      }),
    get: (id: string) => manage({ method: "GET", path: at(home, id), answer: DirectoryAnswer }),
  };
}

export function directoryMaker(manage: Manage, home: string): DirectoryMaker {
  return {
    create: ({ organizationId, type, name, options, ldap }, once) => {
      const from = ldap ? { source: "ldap", ldap: ldapSourceBody(ldap) } : { type };
      const body = { organization_id: organizationId, name, settings: settingsBody(options), ...from };
      return manage({ method: "POST", path: `${home}/directories`, body, once, answer: NewDirectoryAnswer });
    },
    change: (id, { name, options, ldap }) => {
      const body = {
        ...(name ? { name } : {}),
        ...(options ? { settings: settingsBody(options) } : {}),
        ...(ldap ? { ldap: ldapSourceBody(ldap) } : {}),
      };
      return manage({ method: "PATCH", path: at(home, id), body, answer: DirectoryAnswer });
    },
    describe: (id) => manage({ method: "GET", path: at(home, id), answer: DetailAnswer }),
    rotateToken: (id, overlapHours, once) => {
      const body = { overlap_hours: overlapHours };
      return manage({
        method: "POST",
        path: `${at(home, id)}/tokens/rotate`,
        body,
        once,
        answer: NewTokenAnswer,
      });
    },
    async sync(id, { kind, acceptRemovals }) {
      const body = { kind, accept_removals: acceptRemovals };
      await manage({ method: "POST", path: `${at(home, id)}/sync`, body, answer: RunAnswer });
    },
    test: (id) => manage({ method: "POST", path: `${at(home, id)}/test`, answer: TestAnswer }),
    content: directoryContent(manage, home),
    roles: rolePlanner(manage, home),
  };
}

function at(home: string, id: string): string {
  return `${home}/directories/${encodeURIComponent(id)}`;
}

function settingsBody({ deactivated, provisioning }: DirectoryOptions) {
  return { deactivated_users: deactivated, provisioning };
}

function directoryOf(found: z.output<typeof DirectoryFields>): Directory {
  return {
    id: found.id,
    organizationId: found.organization_id ?? null,
    // The wire has no type for LDAP; here it is called what it is.
    type: found.source === "ldap" ? "ldap" : found.type,
    name: found.name,
    state: directoryState(found.state),
    createdAt: found.created_at,
    updatedAt: found.updated_at,
    content: {
      usersActive: found.metadata.users.active,
      usersInactive: found.metadata.users.inactive,
      groups: found.metadata.groups,
    },
    sync: { lastAt: found.last_sync_at, problem: found.last_error ?? null },
  };
}
