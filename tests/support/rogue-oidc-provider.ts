import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type JWTPayload, SignJWT } from "jose";

/** What a rogue answers instead of what is right. Each test changes one thing. */
export interface Roguery {
  claims: (right: JWTPayload) => JWTPayload;
  header: Record<string, unknown>;
  /** `other` signs with a key that is not published; `none` not at all; `hmac` with the public key as a secret. */
  signed: "right" | "other" | "none" | "hmac";
  userInfoSub: string | null;
  /** The `iss` in the answer to the browser (RFC 9207). */
  responseIssuer: string | null;
}

export interface RogueIdp {
  issuer: string;
  roguery: Roguery;
  /** The code the person comes back with; remembers the nonce of the request it answers. */
  answer(authorizationUrl: URL): URL;
  close(): Promise<void>;
}

export const HONEST: Roguery = {
  claims: (right) => right,
  header: {},
  signed: "right",
  userInfoSub: null,
  responseIssuer: null,
};

/** An OpenID provider that does what it is told, wrong too. */
export async function startRogueIdp(): Promise<RogueIdp> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }];
  const asked = new Map<string, { nonce: string; clientId: string }>();
  const server = createServer(async (request, response) => {
    const body = await answerTo(request.url ?? "", await text(request));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
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
      asked.set(code, { nonce: query.get("nonce") ?? "", clientId: query.get("client_id") ?? "" });
      const back = new URL(query.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", query.get("state") ?? "");
      back.searchParams.set("iss", rogue.roguery.responseIssuer ?? issuer);
      return back;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return rogue;

  async function answerTo(path: string, form: string): Promise<unknown> {
    if (path.startsWith("/.well-known")) return metadata(issuer);
    if (path === "/jwks") return { keys };
    if (path === "/me")
      return { sub: rogue.roguery.userInfoSub ?? "mallory", email: "mallory@example.com", name: "Mallory" };
    const request = asked.get(new URLSearchParams(form).get("code") ?? "");
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: issuer,
      sub: "mallory",
      aud: request?.clientId ?? "",
      nonce: request?.nonce ?? "",
      iat: now,
      exp: now + 300,
    };
    return {
      access_token: "at",
      token_type: "Bearer",
      id_token: await idToken(rogue.roguery, right, { privateKey, publicKey, other }),
    };
  }
}

async function idToken(
  { claims, header, signed }: Roguery,
  right: JWTPayload,
  keys: { privateKey: KeyObject; publicKey: KeyObject; other: KeyObject },
): Promise<string> {
  const payload = claims(right);
  if (signed === "right" || signed === "other") {
    const jwt = new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: "one", ...header });
    return await jwt.sign(signed === "right" ? keys.privateKey : keys.other);
  }
  const alg = signed === "none" ? "none" : "HS256";
  const content = [{ alg, kid: "one", ...header }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const secret = keys.publicKey.export({ type: "spki", format: "pem" });
  return `${content}.${signed === "none" ? "" : createHmac("sha256", secret).update(content).digest("base64url")}`;
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
