import { ldapBody } from "./offline-ldap.ts";
import type { ConnectionDraft, Mapping, SamlDraft } from "./port.ts";
import type { MetadataSource } from "./reading-port.ts";

// What the management API of the offline identity service is sent, of the words of the port.

export function draftBody({ by, organizationId, type, name, domains, saml, oidc, ldap }: ConnectionDraft) {
  return {
    organization_id: organizationId,
    // On the wire it is called as the service calls it.
    ...(ldap ? { ldap: ldapBody(ldap) } : { connection_type: type }),
    ...{ name, by },
    ...(domains.length > 0 ? { domains } : {}),
    ...(saml ? { saml: samlBody(saml) } : {}),
    ...(oidc
      ? { oidc: { issuer: oidc.issuer, client_id: oidc.clientId, client_secret: oidc.clientSecret } }
      : {}),
  };
}

export function samlBody(saml: SamlDraft) {
  return {
    metadata_url: saml.metadataUrl,
    ...(saml.metadata ? metadataBody(saml.metadata) : {}),
    idp_entity_id: saml.entityId,
    idp_sso_url: saml.signInUrl,
    idp_certificates: saml.certificates,
    sign_requests: saml.signRequests,
    idp_initiated: saml.idpInitiated,
  };
}

export function mappingBody({ attributes, customAttributes, roles }: Mapping) {
  return {
    attribute_map: {
      idp_id: attributes.idpId,
      email: attributes.email,
      first_name: attributes.firstName,
      last_name: attributes.lastName,
      name: attributes.name,
      groups: attributes.groups,
      custom_attributes: customAttributes,
    },
    role_map: roles,
  };
}

export function metadataBody(source: MetadataSource | { base64: string }) {
  if ("base64" in source) return { metadata_base64: source.base64 };
  return "xml" in source ? { metadata_xml: source.xml } : { metadata_url: source.url };
}

export function query(values: Record<string, string | null>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
