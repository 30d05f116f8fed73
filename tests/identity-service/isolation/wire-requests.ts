import type { Ids } from "#tests/support/every-kind-of-id.ts";
import { type Fill, renamed } from "./fill.ts";

const range = { range_start: "2026-01-01T00:00:00Z", range_end: "2026-01-02T00:00:00Z" };
const party = { id: "p", type: "thing" };
const onResource: Fill = ({ resource_role, resource }) => ({
  body: { role_slug: resource_role, resource_id: resource },
});
const permissions: Fill = ({ permission }) => ({ body: { permissions: [permission] } });
const onePermission: Fill = ({ other_permission }) => ({ body: { slug: other_permission } });
const code: Fill = () => ({ body: { code: "000000" } });
const organizationQuery: Fill = ({ organization }) => ({ query: { organization_id: organization } });
const grant =
  (grant_type: string, fields: (ids: Ids) => Record<string, unknown>): Fill =>
  (ids) => ({
    body: { client_id: ids.caller_client, client_secret: ids.caller_key, grant_type, ...fields(ids) },
  });

/** Bodies and queries, where a request has any that matter; more than one where it can name things in different ways. */
export const WIRE_FILLS: Readonly<Record<string, readonly Fill[]>> = {
  "PUT /organizations/:id": [renamed],
  "POST /organization_domains": [
    ({ organization, fresh }) => ({
      body: { domain: `${fresh}.domains.example`, organization_id: organization },
    }),
  ],
  "GET /organizations": [({ organization }) => ({ query: { after: organization } })],
  "GET /connections": [organizationQuery, ({ connection }) => ({ query: { after: connection } })],
  "GET /directories": [organizationQuery],
  "GET /directory_users": [
    ({ directory }) => ({ query: { directory } }),
    ({ directory_group }) => ({ query: { group: directory_group } }),
  ],
  "GET /directory_groups": [
    ({ directory }) => ({ query: { directory } }),
    ({ directory_user }) => ({ query: { user: directory_user } }),
  ],
  "POST /connect/applications": [
    ({ organization }) => ({
      body: { name: "M2M", application_type: "m2m", organization_id: organization },
    }),
  ],
  "PUT /connect/applications/:id": [renamed],
  "GET /connect/applications": [organizationQuery],
  "GET /user_management/users": [organizationQuery, ({ user }) => ({ query: { after: user } })],
  "PUT /user_management/users/:id": [() => ({ body: { first_name: "Renamed" } })],
  "POST /user_management/users/:id/auth_factors": [() => ({ body: { type: "totp" } })],
  "POST /auth/factors/enroll": [
    ({ user }) => ({ body: { type: "totp", totp_issuer: "i", totp_user: "u", user_id: user } }),
  ],
  "POST /auth/challenges/:id/verify": [code],
  "POST /user_management/sessions/revoke": [({ session }) => ({ body: { session_id: session } })],
  "POST /user_management/organization_memberships": [
    ({ unverified_user, organization, role }) => ({
      body: { user_id: unverified_user, organization_id: organization, role_slug: role },
    }),
  ],
  "GET /user_management/organization_memberships": [
    organizationQuery,
    ({ user }) => ({ query: { user_id: user } }),
  ],
  "PUT /user_management/organization_memberships/:id": [({ role }) => ({ body: { role_slug: role } })],
  "POST /user_management/users/:id/email_verification/confirm": [code],
  "POST /user_management/users/:id/email_change/send": [
    ({ fresh }) => ({ body: { new_email: `${fresh}@changed.example` } }),
  ],
  "POST /user_management/users/:id/email_change/confirm": [code],
  "POST /user_management/password_reset/confirm": [
    ({ password_reset_token }) => ({
      body: { token: password_reset_token, new_password: "another long pass phrase" },
    }),
  ],
  "POST /user_management/invitations": [
    ({ organization, user, role, fresh }) => ({
      body: {
        email: `${fresh}@invited.example`,
        organization_id: organization,
        inviter_user_id: user,
        role_slug: role,
      },
    }),
  ],
  "GET /user_management/invitations": [organizationQuery],
  "POST /organizations/:organizationId/groups": [({ fresh }) => ({ body: { name: fresh } })],
  "PATCH /organizations/:organizationId/groups/:groupId": [renamed],
  "POST /organizations/:organizationId/groups/:groupId/organization-memberships": [
    ({ membership }) => ({ body: { organization_membership_id: membership } }),
  ],
  "POST /organizations/:id/api_keys": [
    ({ permission }) => ({ body: { name: "Key", permissions: [permission] } }),
  ],
  "POST /user_management/users/:id/api_keys": [
    ({ organization }) => ({ body: { name: "Key", organization_id: organization } }),
  ],
  "GET /user_management/users/:id/api_keys": [organizationQuery],
  "POST /api_keys/validations": [({ api_key_value }) => ({ body: { value: api_key_value } })],
  "POST /audit_logs/actions/:action/schemas": [() => ({ body: { targets: [{ type: "thing" }] } })],
  "POST /audit_logs/events": [
    ({ organization, audit_action }) => ({
      body: {
        organization_id: organization,
        event: {
          action: audit_action,
          occurred_at: "2026-01-01T00:00:00Z",
          actor: party,
          targets: [party],
          context: { location: "l" },
        },
      },
    }),
  ],
  "POST /audit_logs/exports": [({ organization }) => ({ body: { organization_id: organization, ...range } })],
  "PUT /organizations/:id/audit_logs_retention": [() => ({ body: { retention_period_in_days: 30 } })],
  "POST /passwordless/sessions": [
    ({ magic_link_connection, fresh }) => ({
      body: { email: `${fresh}@links.example`, type: "MagicLink", connection: magic_link_connection },
    }),
  ],
  "PATCH /authorization/permissions/:slug": [renamed],
  "PATCH /authorization/roles/:slug": [renamed],
  "PUT /authorization/roles/:slug/permissions": [permissions],
  "POST /authorization/roles/:slug/permissions": [onePermission],
  "POST /authorization/organizations/:organizationId/roles": [
    ({ fresh }) => ({ body: { slug: fresh, name: "Role" } }),
  ],
  "PATCH /authorization/organizations/:organizationId/roles/:slug": [renamed],
  "PUT /authorization/organizations/:organizationId/roles/:slug/permissions": [permissions],
  "POST /authorization/organizations/:organizationId/roles/:slug/permissions": [onePermission],
  "POST /authorization/resources": [
    ({ organization, resource, fresh }) => ({
      body: {
        external_id: fresh,
        name: "Resource",
        resource_type_slug: "folder",
        organization_id: organization,
        parent_resource_id: resource,
      },
    }),
  ],
  "GET /authorization/resources": [
    organizationQuery,
    ({ resource }) => ({ query: { parent_resource_id: resource } }),
  ],
  "PATCH /authorization/resources/:resourceId": [renamed],
  "PATCH /authorization/organizations/:organizationId/resources/:type/:externalId": [renamed],
  "GET /authorization/resources/:resourceId/organization_memberships": [
    ({ resource_permission }) => ({ query: { permission_slug: resource_permission } }),
  ],
  "GET /authorization/organizations/:organizationId/resources/:type/:externalId/organization_memberships": [
    ({ resource_permission }) => ({ query: { permission_slug: resource_permission } }),
  ],
  "POST /authorization/organization_memberships/:membershipId/check": [
    ({ resource, resource_permission }) => ({
      body: { permission_slug: resource_permission, resource_id: resource },
    }),
  ],
  "GET /authorization/organization_memberships/:membershipId/resources": [
    ({ resource_permission, resource }) => ({
      query: { permission_slug: resource_permission, parent_resource_id: resource },
    }),
  ],
  "POST /authorization/organization_memberships/:membershipId/role_assignments": [onResource],
  "DELETE /authorization/organization_memberships/:membershipId/role_assignments": [onResource],
  "POST /authorization/groups/:groupId/role_assignments": [onResource],
  "PUT /authorization/groups/:groupId/role_assignments": [
    (ids) => ({ body: { role_assignments: [onResource(ids).body] } }),
  ],
  "DELETE /authorization/groups/:groupId/role_assignments": [onResource],
  "GET /events": [
    ({ organization }) => ({ query: { organization_id: organization } }),
    ({ event }) => ({ query: { after: event } }),
  ],
  "PATCH /webhook_endpoints/:id": [() => ({ body: { status: "enabled" } })],
  "POST /widgets/token": [
    ({ organization, user }) => ({ body: { organization_id: organization, user_id: user } }),
  ],
  "POST /client/token": [
    ({ organization, user }) => ({ body: { organization_id: organization, user_id: user } }),
  ],
  "POST /portal/generate_link": [({ organization }) => ({ body: { organization, intent: "sso" } })],
  "PUT /vault/v1/kv/:id": [() => ({ body: { value: "another" } })],
  "POST /vault/v1/keys/decrypt": [({ wrapped_key }) => ({ body: { keys: wrapped_key } })],
  "POST /vault/v1/keys/rekey": [
    ({ wrapped_key }) => ({ body: { encrypted_keys: wrapped_key, context: { owner: "any" } } }),
  ],
  "POST /sso/logout/authorize": [({ profile }) => ({ body: { profile_id: profile } })],
  "POST /sso/token": [grant("authorization_code", ({ sso_code }) => ({ code: sso_code }))],
  "POST /user_management/authenticate": [
    grant("refresh_token", ({ refresh_token }) => ({ refresh_token })),
    grant("authorization_code", ({ user_code }) => ({ code: user_code })),
    grant("urn:workos:oauth:grant-type:magic-auth:code", ({ user_email, magic_code }) => ({
      email: user_email,
      code: magic_code,
    })),
    grant("urn:ietf:params:oauth:grant-type:device_code", ({ device_code }) => ({ device_code })),
  ],
  "POST /user_management/magic_auth": [
    ({ invited_email, invitation_token }) => ({ body: { email: invited_email, invitation_token } }),
  ],
};
