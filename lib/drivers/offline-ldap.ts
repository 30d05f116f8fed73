import { z } from "zod";
import type {
  LdapDraft,
  LdapProbe,
  LdapProber,
  LdapSettings,
  LdapSignInSettings,
  LdapSourceDraft,
  LdapSourceSettings,
} from "./ldap-port.ts";
import type { Manage } from "./management.ts";

// LDAP settings of the offline identity service, to and from the words of the port.

const maybe = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const words = maybe.transform((value) => value ?? "");

const Settings = z.object({
  kind: z.enum(["standard", "active_directory"]),
  servers: z.array(z.string()),
  ca_certificates: maybe,
  bind_dn: words,
  base_dn: words,
  group_base_dn: maybe,
  user_filter: maybe,
});

export const LdapAnswer = Settings.extend({
  mode: z.enum(["search", "direct"]).default("search"),
  bind_template: maybe,
  groups: z.enum(["none", "member_of", "search", "matching_rule"]).default("member_of"),
  nested_groups: z.boolean().default(true),
}).transform(
  ({ mode, bind_template, groups, nested_groups, ...found }): LdapSignInSettings => ({
    ...settingsOf(found),
    ...{ mode, groups, bindTemplate: bind_template, nestedGroups: nested_groups },
  }),
);

/** The wire has no type for LDAP; here it is called what it is. */
export function typeOf(connectionType: string, ldap: LdapSignInSettings | null): string {
  if (!ldap) return connectionType;
  return ldap.kind === "active_directory" ? "ActiveDirectory" : "LDAP";
}

export const LdapSourceAnswer = Settings.extend({
  group_filter: maybe,
  interval_minutes: z.number(),
}).transform(
  ({ group_filter, interval_minutes, ...found }): LdapSourceSettings => ({
    ...settingsOf(found),
    groupFilter: group_filter,
    intervalMinutes: interval_minutes,
  }),
);

function settingsOf(found: z.output<typeof Settings>): LdapSettings {
  return {
    kind: found.kind,
    servers: found.servers,
    caCertificates: found.ca_certificates,
    bindDn: found.bind_dn,
    baseDn: found.base_dn,
    groupBaseDn: found.group_base_dn,
    userFilter: found.user_filter,
  };
}

/** What is left out is taken away there, but for the password, which stays. */
export function ldapBody({ mode, bindTemplate, groups, nestedGroups, ...server }: LdapDraft) {
  return {
    ...serverBody(server),
    mode,
    bind_template: bindTemplate ?? null,
    groups,
    nested_groups: nestedGroups,
  };
}

export function ldapSourceBody({ groupFilter, intervalMinutes, ...server }: LdapSourceDraft) {
  return { ...serverBody(server), group_filter: groupFilter ?? null, interval_minutes: intervalMinutes };
}

function serverBody(ldap: LdapSettings & { bindPassword?: string | undefined }) {
  return {
    kind: ldap.kind,
    servers: ldap.servers,
    ca_certificates: ldap.caCertificates ?? null,
    bind_dn: ldap.bindDn || null,
    ...(ldap.bindPassword === undefined ? {} : { bind_password: ldap.bindPassword }),
    ...(ldap.baseDn === "" ? {} : { base_dn: ldap.baseDn }),
    group_base_dn: ldap.groupBaseDn ?? null,
    user_filter: ldap.userFilter ?? null,
  };
}

const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const ProbeStep = z.object({
  id: z.enum(["name", "connection", "encryption", "account", "people", "groups"]),
  result: z.enum(["passed", "failed", "skipped"]),
  code: z.string(),
  message: z.string(),
  facts: z.record(z.string(), fact),
});

const ProbeAnswer = z
  .object({
    state: z.enum(["passed", "failed"]),
    servers: z.array(
      z.object({ server: z.string(), state: z.enum(["passed", "failed"]), steps: z.array(ProbeStep) }),
    ),
    steps: z.array(ProbeStep),
    root: z.object({ naming_contexts: z.array(z.string()), active_directory: z.boolean() }).nullable(),
    people: z.array(z.object({ dn: z.string(), username: words, email: words, name: words })),
    groups: z.array(z.object({ dn: z.string(), name: z.string() })),
  })
  .transform(
    ({ state, servers, root, ...found }): LdapProbe => ({
      ...found,
      passed: state === "passed",
      servers: servers.map(({ state: each, ...rest }) => ({ ...rest, passed: each === "passed" })),
      root: root && { namingContexts: root.naming_contexts, activeDirectory: root.active_directory },
    }),
  );

export function ldapProber(manage: Manage, home: string): LdapProber {
  const probe = (path: string, body: object) =>
    manage({ method: "POST", path: `${home}/ldap_probes/${path}`, body, answer: ProbeAnswer });
  return {
    signIn: (ldap, of) => probe("sign_in", { ldap: ldapBody(ldap), ...(of ? { connection_id: of } : {}) }),
    directory: (ldap, of) =>
      probe("directory", { ldap: ldapSourceBody(ldap), ...(of ? { directory_id: of } : {}) }),
  };
}
