/**
 * The operations of WorkOS's API, from its public OpenAPI document (0.61.0), with `*` for a path parameter. What this
 * service does not offer of them is answered as such, so that a developer reads a reason and not a bare 404.
 */
export const OPERATIONS = `
/agents/claims/attempts PATCH
/agents/credentials/validate POST
/agents/registrations/* GET
/api_keys/validations POST
/api_keys/* DELETE
/api_keys/*/expire POST
/audit_logs/actions GET
/audit_logs/actions/*/schemas POST GET
/audit_logs/events POST
/audit_logs/exports POST
/audit_logs/exports/* GET
/auth/challenges/*/verify POST
/auth/factors/enroll POST
/auth/factors/* GET DELETE
/auth/factors/*/challenge POST
/authkit/oauth2/complete POST
/authorization/groups/*/role_assignments GET POST PUT DELETE
/authorization/groups/*/role_assignments/* GET DELETE
/authorization/organization_memberships/*/check POST
/authorization/organization_memberships/*/resources GET
/authorization/organization_memberships/*/resources/*/permissions GET
/authorization/organization_memberships/*/resources/*/*/permissions GET
/authorization/organization_memberships/*/role_assignments GET POST DELETE
/authorization/organization_memberships/*/role_assignments/* DELETE
/authorization/organizations/*/roles POST GET
/authorization/organizations/*/roles/* GET PATCH DELETE
/authorization/organizations/*/roles/*/permissions PUT POST
/authorization/organizations/*/roles/*/permissions/* DELETE
/authorization/organizations/*/resources/*/* GET PATCH DELETE
/authorization/organizations/*/resources/*/*/organization_memberships GET
/authorization/organizations/*/resources/*/*/role_assignments GET
/authorization/permissions GET POST
/authorization/permissions/* GET PATCH DELETE
/authorization/resources GET POST
/authorization/resources/* GET PATCH DELETE
/authorization/resources/*/organization_memberships GET
/authorization/resources/*/role_assignments GET
/authorization/roles POST GET
/authorization/roles/* GET PATCH
/authorization/roles/*/permissions PUT POST
/client/token POST
/connect/applications GET POST
/connect/applications/* GET PUT DELETE
/connect/applications/*/client_secrets GET POST
/connect/client_secrets/* DELETE
/connections GET
/connections/* GET DELETE
/data-integrations POST GET
/data-integrations/* GET PUT DELETE
/data-integrations/*/api-key PUT
/data-integrations/*/authorize POST
/data-integrations/*/client-credentials PUT
/data-integrations/*/credentials POST
/data-integrations/*/token POST
/directories GET
/directories/* GET DELETE
/directory_groups GET
/directory_groups/* GET
/directory_users GET
/directory_users/* GET
/events GET
/feature-flags GET
/feature-flags/* GET
/feature-flags/*/disable PUT
/feature-flags/*/enable PUT
/feature-flags/*/targets/* POST DELETE
/organization_domains POST
/organization_domains/* GET DELETE
/organization_domains/*/verify POST
/organizations GET POST
/organizations/external_id/* GET
/organizations/* GET PUT DELETE
/organizations/*/audit_log_configuration GET
/organizations/*/audit_logs_retention GET PUT
/organizations/*/api_keys GET POST
/organizations/*/data_integration_configurations GET
/organizations/*/data_integration_configurations/* PUT
/organizations/*/feature-flags GET
/organizations/*/groups POST GET
/organizations/*/groups/* GET PATCH DELETE
/organizations/*/groups/*/organization-memberships POST GET
/organizations/*/groups/*/organization-memberships/* DELETE
/organizations/*/authorized_applications GET
/portal/generate_link POST
/radar/attempts POST
/radar/attempts/* PUT
/radar/lists/*/* POST DELETE
/sso/authorize GET
/sso/jwks/* GET
/sso/logout GET
/sso/logout/authorize POST
/sso/profile GET
/sso/token POST
/user_management/authenticate POST
/user_management/authorize GET
/user_management/authorize/device POST
/user_management/cors_origins POST GET
/user_management/email_verification/* GET
/user_management/invitations GET POST
/user_management/invitations/by_token/* GET
/user_management/invitations/* GET
/user_management/invitations/*/accept POST
/user_management/invitations/*/resend POST
/user_management/invitations/*/revoke POST
/user_management/jwt_template GET PUT
/user_management/magic_auth POST
/user_management/magic_auth/* GET
/user_management/organization_memberships GET POST
/user_management/organization_memberships/* GET DELETE PUT
/user_management/organization_memberships/*/deactivate PUT
/user_management/organization_memberships/*/reactivate PUT
/user_management/organization_memberships/*/groups GET
/user_management/password_reset POST
/user_management/password_reset/confirm POST
/user_management/password_reset/* GET
/user_management/radar_challenges POST
/user_management/radar_challenges/* GET
/user_management/redirect_uris POST GET
/user_management/redirect_uris/* DELETE
/user_management/sessions/logout GET
/user_management/sessions/revoke POST
/user_management/users GET POST
/user_management/users/external_id/* GET
/user_management/users/* PUT GET DELETE
/user_management/users/*/email_change/confirm POST
/user_management/users/*/email_change/send POST
/user_management/users/*/email_verification/confirm POST
/user_management/users/*/email_verification/send POST
/user_management/users/*/identities GET
/user_management/users/*/sessions GET
/user_management/users/*/api_keys GET POST
/user_management/users/*/feature-flags GET
/user_management/users/*/authorized_applications GET
/user_management/users/*/authorized_applications/* DELETE
/user_management/users/*/connected_accounts/* GET DELETE POST PUT
/user_management/users/*/data_providers GET
/user_management/users/*/auth_factors POST GET
/vault/v1/keys/data-key POST
/vault/v1/keys/decrypt POST
/vault/v1/keys/rekey POST
/vault/v1/kv GET POST
/vault/v1/kv/name/* GET
/vault/v1/kv/* DELETE GET PUT
/vault/v1/kv/*/metadata GET
/vault/v1/kv/*/versions GET
/webhook_endpoints GET POST
/webhook_endpoints/* PATCH DELETE
/widgets/token POST`
  .trim()
  .split("\n");

/** What official SDKs call beyond that document, newer or older than it. Not offered, and refused with the reason too. */
export const OTHER_OPERATIONS = `
/agents/blueprints GET POST
/agents/blueprints/* GET PATCH DELETE
/agents/blueprints/*/tokens POST
/agents/instances GET
/agents/instances/* GET DELETE
/agents/sessions GET
/agents/sessions/* GET
/agents/sessions/*/revoke POST
/data-integrations/*/api-key POST
/data-integrations/*/client-credentials POST
/data-integrations/*/organization GET PUT DELETE
/fga/v1/check POST
/fga/v1/query GET
/fga/v1/resources GET POST
/fga/v1/resources/batch POST
/fga/v1/resources/*/* GET PUT DELETE
/fga/v1/warrants GET POST
/organizations/*/connected_accounts/* GET POST PUT DELETE
/organizations/*/data_providers GET
/organizations/*/it_contacts GET POST
/organizations/*/it_contacts/* DELETE
/organizations/*/it_contacts/*/invite POST
/organizations/*/it_contacts/*/revoke POST
/user_management/waitlists GET
/user_management/waitlists/* GET
/user_management/waitlists/*/entries GET POST
/user_management/waitlist_entries/* DELETE
/user_management/waitlist_entries/*/approve POST
/user_management/waitlist_entries/*/deny POST`
  .trim()
  .split("\n");
