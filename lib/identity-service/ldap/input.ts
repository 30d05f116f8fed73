import type { Sealer } from "../keys/seal.ts";
import { invalid } from "../wire/errors.ts";
import { isDnTemplate } from "./filters.ts";
import {
  type LdapDirectoryInput,
  LdapDirectorySettings,
  type LdapInput,
  LdapSettings,
  type LdapTransport,
} from "./settings.ts";

/** What an LDAP connection is to be. The service account's password is sealed at once, and bound to its connection. */
export function mergeLdap(
  sealer: Sealer,
  connectionId: string,
  before: unknown,
  { bind_password, ...parts }: LdapInput,
): LdapSettings {
  const known = LdapSettings.parse(before ?? {});
  const next = LdapSettings.parse({ ...known, ...withoutUndefined(parts) });
  const context = bindPasswordContext("connection", connectionId);
  return { ...next, bind_password_sealed: sealedPassword(sealer, context, { known, next, bind_password }) };
}

/** How a directory is to be read, likewise. */
export function mergeLdapDirectory(
  sealer: Sealer,
  directoryId: string,
  before: unknown,
  { bind_password, user_attributes, ...parts }: LdapDirectoryInput,
): LdapDirectorySettings {
  const known = LdapDirectorySettings.parse(before ?? {});
  const next = LdapDirectorySettings.parse({
    ...known,
    ...withoutUndefined(parts),
    user_attributes: { ...known.user_attributes, ...withoutUndefined(user_attributes ?? {}) },
  });
  const context = bindPasswordContext("directory", directoryId);
  return { ...next, bind_password_sealed: sealedPassword(sealer, context, { known, next, bind_password }) };
}

/** Says in a sentence what is still missing before a directory can be read; null when nothing is. */
export function missingLdapDirectory(settings: LdapDirectorySettings): string | null {
  const missing = missingTransport(settings);
  if (missing) return missing;
  return settings.base_dn === null ? "The base DN beneath which people are looked for is missing." : null;
}

export function bindPasswordContext(kind: "connection" | "directory", id: string): string {
  return `${kind}:${id}:bind_password`;
}

interface PasswordChange {
  known: LdapTransport;
  next: LdapTransport;
  bind_password: string | undefined;
}

/** A password is for whom it was given: whoever may name another server here must not learn it that way. */
function sealedPassword(
  sealer: Sealer,
  context: string,
  { known, next, bind_password }: PasswordChange,
): string | null {
  if (next.bind_dn === null) return null;
  if (bind_password) return sealer.seal(bind_password, context);
  const moved =
    next.servers.some((server) => !known.servers.includes(server)) ||
    next.bind_dn !== known.bind_dn ||
    next.ca_certificates !== known.ca_certificates ||
    (next.allow_unencrypted && !known.allow_unencrypted);
  if (!known.bind_password_sealed || !moved) return known.bind_password_sealed;
  const message = "Give the service account's password again: the one that is kept was for other servers.";
  throw invalid([{ field: "ldap.bind_password", code: "required", message }], message);
}

/** Says in a sentence what is still missing before people can sign in this way; null when nothing is. */
export function missingLdap(settings: LdapSettings): string | null {
  const { mode, bind_template, base_dn, groups, group_base_dn } = settings;
  const missing = missingTransport(settings);
  if (missing) return missing;
  if (mode === "direct" && bind_template === null)
    return "The template of the name to sign in with is missing.";
  const searches = mode === "search" || !isDnTemplate(bind_template ?? "");
  if (searches && base_dn === null) return "The base DN beneath which people are looked for is missing.";
  const searchesGroups = groups === "search" || groups === "matching_rule";
  return searchesGroups && group_base_dn === null && base_dn === null
    ? "The base DN beneath which groups are looked for is missing."
    : null;
}

function missingTransport({ servers, bind_dn, bind_password_sealed }: LdapTransport): string | null {
  if (servers.length === 0) return "The address of the directory's server is missing.";
  return bind_dn !== null && bind_password_sealed === null
    ? "The service account's password is missing."
    : null;
}

function withoutUndefined(parts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
