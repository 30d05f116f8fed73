/**
 * Every event of the public OpenAPI document: either the test that shows it told (`every-event.db.test.ts` itself where it
 * says "here"), or why it cannot happen offline.
 */
export type Row = { readonly shownIn: string } | { readonly never: string };

const HERE = { shownIn: "here" } as const;
const AGENTS = { never: "Agents register with WorkOS's cloud." };
const OAUTH = {
  never: "Social providers are on the Internet; a connection to an OpenID provider is single sign-on.",
};
const PASSKEYS = { never: "Passkeys are not offered here." };
const PIPES = { never: "Pipes connect to services on the Internet." };
const RADAR = { never: "Radar judges by what WorkOS's cloud sees." };
const WAITLIST = { never: "There is no waitlist: whether people may sign up is a setting." };
const BYOK = {
  never: "The vault's keys are this deployment's own; there is no customer's key service to verify.",
};
const ACTIONS = { never: "Actions are calls of WorkOS's to the application; this service makes none." };

const DUE = { shownIn: "tests/identity-service/events/due.db.test.ts" };
const SIGN_INS = { shownIn: "tests/identity-service/events/sign-in-events.db.test.ts" };
const EVENTS = { shownIn: "tests/identity-service/events/events.db.test.ts" };
const INGEST = { shownIn: "tests/identity-service/directories/ingest.db.test.ts" };
const DIRECTORIES = { shownIn: "tests/identity-service/directories/directories.db.test.ts" };

export const EVERY_EVENT: Readonly<Record<string, Row>> = {
  "action.authentication.denied": ACTIONS,
  "action.user_registration.denied": ACTIONS,
  "agent.registration.claim.attempt.created": AGENTS,
  "agent.registration.claim.completed": AGENTS,
  "agent.registration.created": AGENTS,
  "agent.registration.credential.issued": AGENTS,
  "agent.registration.deleted": AGENTS,
  "agent.registration.expired": AGENTS,
  "agent.registration.organization.switched": AGENTS,
  "agent.registration.refreshed": AGENTS,
  "agent.registration.revoked": AGENTS,
  "api_key.created": HERE,
  "api_key.revoked": HERE,
  "api_key.updated": HERE,
  "authentication.email_verification_failed": HERE,
  "authentication.email_verification_succeeded": HERE,
  "authentication.magic_auth_failed": HERE,
  "authentication.magic_auth_succeeded": HERE,
  "authentication.mfa_failed": HERE,
  "authentication.mfa_succeeded": HERE,
  "authentication.oauth_failed": OAUTH,
  "authentication.oauth_succeeded": OAUTH,
  "authentication.passkey_failed": PASSKEYS,
  "authentication.passkey_succeeded": PASSKEYS,
  "authentication.password_failed": HERE,
  "authentication.password_succeeded": HERE,
  "authentication.radar_risk_detected": RADAR,
  "authentication.reauthentication_succeeded": {
    shownIn: "tests/identity-service/hosted/remembered.db.test.ts",
  },
  "authentication.sso_failed": SIGN_INS,
  "authentication.sso_started": SIGN_INS,
  "authentication.sso_succeeded": SIGN_INS,
  "authentication.sso_timed_out": DUE,
  "connection.activated": EVENTS,
  "connection.deactivated": EVENTS,
  "connection.deleted": EVENTS,
  "connection.saml_certificate_renewal_required": DUE,
  "connection.saml_certificate_renewed": DUE,
  "dsync.activated": INGEST,
  "dsync.deleted": DIRECTORIES,
  "dsync.group.created": INGEST,
  "dsync.group.deleted": INGEST,
  "dsync.group.updated": INGEST,
  "dsync.group.user_added": INGEST,
  "dsync.group.user_removed": { shownIn: "tests/identity-service/directories/model.db.test.ts" },
  "dsync.token.created": DIRECTORIES,
  "dsync.token.revoked": DIRECTORIES,
  "dsync.user.created": INGEST,
  "dsync.user.deleted": INGEST,
  "dsync.user.updated": INGEST,
  "email_verification.created": HERE,
  "flag.created": HERE,
  "flag.deleted": HERE,
  "flag.rule_updated": HERE,
  "flag.updated": HERE,
  "group.created": HERE,
  "group.deleted": HERE,
  "group.member_added": HERE,
  "group.member_removed": HERE,
  "group.updated": HERE,
  "invitation.accepted": HERE,
  "invitation.created": HERE,
  "invitation.resent": HERE,
  "invitation.revoked": HERE,
  "magic_auth.created": HERE,
  "organization.created": HERE,
  "organization.deleted": HERE,
  "organization.updated": HERE,
  "organization_domain.created": HERE,
  "organization_domain.deleted": HERE,
  "organization_domain.updated": HERE,
  "organization_domain.verification_failed": DUE,
  "organization_domain.verified": HERE,
  "organization_membership.created": HERE,
  "organization_membership.deleted": HERE,
  "organization_membership.updated": HERE,
  "organization_role.created": HERE,
  "organization_role.deleted": HERE,
  "organization_role.updated": HERE,
  "password_reset.created": HERE,
  "password_reset.succeeded": HERE,
  "permission.created": HERE,
  "permission.deleted": HERE,
  "permission.updated": HERE,
  "pipes.connected_account.connected": PIPES,
  "pipes.connected_account.connection_failed": PIPES,
  "pipes.connected_account.disconnected": PIPES,
  "pipes.connected_account.reauthorization_needed": PIPES,
  "radar.challenge_created": RADAR,
  "role.created": HERE,
  "role.deleted": {
    never:
      "A role of the environment stays: there is no operation that takes it away, here or in the document.",
  },
  "role.updated": HERE,
  "session.created": HERE,
  "session.revoked": HERE,
  "user.created": HERE,
  "user.deleted": HERE,
  "user.updated": HERE,
  "vault.byok_key.deleted": BYOK,
  "vault.byok_key.verification_completed": BYOK,
  "vault.data.created": HERE,
  "vault.data.deleted": HERE,
  "vault.data.read": HERE,
  "vault.data.updated": HERE,
  "vault.dek.decrypted": HERE,
  "vault.dek.read": HERE,
  "vault.kek.created": HERE,
  "vault.kek.deleted": {
    never: "The vault keeps its keys as long as the environment: what they sealed may be needed.",
  },
  "vault.metadata.read": HERE,
  "vault.names.listed": HERE,
  "waitlist_user.approved": WAITLIST,
  "waitlist_user.created": WAITLIST,
  "waitlist_user.denied": WAITLIST,
};
