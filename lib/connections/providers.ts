/** The identity providers a connection can be made for by hand, under the names people know. */
export const PROVIDERS = {
  saml: {
    GenericSAML: "Any SAML 2.0 provider",
    ADFSSAML: "Active Directory Federation Services",
    Auth0SAML: "Auth0",
    CasSAML: "CAS",
    CyberArkSAML: "CyberArk",
    DuoSAML: "Duo",
    GoogleSAML: "Google Workspace",
    JumpCloudSAML: "JumpCloud",
    KeycloakSAML: "Keycloak",
    AzureSAML: "Microsoft Entra ID",
    NetIqSAML: "NetIQ",
    OktaSAML: "Okta",
    OneLoginSAML: "OneLogin",
    OracleSAML: "Oracle",
    PingFederateSAML: "PingFederate",
    PingOneSAML: "PingOne",
    RipplingSAML: "Rippling",
    SalesforceSAML: "Salesforce",
    ShibbolethSAML: "Shibboleth",
    SimpleSamlPhpSAML: "SimpleSAMLphp",
    VMwareSAML: "VMware Workspace ONE",
  },
  oidc: {
    GenericOIDC: "Any OpenID Connect provider",
    GoogleOIDC: "Google Workspace",
    LoginGovOidc: "Login.gov",
    EntraIdOIDC: "Microsoft Entra ID",
    OktaOIDC: "Okta",
  },
  ldap: {
    ActiveDirectory: "Microsoft Active Directory",
    LDAP: "Any LDAP directory",
  },
} as const;

const NAMES: Record<string, string> = { ...PROVIDERS.saml, ...PROVIDERS.oidc };

/** What a connection type is called on a screen: "Okta (SAML)". Types made elsewhere keep their own name. */
export function providerName(type: string): string {
  if (type === "LDAP") return "LDAP";
  if (type === "ActiveDirectory") return "Active Directory (LDAP)";
  const protocol = type.endsWith("SAML") ? "SAML" : /oidc$/i.test(type) ? "OIDC" : null;
  const name = type === "GenericSAML" || type === "GenericOIDC" ? null : NAMES[type];
  if (!protocol) return type;
  return name ? `${name} (${protocol})` : NAMES[type] ? protocol : type;
}
