import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { expect, test } from "vitest";
import { checkSignature, type IssuerKeys, readKeys } from "#lib/identity-service/oidc/signature.ts";

const ALGORITHMS = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

/** By `jose`, which knows nothing of ours. */
async function signed(alg: string, kid?: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const token = await new SignJWT({ sub: "ada" })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .sign(privateKey);
  return { token, jwk: { ...(await exportJWK(publicKey)), kid: "a" }, secret: await exportJWK(privateKey) };
}

function published(...sets: (readonly object[])[]): IssuerKeys & { asked: boolean[] } {
  const asked: boolean[] = [];
  const keysOf: IssuerKeys = async (anew) => {
    asked.push(anew);
    return { keys: readKeys({ keys: sets[Math.min(asked.length, sets.length) - 1] }), areFresh: anew };
  };
  return Object.assign(keysOf, { asked });
}

test.each(ALGORITHMS)(
  "%s by the issuer's key is believed, and nothing that was changed or signed otherwise",
  async (alg) => {
    const { token, jwk } = await signed(alg, "a");
    await checkSignature(token, published([jwk]));
    const [head = "", payload = "", signature = ""] = token.split(".");
    const turned = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const claims = Buffer.from('{"sub":"eve"}').toString("base64url");
    const other = (await signed(alg, "a")).token.split(".")[2];
    for (const bad of [turned, "", other])
      await expect(checkSignature(`${head}.${payload}.${bad}`, published([jwk]))).rejects.toThrow(
        "not by the issuer's key",
      );
    await expect(checkSignature(`${head}.${claims}.${signature}`, published([jwk]))).rejects.toThrow(
      "not by the issuer's key",
    );
  },
);

test.each<[string, (jwk: JWK, secret: JWK) => object[], string]>([
  ["no key", () => [], "no key for this signature"],
  ["another kind of key", (jwk) => [{ ...jwk, kty: "EC" }], "no key for this signature"],
  ["a key of another id", (jwk) => [{ ...jwk, kid: "b" }], "no key for this signature"],
  ["a key for another algorithm", (jwk) => [{ ...jwk, alg: "PS256" }], "no key for this signature"],
  ["a key to encrypt with", (jwk) => [{ ...jwk, use: "enc" }], "no key for this signature"],
  ["a key to sign with only", (jwk) => [{ ...jwk, key_ops: ["sign"] }], "no key for this signature"],
  ["two keys of one id", (jwk) => [jwk, { ...jwk }], "several keys"],
  ["a key without its number", ({ n: _n, ...jwk }) => [jwk], "cannot be read"],
  ["the private key", (_jwk, secret) => [{ ...secret, kid: "a" }], "private key"],
])("where there is %s, nothing is believed", async (_what, keys, message) => {
  const { token, jwk, secret } = await signed("RS256", "a");
  await expect(checkSignature(token, published(keys(jwk, secret)))).rejects.toThrow(message);
});

test("a key of less than 2,048 bits is no key", async () => {
  const { token } = await signed("RS256", "a");
  const short = { kty: "RSA", kid: "a", e: "AQAB", n: Buffer.alloc(128, 0xff).toString("base64url") };
  await expect(checkSignature(token, published([short]))).rejects.toThrow("shorter than 2048 bits");
});

test("without a key id, the only key there is is meant; what is no key is overlooked", async () => {
  const { token, jwk } = await signed("ES256");
  await checkSignature(token, published([jwk, { kty: 7 } as object]));
});

test("a secret that both sides would know, and no signature at all, are not looked for among the keys", async () => {
  const { jwk } = await signed("RS256");
  for (const alg of ["none", "HS256", "constructor"]) {
    const head = Buffer.from(JSON.stringify({ alg })).toString("base64url");
    const keys = published([jwk]);
    await expect(checkSignature(`${head}.e30.AAAA`, keys)).rejects.toThrow("not supported");
    expect(keys.asked).toEqual([]);
  }
});

test("the issuer is asked anew for a key that is not among those remembered, and once", async () => {
  const { token, jwk } = await signed("RS256", "a");
  const rotated = published([{ ...jwk, kid: "old" }], [jwk]);
  await checkSignature(token, rotated);
  expect(rotated.asked).toEqual([false, true]);
  const gone = published([{ ...jwk, kid: "old" }]);
  await expect(checkSignature(token, gone)).rejects.toThrow("no key for this signature");
  expect(gone.asked).toEqual([false, true]);
});
