import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { declined } from "#lib/shared/refusals.ts";

/** What a certificate of an authority says of itself. */
export interface AuthorityCertificate {
  subject: string;
  issuer: string;
  notBefore: string;
  notAfter: string;
  fingerprintSha256: string;
  /** Whether it says that it may issue others. */
  isAuthority: boolean;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const MAX = 20;

export const AuthorityInput = z.strictObject({ text: z.string().max(200_000) });

/** What the certificates in a text say, in their order. @throws AppError where it holds none, or one that cannot be read. */
export function understood({ text }: z.infer<typeof AuthorityInput>): AuthorityCertificate[] {
  const read = readAuthority(text);
  if (read) return read;
  throw declined("invalid", "no_certificate_pem");
}

function readAuthority(text: string): AuthorityCertificate[] | null {
  const blocks = text.match(PEM) ?? [];
  if (blocks.length === 0 || blocks.length > MAX) return null;
  try {
    return blocks.map((pem) => {
      const certificate = new X509Certificate(pem);
      return {
        subject: inOneLine(certificate.subject),
        issuer: inOneLine(certificate.issuer),
        notBefore: new Date(certificate.validFrom).toISOString(),
        notAfter: new Date(certificate.validTo).toISOString(),
        fingerprintSha256: certificate.fingerprint256,
        isAuthority: certificate.ca,
      };
    });
  } catch {
    return null;
  }
}

/** The most particular first, as people write it. */
function inOneLine(name: string): string {
  return name.split("\n").reverse().join(", ");
}
