import { createHmac, generateKeyPairSync, hash, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWTPayload } from "jose";

/** What a rogue answers instead of what is right. Each test changes one thing. */
export interface Roguery {
  claims: (right: JWTPayload) => JWTPayload;
  header: Record<string, unknown>;
  /**
   * `other` signs with a key that is not published, `retired` with the one before the last; `none` not at all; `hmac` with the
   * public key as a secret.
   */
  signed: "right" | "other" | "retired" | "none" | "hmac";
  /** Keys that are published beside the right one. */
  moreKeys: number;
  userInfoSub: string | null;
  /** The `iss` in the answer to the browser (RFC 9207). */
  responseIssuer: string | null;
}

export interface RogueIdp {
  issuer: string;
  roguery: Roguery;
  /** The code the person comes back with; remembers the nonce of the request it answers. */
  answer(authorizationUrl: URL): URL;
  /** From now on it signs with a new key, and publishes no other. */
  rotate(): void;
  close(): Promise<void>;
}

export const HONEST: Roguery = {
  claims: (right) => right,
  header: {},
  signed: "right",
  moreKeys: 0,
  userInfoSub: null,
  responseIssuer: null,
};

/** An OpenID provider that does what it is told, wrong too. */
export async function startRogueIdp(): Promise<RogueIdp> {
  let key = newKey("key-1");
  let retired = key;
  const other = newKey("key-1");
  const asked = new Map<string, { nonce: string; clientId: string; challenge: string }>();
  const server = createServer(async (request, response) => {
    const body = await answerTo(request.url ?? "", await text(request));
    const status = body !== null && typeof body === "object" && "error" in body ? 400 : 200;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rogue: RogueIdp = {
    issuer,
    roguery: HONEST,
    answer(url) {
      const code = `code-${asked.size}`;
      const { searchParams: query } = url;
      asked.set(code, {
        nonce: query.get("nonce") ?? "",
        clientId: query.get("client_id") ?? "",
        challenge: query.get("code_challenge") ?? "",
      });
      const back = new URL(query.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", query.get("state") ?? "");
      back.searchParams.set("iss", rogue.roguery.responseIssuer ?? issuer);
      return back;
    },
    rotate() {
      retired = key;
      key = newKey("key-2");
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return rogue;

  async function answerTo(path: string, form: string): Promise<unknown> {
    if (path.startsWith("/.well-known")) return metadata(issuer);
    if (path === "/jwks") {
      const more = Array.from({ length: rogue.roguery.moreKeys }, (_, index) => newKey(`more-${index}`));
      return { keys: [key, ...more].map(({ jwk }) => jwk) };
    }
    if (path === "/me")
      return { sub: rogue.roguery.userInfoSub ?? "mallory", email: "mallory@example.com", name: "Mallory" };
    const fields = new URLSearchParams(form);
    const request = asked.get(fields.get("code") ?? "");
    if (request?.challenge !== hash("sha256", fields.get("code_verifier") ?? "", "base64url"))
      return { error: "invalid_grant" };
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: issuer,
      sub: "mallory",
      aud: request.clientId,
      nonce: request.nonce,
      at_hash: Buffer.from(hash("sha256", "at", "buffer").subarray(0, 16)).toString("base64url"),
      iat: now,
      exp: now + 300,
    };
    return {
      access_token: "at",
      token_type: "Bearer",
      id_token: idToken(rogue.roguery, right, { right: key, other, retired }),
    };
  }
}

interface Key {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: object;
}

function newKey(kid: string): Key {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" },
  };
}

function idToken(
  { claims, header, signed }: Roguery,
  right: JWTPayload,
  keys: { right: Key; other: Key; retired: Key },
): string {
  const key = signed === "other" || signed === "retired" ? keys[signed] : keys.right;
  const alg = signed === "none" ? "none" : signed === "hmac" ? "HS256" : "RS256";
  const content = [{ alg, kid: key.kid, ...header }, claims(right)]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${content}.${signature()}`;

  function signature(): string {
    if (signed === "none") return "";
    if (signed !== "hmac") return sign("sha256", Buffer.from(content), key.privateKey).toString("base64url");
    const secret = key.publicKey.export({ type: "spki", format: "pem" });
    return createHmac("sha256", secret).update(content).digest("base64url");
  }
}

function metadata(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    authorization_response_iss_parameter_supported: true,
  };
}

async function text(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
