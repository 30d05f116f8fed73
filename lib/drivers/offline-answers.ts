import { z } from "zod";
import { listOf, maybeTime, time, words } from "./offline-fields.ts";
import { LdapAnswer, typeOf } from "./offline-ldap.ts";
import type { Certificate, Connection, ConnectionDetail, Mapping, ProfileField } from "./port.ts";

// What the management API of the offline identity service answers, parsed into the words of the port.

export const EnvironmentAnswer = z.object({
  id: z.string(),
  name: z.string(),
  client_id: z.string(),
  issuer: z.string(),
  base_url: z.url(),
});

export const NewKeyAnswer = z
  .object({ id: z.string(), value: z.string().startsWith("sk_"), expires_at: maybeTime })
  .transform(({ id, value, expires_at }) => ({ id, value, expiresAt: expires_at }));

export const KeysAnswer = listOf(
  z
    .object({ id: z.string(), last_used_at: maybeTime, expires_at: maybeTime, revoked_at: maybeTime })
    .transform((key) => ({
      id: key.id,
      lastUsedAt: key.last_used_at,
      expiresAt: key.expires_at,
      revokedAt: key.revoked_at,
    })),
);

export const CertificateFields = z.object({
  subject: words,
  issuer: words,
  serial: words,
  fingerprint_sha256: words,
  not_before: maybeTime,
  not_after: maybeTime,
  pem: words,
});

export function certificateOf(found: z.output<typeof CertificateFields>): Certificate {
  return {
    subject: found.subject,
    issuer: found.issuer,
    serial: found.serial,
    fingerprintSha256: found.fingerprint_sha256,
    notBefore: found.not_before,
    notAfter: found.not_after,
    pem: found.pem,
  };
}

const ConnectionFields = z.object({
  id: z.string(),
  organization_id: z.string().nullish(),
  connection_type: z.string(),
  name: z.string(),
  state: z.string(),
  domains: z.array(z.object({ domain: z.string() })).default([]),
  created_at: time,
  updated_at: time,
  certificates: z.array(CertificateFields.transform(certificateOf)).nullish(),
  last_sign_in_at: maybeTime,
  failures_24h: z.number().int().nullish(),
  ldap: LdapAnswer.nullish(),
});

export const ConnectionAnswer = ConnectionFields.transform(connectionOf);
export const ConnectionsAnswer = listOf(ConnectionAnswer);

const part = z.record(z.string(), z.unknown()).nullish();

const source = z.string().optional();
export const MappingFields = {
  attribute_map: z
    .object({
      idp_id: source,
      email: source,
      first_name: source,
      last_name: source,
      name: source,
      groups: source,
      custom_attributes: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  role_map: z.array(z.object({ group: z.string(), role: z.string() })).default([]),
};

export const ConnectionDetailAnswer = ConnectionFields.extend({
  saml: part,
  oidc: part,
  sp: part,
  ...MappingFields,
}).transform(
  ({ saml, oidc, sp, attribute_map, role_map, ...fields }): ConnectionDetail => ({
    connection: connectionOf(fields),
    certificates: fields.certificates ?? [],
    provider: labelled(PROVIDER_LABELS, { ...saml, ...oidc, ...ldapParts(fields.ldap) }),
    toCopy: labelled(toCopy(fields), { ...sp }),
    mapping: mappingOf({ attribute_map, role_map }),
    ldap: fields.ldap ?? null,
  }),
);

function connectionOf(found: z.output<typeof ConnectionFields>): Connection {
  const ends = (found.certificates ?? []).flatMap(({ notAfter }) => notAfter ?? []);
  return {
    id: found.id,
    organizationId: found.organization_id ?? null,
    type: typeOf(found.connection_type, found.ldap ?? null),
    name: found.name,
    state: found.state,
    domains: found.domains.map(({ domain }) => domain),
    createdAt: found.created_at,
    updatedAt: found.updated_at,
    health: {
      certificateExpiresAt: ends.length > 0 ? new Date(Math.min(...ends.map(Number))) : null,
      lastSignInAt: found.last_sign_in_at,
      failures24h: found.failures_24h ?? 0,
    },
  };
}

type Fields = z.output<typeof ConnectionFields>;

/** People type their password here: a directory server is told nothing of us. */
function toCopy({ connection_type, ldap }: Fields): Record<string, string> {
  if (ldap) return {};
  return connection_type.endsWith("SAML") ? SAML_TO_COPY : OIDC_TO_COPY;
}

function ldapParts(ldap: Fields["ldap"]) {
  return ldap ? { ...ldap, servers: ldap.servers.join(", ") } : {};
}

const PROVIDER_LABELS = {
  servers: "Servers",
  bindDn: "Service account",
  baseDn: "People beneath",
  groupBaseDn: "Groups beneath",
  userFilter: "Filter for people",
  idp_entity_id: "Entity ID",
  idp_sso_url: "Sign-in URL",
  idp_slo_url: "Sign-out URL",
  metadata_url: "Metadata URL",
  name_id_format: "Name ID format",
  issuer: "Issuer",
  client_id: "Client ID",
  authorization_endpoint: "Authorization endpoint",
};

const SAML_TO_COPY = {
  acs_url: "ACS URL (single sign-on URL)",
  entity_id: "Entity ID (audience)",
  metadata_url: "Metadata URL",
  slo_url: "Single logout URL",
};

const OIDC_TO_COPY = {
  redirect_uri: "Redirect URI",
  post_logout_redirect_uri: "Sign-out redirect URI",
};

export function mappingOf({ attribute_map, role_map }: z.output<z.ZodObject<typeof MappingFields>>): Mapping {
  return {
    attributes: withoutUndefined({
      idpId: attribute_map.idp_id,
      email: attribute_map.email,
      firstName: attribute_map.first_name,
      lastName: attribute_map.last_name,
      name: attribute_map.name,
      groups: attribute_map.groups,
    }),
    customAttributes: attribute_map.custom_attributes,
    roles: role_map,
  };
}

function withoutUndefined(values: Record<ProfileField, string | undefined>): Mapping["attributes"] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The values that are there, by their keys and under the words people know them by. */
function labelled(labels: Record<string, string>, values: Record<string, unknown>) {
  return Object.entries(labels).flatMap(([key, label]) => {
    const value = values[key];
    return typeof value === "string" && value !== "" ? [{ key, label, value }] : [];
  });
}
