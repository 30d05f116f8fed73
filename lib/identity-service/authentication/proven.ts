/** How somebody showed who they are, as a session tells it. */
export type Method = "password" | "magic_code" | "sso" | "oauth" | "impersonation";

/** What is proven of somebody who signs in, before the last questions are asked. */
export interface Proven {
  userId: string;
  method: Method;
  /** The organization they want to be in, or their identity provider's. */
  organizationId: string | null;
  /** What is accepted together with the sign-in. */
  invitationId: string | null;
  /** SSO: whom the identity provider says they are, while nothing but its word says that the address is theirs. */
  unlinkedProfileId: string | null;
  /** SSO: whose identity provider it was. It makes its people members there, and nowhere else. */
  vouchedOrganizationId: string | null;
  /** SSO: what their groups bring; null where roles do not come from the identity provider. */
  roleSlugs: string[] | null;
  /** SSO: the session at the identity provider; what ends it ends ours. */
  idpSessionId: string | null;
  secondFactor: boolean;
  ipAddress: string | null;
  userAgent: string | null;
}

const ON_THE_WIRE: Record<Method, string> = {
  password: "Password",
  magic_code: "MagicAuth",
  sso: "SSO",
  oauth: "SSO",
  impersonation: "Impersonation",
};

/** `authentication_method` of an answer. */
export function methodOnTheWire(method: string): string {
  return ON_THE_WIRE[method as Method] ?? "SSO";
}
