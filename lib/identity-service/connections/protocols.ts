import { isReadable } from "../ldap/entry.ts";
import { mergeLdap, missingLdap } from "../ldap/input.ts";
import { LdapSettings } from "../ldap/settings.ts";
import type { Service } from "../service.ts";
import { invalid } from "../wire/errors.ts";
import type { ChangeConnection } from "./commands.ts";
import { mergeOidc, mergeSaml, missingOidc, missingSaml } from "./input.ts";
import { type AttributeMap, OidcSettings, type RoleMap, SamlSettings } from "./settings.ts";
import { type Protocol, protocolOf } from "./types.ts";

/** How a connection's other side is spoken to: one of them, and null for the others. */
export interface ProtocolSettings {
  saml: SamlSettings | null;
  oidc: OidcSettings | null;
  ldap: LdapSettings | null;
}

interface Stored {
  connection_type: string;
  saml: unknown;
  oidc: unknown;
  ldap: unknown;
}

const NONE: ProtocolSettings = { saml: null, oidc: null, ldap: null };

/** What the settings are to be, from what they were and what an administrator says now. */
export async function mergeSettings(
  service: Service,
  before: Stored & { id: string },
  change: ChangeConnection,
): Promise<ProtocolSettings> {
  const protocol = protocolOf(before);
  for (const other of ["saml", "oidc", "ldap"] as const)
    if (other !== protocol && change[other]) throw wrongProtocol(other, protocol, before.connection_type);
  switch (protocol) {
    case "saml":
      return { ...NONE, saml: await mergeSaml(service, before.saml, change.saml ?? {}) };
    case "oidc":
      return { ...NONE, oidc: mergeOidc(service.sealer, before.id, before.oidc, change.oidc ?? {}) };
    case "ldap":
      requireReadable(change.attribute_map ?? {});
      return { ...NONE, ldap: mergeLdap(service.sealer, before.id, before.ldap, change.ldap ?? {}) };
  }
}

/** Says in a sentence what is still missing before people can sign in this way; null when nothing is. */
export function whatIsMissing(connection: Stored): string | null {
  switch (protocolOf(connection)) {
    case "saml":
      return missingSaml(SamlSettings.parse(connection.saml ?? {}));
    case "oidc":
      return missingOidc(OidcSettings.parse(connection.oidc ?? {}));
    case "ldap":
      return missingLdap(LdapSettings.parse(connection.ldap));
  }
}

export function requireComplete(connection: Stored): void {
  const missing = whatIsMissing(connection);
  if (missing) throw invalid([{ field: "state", code: "connection_incomplete", message: missing }], missing);
}

/**
 * Roles come by the names of groups, and whoever may make a group somewhere in a directory may name it like another: names count
 * where it is said in which place groups are, or where they are given in full.
 */
export function requireNamesNobodyCanFake({ ldap }: ProtocolSettings, map: RoleMap): void {
  if (map.length === 0 || !ldap || ldap.groups === "none") return;
  if (ldap.group_base_dn !== null || ldap.group_names === "dn") return;
  const message =
    "Say beneath which DN the groups are, or map roles to the groups' whole DNs: a group that somebody makes elsewhere may have any name.";
  throw invalid([{ field: "ldap.group_base_dn", code: "required", message }], message);
}

/** Of an LDAP entry, attributes are asked for by name: never for one that holds a password. */
function requireReadable({ custom_attributes = {}, ...mapped }: AttributeMap): void {
  const unreadable = [...Object.values(mapped), ...Object.values(custom_attributes)].find(
    (name) => !isReadable(name),
  );
  if (unreadable === undefined) return;
  const message = `'${unreadable}' is not the name of an LDAP attribute that may be read.`;
  throw invalid([{ field: "attribute_map", code: "invalid", message }], message);
}

function wrongProtocol(field: Protocol, protocol: Protocol, type: string) {
  const message =
    protocol === "ldap"
      ? `An LDAP connection has no ${field} settings.`
      : `A ${type} connection has no ${field} settings.`;
  return invalid([{ field, code: "invalid", message }], message);
}
