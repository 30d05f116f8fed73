import { createHash } from "node:crypto";
import { LdapSettings } from "../ldap/settings.ts";
import { certificateToWire } from "../management/certificate.ts";
import { OidcSettings, SamlSettings } from "./settings.ts";

/** How a connection's other side is spoken to, as whoever manages it sees it: never a secret, but whether there is one. */
export async function settingsToWire(row: { saml: unknown; oidc: unknown; ldap: unknown }) {
  const { describeCertificate } = await import("../saml/certificates.ts");
  const saml = row.saml ? SamlSettings.parse(row.saml) : null;
  return {
    saml,
    oidc: row.oidc ? withoutSecret(OidcSettings.parse(row.oidc)) : null,
    ldap: row.ldap ? withoutPassword(LdapSettings.parse(row.ldap)) : null,
    certificates: saml?.idp_certificates.map((pem) => certificateToWire(describeCertificate(pem))) ?? [],
  };
}

function withoutPassword({ bind_password_sealed, ...shown }: LdapSettings) {
  return {
    ...shown,
    has_bind_password: bind_password_sealed !== null,
    bind_password_mark: markOf(bind_password_sealed),
  };
}

function withoutSecret({ client_secret_sealed, ...shown }: OidcSettings) {
  return {
    ...shown,
    has_client_secret: client_secret_sealed !== null,
    client_secret_mark: markOf(client_secret_sealed),
  };
}

/** Another one as soon as the secret is given anew. It is of the sealed value, which is random, and says nothing of the secret. */
function markOf(sealed: string | null): string | null {
  return sealed && createHash("sha256").update(sealed).digest("hex").slice(0, 12);
}
