import type { CertificateDescription } from "../saml/types.ts";

export function certificateToWire(certificate: CertificateDescription) {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: certificate.serial,
    fingerprint_sha256: certificate.fingerprintSha256,
    not_before: certificate.notBefore.toISOString(),
    not_after: certificate.notAfter.toISOString(),
    key: certificate.key,
    pem: certificate.pem,
  };
}
