/**
 * An identity provider on PORT for the client `sallyport`, that signs in whoever the login hint names. What it answers is right and
 * signed, but made ready when the person comes by: what an identity provider takes is nobody's work that is measured.
 * Started by oidc-login.bench.ts.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

const port = Number(process.env.PORT);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const HEADER = encoded({ alg: "RS256", kid: "key" });

interface Ready {
  challenge: string | null;
  answer: string;
}
const codes = new Map<string, Ready>();
const people = new Map<string, string>();

const DISCOVERY = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/me`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  authorization_response_iss_parameter_supported: true,
});
const KEYS = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "key", alg: "RS256" }] });

function authorize(query: URLSearchParams): string {
  const person = query.get("login_hint") ?? "";
  const [code, accessToken] = [randomBytes(24).toString("base64url"), randomBytes(24).toString("base64url")];
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: issuer,
    sub: person,
    aud: query.get("client_id"),
    iat: now,
    exp: now + 600,
    nonce: query.get("nonce"),
    at_hash: createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url"),
  };
  const signed = `${HEADER}.${encoded(claims)}`;
  const id_token = `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  codes.set(code, {
    challenge: query.get("code_challenge"),
    answer: JSON.stringify({ access_token: accessToken, token_type: "Bearer", expires_in: 600, id_token }),
  });
  const about = { sub: person, email: `${person}@example.com`, given_name: "Grace", family_name: "Hopper" };
  people.set(accessToken, JSON.stringify(about));
  const back = new URL(query.get("redirect_uri") ?? "");
  for (const [name, value] of Object.entries({ code, state: query.get("state") ?? "", iss: issuer }))
    back.searchParams.set(name, value);
  return back.href;
}

/** The tokens for a code, once, for the client and whoever began with the verifier. */
function redeem(form: URLSearchParams): string | undefined {
  const ready = codes.get(form.get("code") ?? "");
  codes.delete(form.get("code") ?? "");
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  const isClient = form.get("client_secret") === "a-secret-only-for-the-benches-of-sallyport";
  return isClient && ready?.challenge === challenge ? ready.answer : undefined;
}

function send(response: ServerResponse, json: string | undefined): void {
  const body = json ?? '{"error":"invalid_request"}';
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  response.writeHead(json === undefined ? 400 : 200, headers).end(body);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path, query] = (request.url ?? "").split("?");
  if (path === "/.well-known/openid-configuration") return send(response, DISCOVERY);
  if (path === "/jwks") return send(response, KEYS);
  if (path === "/auth") {
    response.writeHead(303, { location: authorize(new URLSearchParams(query)), "content-length": 0 }).end();
    return;
  }
  if (path === "/me") return send(response, people.get(request.headers.authorization?.slice(7) ?? ""));
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  send(response, redeem(new URLSearchParams(body)));
}

createServer((request, response) => void answer(request, response)).listen(port, "127.0.0.1");
