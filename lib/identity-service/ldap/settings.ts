import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { isReadable } from "./entry.ts";
import { USERNAME } from "./escape.ts";
import { isFilter, isTemplate, takesUsername } from "./filters.ts";

/** How the customer's directory servers are reached and spoken to: the same for signing people in and for reading them. */
const transport = {
  /** In order: the next is asked where one does not answer. `ldaps://` speaks TLS, `ldap://` StartTLS. */
  servers: z.array(z.string()).default([]),
  ca_certificates: z.string().nullable().default(null),
  allow_unencrypted: z.boolean().default(false),
  connect_timeout_ms: z.number().default(5_000),
  answer_timeout_ms: z.number().default(20_000),
  kind: z.enum(["active_directory", "standard"]).default("standard"),
  bind_dn: z.string().nullable().default(null),
  bind_password_sealed: z.string().nullable().default(null),
  base_dn: z.string().nullable().default(null),
  /** Null: whom the kind of directory calls a person. */
  user_filter: z.string().nullable().default(null),
  group_base_dn: z.string().nullable().default(null),
  nested_groups: z.boolean().default(true),
  page_size: z.number().default(500),
};

/** How people sign in with their password of the directory, as kept with the connection. */
export const LdapSettings = z.object({
  ...transport,
  /** `search`: a service account finds the person's entry. `direct`: its name is made of the user name. */
  mode: z.enum(["search", "direct"]).default("search"),
  bind_template: z.string().nullable().default(null),
  /** How somebody's groups are found: in the entry, by looking for their members, or by Active Directory's own rule. */
  groups: z.enum(["none", "member_of", "search", "matching_rule"]).default("member_of"),
  /** What groups are called in profiles and role maps: by their first name, which another part of the tree may use too, or in full. */
  group_names: z.enum(["name", "dn"]).default("name"),
});
export type LdapSettings = z.infer<typeof LdapSettings>;

/** Which attribute each field of a directory's user is read from; null: as its kind of directory has it. */
const UserAttributes = z.object({
  username: z.string().nullable().default(null),
  email: z.string().nullable().default(null),
  first_name: z.string().nullable().default(null),
  last_name: z.string().nullable().default(null),
  name: z.string().nullable().default(null),
  job_title: z.string().nullable().default(null),
});

/** How a directory is read, as kept with it. */
export const LdapDirectorySettings = z.object({
  ...transport,
  /** The attribute that stays when everything else of an entry changes; null: `objectGUID` or `entryUUID`. */
  id_attribute: z.string().nullable().default(null),
  group_filter: z.string().nullable().default(null),
  user_attributes: UserAttributes.prefault({}),
  interval_minutes: z.number().default(15),
  full_every_hours: z.number().default(24),
});
export type LdapDirectorySettings = z.infer<typeof LdapDirectorySettings>;

/** What both have in common. */
export type LdapTransport = Pick<LdapSettings, keyof typeof transport>;

const Server = z
  .string()
  .trim()
  .max(300)
  .refine(isServer, "Write a server as ldaps://host or ldap://host, with a port where it is another.");
const Dn = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .refine((dn) => dn.includes("="), "Write a distinguished name: ou=people,dc=example,dc=com.");
const AttributeName = z
  .string()
  .refine(isReadable, "Write the name of an LDAP attribute, not one that holds passwords.");
const Filter = z
  .string()
  .trim()
  .min(3)
  .max(4_000)
  .refine(isFilter, "This is not an LDAP filter in parentheses.");

const transportInput = {
  servers: z.array(Server).min(1, "Name a server.").max(10).optional(),
  ca_certificates: z
    .string()
    .max(200_000)
    .refine(areCertificates, "Give the authority's certificates in PEM.")
    .nullish(),
  allow_unencrypted: z.boolean().optional(),
  connect_timeout_ms: z.number().int().min(100).max(30_000).optional(),
  answer_timeout_ms: z.number().int().min(500).max(300_000).optional(),
  kind: LdapSettings.shape.kind.unwrap().optional(),
  // Active Directory takes `user@domain` and `DOMAIN\user` as well.
  bind_dn: z
    .string()
    .trim()
    .max(1_000)
    .regex(/[=@\\]/, "Write a distinguished name, or user@domain.")
    .nullish(),
  /** Without one, whoever knows the account's name would be let in as nobody (RFC 4513, 5.1.2). */
  bind_password: z.string().min(1).max(1_000).optional(),
  base_dn: Dn.optional(),
  group_base_dn: Dn.nullish(),
  nested_groups: z.boolean().optional(),
  page_size: z.number().int().min(1).max(5_000).optional(),
};

/** What an administrator says about signing in with LDAP. */
export const LdapInput = z.strictObject({
  ...transportInput,
  user_filter: Filter.refine(
    takesUsername,
    `The filter has to compare an attribute with ${USERNAME}, and may name it nowhere else.`,
  ).nullish(),
  mode: LdapSettings.shape.mode.unwrap().optional(),
  bind_template: z
    .string()
    .trim()
    .max(1_000)
    .refine(
      isTemplate,
      `Write a name with ${USERNAME} in it: uid=${USERNAME},ou=people,dc=example,dc=com or ${USERNAME}@example.com.`,
    )
    .nullish(),
  groups: LdapSettings.shape.groups.unwrap().optional(),
  group_names: LdapSettings.shape.group_names.unwrap().optional(),
});
export type LdapInput = z.infer<typeof LdapInput>;

/** What an administrator says about a directory that is read from LDAP. */
export const LdapDirectoryInput = z.strictObject({
  ...transportInput,
  id_attribute: AttributeName.nullish(),
  user_filter: Filter.nullish(),
  group_filter: Filter.nullish(),
  user_attributes: z
    .strictObject(
      Object.fromEntries(Object.keys(UserAttributes.shape).map((field) => [field, AttributeName.nullish()])),
    )
    .optional(),
  interval_minutes: z.number().int().min(1).max(1_440).optional(),
  full_every_hours: z.number().int().min(1).max(720).optional(),
});
export type LdapDirectoryInput = z.infer<typeof LdapDirectoryInput>;

function isServer(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^ldaps?:$/.test(url.protocol) || url.hostname === "") return false;
  return (
    url.username === "" && url.password === "" && /^\/?$/.test(url.pathname) && url.search + url.hash === ""
  );
}

function areCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.length > 0 && blocks.every((pem) => new X509Certificate(pem).fingerprint256 !== "");
  } catch {
    return false;
  }
}
