import { type Fill, renamed } from "./fill.ts";

/** The same for what provisions and what manages: SCIM and `/sallyport/v1`. */
export const SITE_FILLS: Readonly<Record<string, readonly Fill[]>> = {
  "POST /scim/v2.0/:key/Users/.search": [() => ({ body: { schemas: [SEARCH] } })],
  "POST /scim/v2.0/:key/Groups/.search": [() => ({ body: { schemas: [SEARCH] } })],
  "POST /scim/v2.0/:key/Users": [({ fresh }) => ({ body: scimUser(fresh) })],
  "PUT /scim/v2.0/:key/Users/:id": [({ fresh }) => ({ body: scimUser(fresh) })],
  "PATCH /scim/v2.0/:key/Users/:id": [() => ({ body: scimPatch("title", "Renamed") })],
  "POST /scim/v2.0/:key/Groups": [
    ({ fresh, directory_user }) => ({
      body: { schemas: [GROUP], displayName: fresh, members: [{ value: directory_user }] },
    }),
  ],
  "PUT /scim/v2.0/:key/Groups/:id": [
    ({ fresh, directory_user }) => ({
      body: { schemas: [GROUP], displayName: fresh, members: [{ value: directory_user }] },
    }),
  ],
  "PATCH /scim/v2.0/:key/Groups/:id": [
    ({ directory_user }) => ({ body: scimPatch("members", [{ value: directory_user }], "add") }),
  ],
  "POST /scim/v2.0/:key/Bulk": [
    ({ directory_user }) => ({
      body: {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        Operations: [{ method: "PATCH", path: `/Users/${directory_user}`, data: scimPatch("title", "Bulk") }],
      },
    }),
  ],

  "POST /sallyport/v1/environments/:env/webhook_endpoints/:id/deliveries": [
    ({ event }) => ({ body: { event_id: event } }),
  ],
  "POST /sallyport/v1/environments/:env/webhook_endpoints/:id/replay": [
    ({ event }) => ({ body: { event_id: event } }),
  ],
  "PUT /sallyport/v1/environments/:env/event_relay": [
    ({ fresh }) => ({ body: { secret: `whsec_${fresh}_of an endpoint` } }),
  ],
  "PATCH /sallyport/v1/environments/:env": [renamed],
  "POST /sallyport/v1/environments/:env/portal_tickets/read": [() => ({ body: { token: "a.b.c" } })],
  "POST /sallyport/v1/environments/:env/api_keys": [() => ({ body: { name: "Key" } })],
  "POST /sallyport/v1/environments/:env/redirect_uris": [
    ({ fresh }) => ({ body: { uri: `http://localhost:9999/${fresh}` } }),
  ],
  "PATCH /sallyport/v1/environments/:env/redirect_uris/:id": [() => ({ body: { default: true } })],
  "POST /sallyport/v1/environments/:env/cors_origins": [
    ({ fresh }) => ({ body: { origin: `https://${fresh}.example` } }),
  ],
  "POST /sallyport/v1/environments/:env/connections": [
    ({ organization }) => ({
      body: { organization_id: organization, connection_type: "OktaSAML", name: "Okta" },
    }),
  ],
  "PATCH /sallyport/v1/environments/:env/connections/:id": [renamed],
  "POST /sallyport/v1/environments/:env/connections/:id/revisions/:revision/replays": [
    ({ test_sign_in }) => ({ body: { test_sign_in_id: test_sign_in } }),
  ],
  "POST /sallyport/v1/environments/:env/connections/:id/revisions/:revision/activate": [
    () => ({ body: { reason: "Tried elsewhere" } }),
  ],
  "PATCH /sallyport/v1/environments/:env/connections/:id/revisions/:revision": [
    () => ({ body: { note: "Renamed" } }),
  ],
  "POST /sallyport/v1/environments/:env/impersonations": [
    ({ user, organization }) => ({
      body: {
        user_id: user,
        organization_id: organization,
        impersonator_email: "help@vendor.example",
        reason: "To help",
      },
    }),
  ],
  "POST /sallyport/v1/environments/:env/organization_domains": [
    ({ organization, fresh }) => ({ body: { organization_id: organization, domain: `${fresh}.example` } }),
  ],
  "POST /sallyport/v1/environments/:env/directories": [
    ({ organization }) => ({ body: { organization_id: organization, name: "Staff" } }),
  ],
  "PATCH /sallyport/v1/environments/:env/directories/:id": [renamed],
  "POST /sallyport/v1/environments/:env/directories/:id/role_mappings": [
    ({ directory_group, other_role }) => ({ body: { group_id: directory_group, role_slug: other_role } }),
  ],
  "POST /sallyport/v1/environments/:env/ldap_probes/directory": [
    ({ directory }) => ({ body: { directory_id: directory, ldap: NO_SERVER } }),
  ],
  "POST /sallyport/v1/environments/:env/ldap_probes/sign_in": [
    ({ connection }) => ({ body: { connection_id: connection, ldap: NO_SERVER } }),
  ],
  "PUT /sallyport/v1/environments/:env/directories/:id/role_plan/draft": [
    ({ directory_group, other_role }) => ({
      body: { mappings: [{ group_id: directory_group, role_slug: other_role }] },
    }),
  ],
  "POST /sallyport/v1/environments/:env/directories/:id/role_plan/activate": [
    () => ({ body: { version: 1 } }),
  ],
  "POST /sallyport/v1/environments/:env/feature_flags": [
    ({ fresh }) => ({ body: { slug: fresh, name: "Flag" } }),
  ],
  "PATCH /sallyport/v1/environments/:env/feature_flags/:slug": [renamed],
};

const NO_SERVER = { servers: ["ldap://127.0.0.1:1"], bind_dn: "cn=reader,dc=example" };
const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

function scimUser(name: string | undefined) {
  return { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: `${name}@staff.example` };
}

function scimPatch(path: string, value: unknown, op = "replace") {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [{ op, path, value }] };
}
