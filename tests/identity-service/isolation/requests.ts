import type { Fill } from "./fill.ts";
import { SITE_FILLS } from "./site-requests.ts";
import { WIRE_FILLS } from "./wire-requests.ts";

/** Bodies and queries, where a request has any that matter; more than one where it can name things in different ways. */
export const FILLS: Readonly<Record<string, readonly Fill[]>> = { ...WIRE_FILLS, ...SITE_FILLS };

/** Where the same request for one's own things is refused all the same, and why; `#1` for the second way to fill it in. */
export const OWN_REFUSALS: Readonly<Record<string, number>> = {
  // Nobody has decided about the device yet.
  "POST /user_management/authenticate #3": 400,
  // Codes that are none: right ones are tried in one-time/.
  "POST /user_management/users/:id/email_verification/confirm": 400,
  "POST /user_management/users/:id/email_change/confirm": 400,
  // Verified already, settled already, there already.
  "POST /user_management/users/:id/email_verification/send": 400,
  "POST /user_management/invitations/:id/revoke": 400,
  "POST /user_management/invitations/:id/resend": 400,
  "POST /authorization/groups/:groupId/role_assignments": 409,
  "POST /sallyport/v1/environments/:env/messages/:id/deliver": 409,
  "POST /sallyport/v1/environments/:env/messages/:id/discard": 409,
  "POST /sallyport/v1/environments/:env/messages/:id/send_again": 409,
  // There is a draft already; and then it is none any more.
  "POST /sallyport/v1/environments/:env/connections/:id/revisions": 409,
  "POST /sallyport/v1/environments/:env/connections/:id/revisions/:revision/discard": 409,
  "PATCH /sallyport/v1/environments/:env/connections/:id/revisions/:revision": 409,
  // SCIM fills the directory.
  "GET /sallyport/v1/environments/:env/directories/:id/sync": 422,
  "POST /sallyport/v1/environments/:env/directories/:id/sync": 422,
  "POST /sallyport/v1/environments/:env/directories/:id/test": 422,
  // Roles are assigned on it; it has become the default.
  "DELETE /authorization/organizations/:organizationId/resources/:type/:externalId": 409,
  "DELETE /authorization/resources/:resourceId": 409,
  "DELETE /user_management/redirect_uris/:id": 409,
  "DELETE /sallyport/v1/environments/:env/redirect_uris/:id": 409,
  // Nobody has let an application in.
  "DELETE /user_management/users/:id/authorized_applications/:application": 404,
  // Gone already: by its id, by the other address that it has, or with what it was of.
  "DELETE /authorization/organization_memberships/:membershipId/role_assignments": 404,
  "DELETE /authorization/groups/:groupId/role_assignments": 404,
  "DELETE /connect/client_secrets/:id": 404,
  "DELETE /connections/:id": 404,
  "DELETE /directories/:id": 404,
  "DELETE /sallyport/v1/environments/:env/organization_domains/:id": 404,
  "DELETE /sallyport/v1/environments/:env/directories/:id/role_mappings/:mapping": 404,
};
