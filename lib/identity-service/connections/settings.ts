import { z } from "zod";

/** How a SAML identity provider is spoken to, as kept with its connection. */
export const SamlSettings = z.object({
  idp_entity_id: z.string().nullable().default(null),
  idp_sso_url: z.string().nullable().default(null),
  idp_sso_binding: z.enum(["redirect", "post"]).default("redirect"),
  idp_certificates: z.array(z.string()).default([]),
  metadata_url: z.string().nullable().default(null),
  sign_requests: z.boolean().default(false),
  want_assertions_encrypted: z.boolean().default(false),
  idp_initiated: z.boolean().default(false),
  allow_sha1: z.boolean().default(false),
  name_id_format: z.string().nullable().default(null),
  idp_slo_url: z.string().nullable().default(null),
  /** Where answers go, if elsewhere. */
  idp_slo_response_url: z.string().nullable().default(null),
  idp_slo_binding: z.enum(["redirect", "post"]).default("redirect"),
  single_logout: z.boolean().default(true),
});
export type SamlSettings = z.infer<typeof SamlSettings>;

/** How an OpenID provider is spoken to. Either its issuer is asked for its endpoints, or they were entered by hand. */
export const OidcSettings = z.object({
  issuer: z.string().nullable().default(null),
  authorization_endpoint: z.string().nullable().default(null),
  token_endpoint: z.string().nullable().default(null),
  userinfo_endpoint: z.string().nullable().default(null),
  jwks_uri: z.string().nullable().default(null),
  end_session_endpoint: z.string().nullable().default(null),
  client_id: z.string().nullable().default(null),
  client_secret_sealed: z.string().nullable().default(null),
  scopes: z.array(z.string()).default(["openid", "email", "profile"]),
  /** Off until somebody says that the provider knows the address to come back to. */
  single_logout: z.boolean().default(false),
});
export type OidcSettings = z.infer<typeof OidcSettings>;

const Source = z.string().trim().min(1).max(200);
const Source200 = z.record(z.string().min(1).max(64), Source);

/** Which of the IdP's attributes (or claims) each field of a profile is taken from. */
export const AttributeMap = z.strictObject({
  idp_id: Source.optional(),
  email: Source.optional(),
  first_name: Source.optional(),
  last_name: Source.optional(),
  name: Source.optional(),
  groups: Source.optional(),
  custom_attributes: Source200.optional(),
});
export type AttributeMap = z.infer<typeof AttributeMap>;

/**
 * Which role the members of one of the IdP's groups have, the most important first: of several that match, the first is
 * `role`. An empty list says that roles do not come from the IdP.
 */
export const RoleMap = z
  .array(z.strictObject({ group: z.string().trim().min(1).max(500), role: z.string().min(1).max(48) }))
  .max(500);
export type RoleMap = z.infer<typeof RoleMap>;

const WebAddress = z.url({ protocol: /^https?$/ }).max(2_000);

/** What an administrator says about a SAML identity provider: its metadata, or its parts, or both (the parts win). */
export const SamlInput = z.strictObject({
  metadata_xml: z.string().max(1_000_000).optional(),
  metadata_url: WebAddress.optional(),
  idp_entity_id: z.string().trim().min(1).max(1_024).optional(),
  idp_sso_url: WebAddress.optional(),
  idp_sso_binding: z.enum(["redirect", "post"]).optional(),
  idp_certificates: z.array(z.string().min(1).max(20_000)).min(1).max(10).optional(),
  sign_requests: z.boolean().optional(),
  want_assertions_encrypted: z.boolean().optional(),
  idp_initiated: z.boolean().optional(),
  allow_sha1: z.boolean().optional(),
  name_id_format: z.string().max(200).nullish(),
  idp_slo_url: WebAddress.nullish(),
  idp_slo_response_url: WebAddress.nullish(),
  idp_slo_binding: z.enum(["redirect", "post"]).optional(),
  single_logout: z.boolean().optional(),
});
export type SamlInput = z.infer<typeof SamlInput>;

export const OidcInput = z.strictObject({
  issuer: WebAddress.optional(),
  authorization_endpoint: WebAddress.nullish(),
  token_endpoint: WebAddress.nullish(),
  userinfo_endpoint: WebAddress.nullish(),
  jwks_uri: WebAddress.nullish(),
  end_session_endpoint: WebAddress.nullish(),
  client_id: z.string().trim().min(1).max(500).optional(),
  client_secret: z.string().min(1).max(2_000).optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
    .max(30)
    .optional(),
  single_logout: z.boolean().optional(),
});
export type OidcInput = z.infer<typeof OidcInput>;
