import { z } from "zod";
import type { LdapDraft, LdapSettings, LdapSourceDraft, LdapSourceSettings } from "./ldap-port.ts";

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

export const LdapAnswer = Settings.extend({ mode: z.enum(["search", "direct"]).default("search") }).transform(
  ({ mode, ...found }) => ({ ...settingsOf(found), mode }),
);

type Found = z.output<typeof LdapAnswer>;

/** The wire has no type for LDAP; here it is called what it is. */
export function typeOf(connectionType: string, ldap: Found | null): string {
  if (!ldap) return connectionType;
  return ldap.kind === "active_directory" ? "ActiveDirectory" : "LDAP";
}

/** Names made of a template are set up by API: the form would take the template away. */
export function changeable(ldap: Found | null): LdapSettings | null {
  if (!ldap || ldap.mode === "direct") return null;
  const { mode: _mode, ...settings } = ldap;
  return settings;
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
export function ldapBody(ldap: LdapDraft) {
  return {
    kind: ldap.kind,
    servers: ldap.servers,
    ca_certificates: ldap.caCertificates ?? null,
    bind_dn: ldap.bindDn,
    ...(ldap.bindPassword === undefined ? {} : { bind_password: ldap.bindPassword }),
    base_dn: ldap.baseDn,
    group_base_dn: ldap.groupBaseDn ?? null,
    user_filter: ldap.userFilter ?? null,
  };
}

export function ldapSourceBody({ groupFilter, intervalMinutes, ...ldap }: LdapSourceDraft) {
  return { ...ldapBody(ldap), group_filter: groupFilter ?? null, interval_minutes: intervalMinutes };
}
