/** What kind of thing each parameter of an address names: by the address up to it, with `*` for the parameters before. */
export const KINDS: Readonly<Record<string, string>> = {
  "/api_keys/:id": "api_key",
  "/audit_logs/actions/:action": "audit_action",
  "/audit_logs/exports/:id": "audit_export",
  "/auth/challenges/:id": "challenge",
  "/auth/factors/:id": "factor",
  "/authorization/groups/:groupId": "group",
  "/authorization/groups/*/role_assignments/:id": "group_role_assignment",
  "/authorization/organization_memberships/:membershipId": "membership",
  "/authorization/organization_memberships/*/resources/:resourceId": "resource",
  "/authorization/organization_memberships/*/resources/:type": "resource_type",
  "/authorization/organization_memberships/*/resources/*/:externalId": "resource_external_id",
  "/authorization/organization_memberships/*/role_assignments/:id": "role_assignment",
  "/authorization/organizations/:organizationId": "organization",
  "/authorization/organizations/*/resources/:type": "resource_type",
  "/authorization/organizations/*/resources/*/:externalId": "resource_external_id",
  "/authorization/organizations/*/roles/:slug": "organization_role",
  "/authorization/organizations/*/roles/*/permissions/:permission": "permission",
  "/authorization/permissions/:slug": "permission",
  "/authorization/resources/:resourceId": "resource",
  "/authorization/resources/*/organization_memberships/:membershipId": "membership",
  "/authorization/roles/:slug": "role",
  "/connect/applications/:id": "application",
  "/connect/client_secrets/:id": "client_secret",
  "/connections/:id": "connection",
  "/directories/:id": "directory",
  "/directory_groups/:id": "directory_group",
  "/directory_users/:id": "directory_user",
  "/feature-flags/:slug": "flag",
  "/feature-flags/*/targets/:resourceId": "organization",
  "/organization_domains/:id": "organization_domain",
  "/organizations/:id": "organization",
  "/organizations/:organizationId": "organization",
  "/organizations/external_id/:externalId": "organization_external_id",
  "/organizations/*/groups/:groupId": "group",
  "/organizations/*/groups/*/organization-memberships/:membershipId": "membership",
  "/passwordless/sessions/:id": "passwordless_session",
  "/user_management/email_verification/:id": "email_verification",
  "/user_management/invitations/:id": "invitation",
  "/user_management/invitations/by_token/:token": "invitation_token",
  "/user_management/magic_auth/:id": "magic_auth",
  "/user_management/organization_memberships/:id": "membership",
  "/user_management/password_reset/:id": "password_reset",
  "/user_management/redirect_uris/:id": "redirect_uri",
  "/user_management/users/:id": "user",
  "/user_management/users/external_id/:externalId": "user_external_id",
  "/user_management/users/*/authorized_applications/:application": "application",
  "/vault/v1/kv/:id": "vault_object",
  "/vault/v1/kv/name/:name": "vault_name",
  "/webhook_endpoints/:id": "webhook_endpoint",

  "/scim/v2.0/:key": "directory_key",
  "/scim/v2.0/*/Users/:id": "directory_user",
  "/scim/v2.0/*/Groups/:id": "directory_group",

  "/sallyport/v1/environments/:env": "environment",
  "/sallyport/v1/environments/*/api_keys/:id": "environment_api_key",
  "/sallyport/v1/environments/*/connections/:id": "connection",
  "/sallyport/v1/environments/*/connections/*/revisions/:revision": "revision",
  "/sallyport/v1/environments/*/connections/*/test_sign_ins/:test": "test_sign_in",
  "/sallyport/v1/environments/*/organization_domains/:id": "organization_domain",
  "/sallyport/v1/environments/*/cors_origins/:id": "cors_origin",
  "/sallyport/v1/environments/*/directories/:id": "directory",
  "/sallyport/v1/environments/*/directories/*/role_mappings/:mapping": "role_mapping",
  "/sallyport/v1/environments/*/directories/*/tokens/:token": "directory_token",
  "/sallyport/v1/environments/*/feature_flags/:slug": "flag",
  "/sallyport/v1/environments/*/feature_flags/*/targets/:resourceId": "organization",
  "/sallyport/v1/environments/*/messages/:id": "message",
  "/sallyport/v1/environments/*/redirect_uris/:id": "redirect_uri",
  "/sallyport/v1/environments/*/webhook_endpoints/:id": "webhook_endpoint",
};

// Where no key says which environment is meant: the address itself does, or a secret in it or in a cookie.
const OF_NO_KEY = [
  /^\/(sso\/(saml|oidc|ldap|test|jwks)|issuers|\.well-known)\//,
  /^\/authkit\//,
  // Signed by the gateway; see relay/.
  /^\/relay\/:env$/,
  /^\/passwordless\/:token$/,
  /^\/audit_logs\/exports\/:id\/csv$/,
];
// What every environment shares.
const SHARED = [
  /^\/scim\/v2\.0\/:key\/(ResourceTypes|Schemas)\//,
  // Tokens are of the whole service; who may see them is told in management.db.test.ts.
  /^\/sallyport\/v1\/management_tokens/,
  // Ids are unique in the whole service: an import says of one that is pinned when it is taken, and by nobody's.
  /\/imports\/\w+$/,
];

export function isWalled(url: string): boolean {
  return ![...OF_NO_KEY, ...SHARED].some((pattern) => pattern.test(url));
}

export interface Parameter {
  name: string;
  /** Undefined where nobody has said: then the walls of its kind are not tried. */
  kind: string | undefined;
}

export function parametersOf(url: string): Parameter[] {
  return [...url.matchAll(/:(\w+)/g)].map(({ 0: whole, 1: name = "", index }) => ({
    name,
    kind: KINDS[`${url.slice(0, index).replace(/:\w+/g, "*")}${whole}`],
  }));
}
