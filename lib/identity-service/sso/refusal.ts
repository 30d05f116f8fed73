/** The codes an application may read when a sign-in does not succeed. */
export type RefusalCode =
  | "access_denied"
  | "ambiguous_connection_selector"
  | "connection_domain_invalid"
  | "connection_invalid"
  | "connection_strategy_invalid"
  | "connection_unlinked"
  | "domain_connection_selector_not_allowed"
  | "consent_required"
  | "idp_initiated_sso_disabled"
  | "interaction_required"
  | "invalid_connection_selector"
  | "invalid_request"
  | "login_required"
  | "oauth_failed"
  | "organization_invalid"
  | "profile_not_allowed_outside_organization"
  | "server_error"
  | "signin_consent_denied"
  | "unsupported_response_type";

/** A sign-in that ends here. The application is told by a redirect, with a sentence that a person may read. */
export class SignInRefusal extends Error {
  override name = "SignInRefusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
