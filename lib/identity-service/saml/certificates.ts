import { generateKeyPair, type KeyObject, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { selfSignedCertificate } from "../keys/certificate.ts";
import { type CertificateDescription, SamlInputError, type SigningPair } from "./types.ts";

/** @throws SamlInputError when the text is no X.509 certificate (PEM, or the bare base64 that metadata carries). */
export function describeCertificate(text: string): CertificateDescription {
  const certificate = readCertificate(text);
  return {
    pem: certificate.toString(),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprintSha256: fingerprintOf(certificate),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    key: describeKey(certificate.publicKey),
    signatureAlgorithm: certificate.signatureAlgorithm ?? null,
  };
}

/** A new key of 3072 bits with a self-signed certificate: what one environment signs its requests or is sent secrets with. */
export async function createSigningCertificate(commonName: string, now: Date): Promise<SigningPair> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 3_072 });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: selfSignedCertificate(privateKey, commonName, now),
  };
}

/** The base64 of a PEM certificate's content, as XML carries it. */
export function bareBase64(certificate: string): string {
  return readCertificate(certificate).raw.toString("base64");
}

/** As it is shown wherever certificates are told apart. */
export function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

export function readCertificate(text: string): X509Certificate {
  const trimmed = text.trim();
  const isPem = trimmed.startsWith("-----BEGIN CERTIFICATE-----");
  const base64 = trimmed.replace(/\s+/g, "");
  if (!isPem && !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw noCertificate();
  try {
    return new X509Certificate(isPem ? trimmed : Buffer.from(base64, "base64"));
  } catch {
    throw noCertificate();
  }
}

const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** Null where the key is one to trust: RSA from 2048 bits on, or a curve of NIST's. */
export function weaknessOf(key: KeyObject): string | null {
  const { modulusLength = 0, namedCurve = "none" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ec") return CURVES.has(namedCurve) ? null : `its curve is ${namedCurve}`;
  if (key.asymmetricKeyType !== "rsa") return `its key is of the kind ${key.asymmetricKeyType}`;
  return modulusLength < 2_048 ? `its RSA key has only ${modulusLength} bits` : null;
}

function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const detail = modulusLength ?? namedCurve ?? "";
  return `${(key.asymmetricKeyType ?? "unknown").toUpperCase()} ${detail}`.trim();
}

function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").reverse().join(", ");
}

function noCertificate(): SamlInputError {
  return new SamlInputError(
    "This is not an X.509 certificate. Paste the PEM text, or the base64 from the metadata.",
  );
}
