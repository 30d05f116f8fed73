/** WorkOS's connection types that a customer's own identity provider can stand behind. */
export const CONNECTION_TYPES = [
  ..."ADFSSAML Auth0SAML AzureSAML CasSAML ClassLinkSAML CloudflareSAML CyberArkSAML DuoSAML GenericSAML".split(
    " ",
  ),
  ..."GoogleSAML JumpCloudSAML KeycloakSAML LastPassSAML MiniOrangeSAML NetIqSAML OktaSAML OneLoginSAML".split(
    " ",
  ),
  ..."OracleSAML PingFederateSAML PingOneSAML RipplingSAML SalesforceSAML ShibbolethGenericSAML".split(" "),
  ..."ShibbolethSAML SimpleSamlPhpSAML VMwareSAML".split(" "),
  ..."AdpOidc CleverOIDC EntraIdOIDC GenericOIDC GoogleOIDC LoginGovOidc OktaOIDC".split(" "),
  ..."AppleOAuth BitbucketOAuth DiscordOAuth GitHubOAuth GitLabOAuth GoogleOAuth GrokOAuth XOAuth".split(" "),
  ..."IntuitOAuth LinkedInOAuth MicrosoftOAuth SalesforceOAuth SlackOAuth VercelMarketplaceOAuth".split(" "),
  ..."VercelOAuth XeroOAuth".split(" "),
] as const;

const known = new Set(CONNECTION_TYPES);

export function isConnectionType(type: string): boolean {
  return known.has(type);
}

export type Protocol = "saml" | "oidc" | "ldap";

/**
 * The OAuth types are spoken to by OpenID Connect too: offline, whoever stands behind them is named by its issuer. For LDAP the wire
 * has no type: such a connection is known by its settings, and called what it was made as.
 */
export function protocolOf({ connection_type, ldap }: { connection_type: string; ldap: unknown }): Protocol {
  if (ldap) return "ldap";
  return connection_type.endsWith("SAML") ? "saml" : "oidc";
}

/** What an LDAP connection is called on the wire, where nobody says otherwise. */
export const LDAP_CONNECTION_TYPE = "GenericSAML";

/** The filter of the list spells this one differently from everything else. */
export function filterType(type: string): string {
  return type === "GithubOAuth" ? "GitHubOAuth" : type;
}
