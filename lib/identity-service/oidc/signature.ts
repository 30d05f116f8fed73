import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";

/** A key that an issuer signs with (RFC 7517). */
const Jwk = z.looseObject({
  kty: z.string(),
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  crv: z.string().optional(),
});
const JwkSet = z.object({ keys: z.array(z.unknown()) });
const Header = z.object({ alg: z.string(), kid: z.string().optional() });

export interface IssuerKey {
  readonly jwk: z.infer<typeof Jwk>;
  /** Once it was made. */
  key?: KeyObject;
}

/** The keys of an issuer. `anew` asks it, whatever is remembered. */
export type IssuerKeys = (anew: boolean) => Promise<{ keys: readonly IssuerKey[]; areFresh: boolean }>;

interface Algorithm {
  readonly kty: "RSA" | "EC" | "OKP";
  readonly crv?: string;
  readonly hash: string | null;
  readonly how: { padding?: number; saltLength?: number; dsaEncoding?: "ieee-p1363" };
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const rsa = (hash: string): Algorithm => ({ kty: "RSA", hash, how: {} });
const rsaPss = (hash: string): Algorithm => ({ kty: "RSA", hash, how: pss });
const ec = (hash: string, crv: string): Algorithm => ({
  kty: "EC",
  crv,
  hash,
  how: { dsaEncoding: "ieee-p1363" },
});
const ED25519: Algorithm = { kty: "OKP", crv: "Ed25519", hash: null, how: {} };

/** RFC 7518, 3.1, without those whose key both sides know, and RFC 8037. */
const ALGORITHMS = new Map<string, Algorithm>([
  ["RS256", rsa("sha256")],
  ["RS384", rsa("sha384")],
  ["RS512", rsa("sha512")],
  ["PS256", rsaPss("sha256")],
  ["PS384", rsaPss("sha384")],
  ["PS512", rsaPss("sha512")],
  ["ES256", ec("sha256", "P-256")],
  ["ES384", ec("sha384", "P-384")],
  ["ES512", ec("sha512", "P-521")],
  ["EdDSA", ED25519],
  ["Ed25519", ED25519],
]);
const RSA_BITS_MIN = 2_048;

/** An ID token is not signed by its issuer. */
export class BadSignature extends Error {
  override name = "BadSignature";
}

/** What an issuer says its keys are; what is no key is left out. @throws ZodError where it is no set of keys. */
export function readKeys(json: unknown): IssuerKey[] {
  return JwkSet.parse(json).keys.flatMap((each) => {
    const jwk = Jwk.safeParse(each);
    return jwk.success ? [{ jwk: jwk.data }] : [];
  });
}

/**
 * Checks that an ID token is signed by the one key of its issuer that its header means. Everything else about it, which algorithms the
 * issuer signs with among that, is the library's to check. It could check this too, but hands each signature to another thread,
 * which takes several times as long as the check itself.
 *
 * @throws BadSignature
 */
export async function checkSignature(idToken: string, keysOf: IssuerKeys): Promise<void> {
  const [head = "", payload = "", signature = ""] = idToken.split(".");
  const header = Header.parse(JSON.parse(Buffer.from(head, "base64url").toString()));
  const algorithm = ALGORITHMS.get(header.alg);
  if (!algorithm) throw new BadSignature(`signatures by ${header.alg} are not supported`);
  const { keys, areFresh } = await keysOf(false);
  const found =
    meant(keys, header, algorithm) ?? (areFresh ? null : meant((await keysOf(true)).keys, header, algorithm));
  if (!found) throw new BadSignature("the issuer has no key for this signature");
  const key = keyOf(found);
  const signed = Buffer.from(`${head}.${payload}`);
  if (!verify(algorithm.hash, signed, { key, ...algorithm.how }, Buffer.from(signature, "base64url")))
    throw new BadSignature("the signature is not by the issuer's key");
}

function meant(
  keys: readonly IssuerKey[],
  { alg, kid }: z.infer<typeof Header>,
  { kty, crv }: Algorithm,
): IssuerKey | null {
  const [found, ...others] = keys.filter(
    ({ jwk }) =>
      jwk.kty === kty &&
      (crv === undefined || jwk.crv === crv) &&
      (kid === undefined || jwk.kid === kid) &&
      (jwk.alg === undefined || jwk.alg === alg) &&
      (jwk.use === undefined || jwk.use === "sig") &&
      (jwk.key_ops === undefined || jwk.key_ops.includes("verify")),
  );
  if (others.length > 0)
    throw new BadSignature("several keys of the issuer could be meant by this signature");
  return found ?? null;
}

function keyOf(found: IssuerKey): KeyObject {
  if (found.key) return found.key;
  if ("d" in found.jwk) throw new BadSignature("the issuer publishes the private key of its signatures");
  let key: KeyObject;
  try {
    key = createPublicKey({ key: found.jwk as JsonWebKey, format: "jwk" });
  } catch {
    throw new BadSignature("the issuer's key for this signature cannot be read");
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? RSA_BITS_MIN) < RSA_BITS_MIN)
    throw new BadSignature(`the issuer's key for this signature is shorter than ${RSA_BITS_MIN} bits`);
  found.key = key;
  return key;
}
