import { z } from "zod";

// What is asked of a directory server, for signing in and for syncing.

/** A PEM file may hold several certificates, and people paste the bare base64 as well. */
export const Certificates = z
  .string()
  .default("")
  .transform(
    (text) => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? bare(text),
  );

function bare(text: string): string[] {
  const body = text.replace(/\s+/g, "");
  return body === "" ? [] : [`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`];
}

/** Directory servers from a text field, the first to be asked first. */
const Servers = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,;]+/).filter(Boolean))
  .refine((servers) => servers.length > 0 && servers.length <= 10, "Write one server, or up to ten.")
  .refine(
    (servers) => servers.every((server) => /^ldaps?:\/\/[^\s/?#@]+\/?$/.test(server)),
    "Write each server as ldaps://host or ldap://host.",
  );

function dn(message: string) {
  return z
    .string()
    .trim()
    .regex(/^[^=]+=.+$/s, message);
}

/** What a field that was left empty means: nothing. */
export function emptyOr<Schema extends z.ZodType<string, string>>(schema: Schema) {
  return z.union([z.literal("").transform(() => undefined), schema]).optional();
}

export const LdapKind = z.enum(["standard", "active_directory"], "Choose the kind of directory.");

export const LDAP_SERVER = {
  servers: Servers,
  caCertificates: Certificates.transform((list) => (list.length > 0 ? list.join("\n") : undefined)),
  bindDn: z.string().trim().min(1, "Write the name of the account that reads the directory."),
  baseDn: dn("Write where the people are: ou=people,dc=example,dc=com."),
  groupBaseDn: emptyOr(dn("Write where the groups are: ou=groups,dc=example,dc=com.")),
};

const SignInFilter = emptyOr(
  z
    .string()
    .regex(
      /^\(.*\{username\}.*\)$/s,
      "Write a filter in parentheses with {username} in it, or leave it empty.",
    ),
);

/** How people sign in with their password of a directory: found by a service account, or by a name made of what they type. */
export const LDAP_SIGN_IN = {
  ...LDAP_SERVER,
  mode: z.enum(["search", "direct"]).default("search"),
  bindDn: z.string().trim().default(""),
  baseDn: emptyOr(LDAP_SERVER.baseDn).transform((base) => base ?? ""),
  bindTemplate: emptyOr(
    z
      .string()
      .trim()
      .regex(/\{username\}/, "Write a name with {username} in it: {username}@corp.example."),
  ),
  userFilter: SignInFilter,
  groups: z.enum(["none", "member_of", "search", "matching_rule"]).default("member_of"),
  nestedGroups: z
    .enum(["on", "off"])
    .default("on")
    .transform((chosen) => chosen === "on"),
};

interface SignInNeeds {
  mode: "search" | "direct";
  bindDn: string;
  baseDn: string;
  bindTemplate?: string | undefined;
}

/** What each way needs besides, as `[field, sentence]`. */
export function missingSignIn({ mode, bindDn, baseDn, bindTemplate }: SignInNeeds): [string, string][] {
  const missing: [string, string][] = [];
  if (mode === "search" && bindDn === "")
    missing.push(["bindDn", "Write the name of the account that reads the directory."]);
  if (mode === "direct" && bindTemplate === undefined)
    missing.push(["bindTemplate", "Write a name with {username} in it: {username}@corp.example."]);
  // A distinguished name says where the entry is; of any other name it has to be looked for.
  if (baseDn === "" && (mode === "search" || !bindTemplate?.includes("=")))
    missing.push(["baseDn", "Write where the people are: ou=people,dc=example,dc=com."]);
  return missing;
}

/** For `.check` of a schema with these fields: says of each that is missing what is to be written. */
export function checkSignIn({ value, issues }: z.core.ParsePayload<SignInNeeds>): void {
  for (const [field, message] of missingSignIn(value))
    issues.push({ code: "custom", path: [field], message, input: value });
}

export const BindPassword = z.string().min(1, "Write the account's password.");

/** Left empty, the password that is sealed at the site stays. */
export const KeptBindPassword = z
  .string()
  .optional()
  .transform((password) => password || undefined);

/** What an audit event says of LDAP settings. Never the password. */
export function ldapFacts({
  servers,
  bindDn,
  baseDn,
}: {
  servers: string[];
  bindDn: string;
  baseDn: string;
}) {
  return { servers: servers.join(", "), bindDn, baseDn };
}
