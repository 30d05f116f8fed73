import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { promisify } from "node:util";
import { json, type Run, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import { selfSignedCertificate } from "./certificate.ts";
import { hashSecret } from "./secrets.ts";

/** `token` keys sign what applications verify; `saml` keys sign and decrypt what identity providers exchange with us. */
export type KeyPurpose = "token" | "saml";

export interface SigningKeyRow {
  id: string;
  purpose: KeyPurpose;
  public_jwk: JsonWebKey;
  certificate: string;
  private_key_sealed: string;
  created_at: Date;
  retired_at: Date | null;
}

const INSERT = sql(
  "signing_key_insert",
  `INSERT INTO identity.signing_keys (id, environment_id, purpose, public_jwk, certificate, private_key_sealed, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *`,
);
const RETIRE = sql(
  "signing_key_retire",
  "UPDATE identity.signing_keys SET retired_at = $3 WHERE environment_id = $1 AND purpose = $2 AND retired_at IS NULL",
);
const LIST = sql(
  "signing_key_list",
  `SELECT * FROM identity.signing_keys WHERE environment_id = $1 AND purpose = $2
   ORDER BY retired_at IS NOT NULL, created_at DESC LIMIT 2`,
);

/** The key that signs now, and the one before it: what it signed is still about. */
export async function listSigningKeys(
  { db }: Service,
  environmentId: string,
  purpose: KeyPurpose,
): Promise<SigningKeyRow[]> {
  return await db.query<SigningKeyRow>(environmentId, LIST, [environmentId, purpose]);
}

export async function currentSigningKey(
  service: Service,
  environmentId: string,
  purpose: KeyPurpose,
): Promise<SigningKeyRow> {
  const [key] = await listSigningKeys(service, environmentId, purpose);
  if (!key) throw new Error(`The environment ${environmentId} has no ${purpose} key.`);
  return key;
}

/** A new key signs from now on; the one it takes over from stays published until the next rotation. */
export async function rotateSigningKey(
  service: Service,
  environmentId: string,
  purpose: KeyPurpose,
): Promise<SigningKeyRow> {
  return await service.db.transaction(environmentId, async (run) => {
    await run(RETIRE, [environmentId, purpose, service.clock()]);
    return await addSigningKey(service, run, environmentId, purpose);
  });
}

const generate = promisify(generateKeyPair);

export async function addSigningKey(
  { sealer, clock }: Service,
  run: Run,
  environmentId: string,
  purpose: KeyPurpose,
): Promise<SigningKeyRow> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  const jwk = createPublicKey(privateKey).export({ format: "jwk" });
  const id = thumbprint(jwk);
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const [row] = await run<SigningKeyRow>(INSERT, [
    id,
    environmentId,
    purpose,
    json(jwk),
    selfSignedCertificate(privateKey, `Sallyport ${environmentId}`.slice(0, 64), clock()),
    sealer.seal(pem, contextOf(environmentId, id)),
    clock(),
  ]);
  if (!row) throw new Error("The signing key was not kept.");
  return row;
}

const opened = new Map<string, KeyObject>();

/** Opens the key's envelope. Kept in memory then: a key never changes, and opening costs more than signing does. */
export function privateKeyOf({ sealer }: Service, environmentId: string, row: SigningKeyRow): KeyObject {
  const known = opened.get(row.private_key_sealed);
  if (known) return known;
  const key = createPrivateKey(sealer.open(row.private_key_sealed, contextOf(environmentId, row.id)));
  if (opened.size > 1_000) opened.clear();
  opened.set(row.private_key_sealed, key);
  return key;
}

/** One key as `/sso/jwks` shows it. */
export function toJwk(row: SigningKeyRow) {
  const certificate = new X509Certificate(row.certificate);
  return {
    alg: "RS256" as const,
    kty: "RSA" as const,
    use: "sig" as const,
    kid: row.id,
    n: row.public_jwk.n,
    e: row.public_jwk.e,
    x5c: [certificate.raw.toString("base64")],
    "x5t#S256": Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString("base64url"),
  };
}

export function signingKeyToWire(row: SigningKeyRow) {
  return {
    object: "signing_key" as const,
    id: row.id,
    purpose: row.purpose,
    state: row.retired_at ? ("retired" as const) : ("active" as const),
    certificate: row.certificate,
    created_at: iso(row.created_at),
    retired_at: isoOrNull(row.retired_at),
  };
}

/** RFC 7638: the same key has the same id wherever it is. */
function thumbprint({ e, kty, n }: JsonWebKey): string {
  return hashSecret(JSON.stringify({ e, kty, n }));
}

function contextOf(environmentId: string, keyId: string): string {
  return `environment:${environmentId}:signing_key:${keyId}`;
}
