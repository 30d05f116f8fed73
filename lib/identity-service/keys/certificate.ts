import { createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";

const DAY_MS = 86_400_000;
const VALID_DAYS = 3_650;

/**
 * A self-signed X.509 certificate over an RSA key, as identity providers and JWKS readers want one around a bare key.
 * Node can read certificates but not make them, and this is all of ASN.1 that one needs.
 */
export function selfSignedCertificate(privateKey: KeyObject, commonName: string, now: Date): string {
  const name = sequence(set(sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(commonName, "utf8")))));
  const algorithm = sequence(oid(SHA256_WITH_RSA), der(0x05, Buffer.alloc(0)));
  // A positive number of 16 bytes: the first bit of an INTEGER is its sign.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, serial),
    algorithm,
    name,
    // Begins a day early: the peer's clock may be behind ours.
    sequence(time(new Date(now.getTime() - DAY_MS)), time(new Date(now.getTime() + VALID_DAYS * DAY_MS))),
    name,
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]); // 2.5.4.3
const SHA256_WITH_RSA = Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]); // 1.2.840.113549.1.1.11

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function oid(value: Buffer): Buffer {
  return der(0x06, value);
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5). */
function time(at: Date): Buffer {
  const text = `${at.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const bytes = Buffer.from(size.toString(16).padStart(size > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}
