import { createPublicKey, type JsonWebKey } from "node:crypto";
import { z } from "zod";
import { addressFindings } from "./addresses.ts";
import { fetchDocument } from "./fetch.ts";
import { type Finding, finding } from "./finding.ts";
import { InspectionProblem } from "./problem.ts";

export interface IssuerInspection {
  readonly issuer: string | null;
  readonly endpoints: readonly { use: string; location: string }[];
  readonly keys: readonly { id: string | null; key: string; algorithm: string | null }[];
  readonly algorithms: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly findings: readonly Finding[];
}

const NOTHING = { issuer: null, endpoints: [], keys: [], algorithms: [], scopes: [], claims: [] };
const WELL_KNOWN = "/.well-known/openid-configuration";
const strings = z.array(z.string()).optional().catch(undefined);
const text = z.string().optional().catch(undefined);

/** OpenID Connect Discovery 3, as far as it matters to us. What is of a wrong kind is as good as missing. */
const Discovery = z.object({
  issuer: text,
  authorization_endpoint: text,
  token_endpoint: text,
  jwks_uri: text,
  userinfo_endpoint: text,
  end_session_endpoint: text,
  response_types_supported: strings,
  id_token_signing_alg_values_supported: strings,
  token_endpoint_auth_methods_supported: strings,
  code_challenge_methods_supported: strings,
  scopes_supported: strings,
  claims_supported: strings,
});
type Discovery = z.infer<typeof Discovery>;

const REQUIRED = ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const;
const SHOWN = [...REQUIRED, "userinfo_endpoint", "end_session_endpoint"] as const;

/** What an OpenID provider says of itself, and what would stand in the way of signing in with it. */
export async function inspectIssuer(given: string): Promise<IssuerInspection> {
  try {
    return await inspect(given.trim());
  } catch (error) {
    if (!(error instanceof InspectionProblem)) throw error;
    return { ...NOTHING, findings: [error.finding] };
  }
}

async function inspect(given: string): Promise<IssuerInspection> {
  const isDocument = given.replace(/[?#].*$/, "").endsWith(WELL_KNOWN);
  const issuer = isDocument ? given.slice(0, given.indexOf(WELL_KNOWN)) : given;
  const { body, url, findings } = await fetchDocument(
    `${issuer.replace(/\/$/, "")}${WELL_KNOWN}`,
    "application/json",
  );
  const found = readDiscovery(body, url.host);
  const keys = await inspectKeys(found.jwks_uri);
  return {
    issuer: found.issuer ?? null,
    endpoints: SHOWN.flatMap((use) => (found[use] ? [{ use, location: found[use] }] : [])),
    keys: keys.keys,
    algorithms: found.id_token_signing_alg_values_supported ?? [],
    scopes: found.scopes_supported ?? [],
    claims: found.claims_supported ?? [],
    findings: [
      ...(isDocument && found.issuer ? [finding("discovery_address", { issuer: found.issuer })] : []),
      ...findings,
      ...issuerFindings(found, isDocument ? null : issuer),
      ...abilityFindings(found),
      ...keys.findings,
    ],
  };
}

function readDiscovery(body: Buffer, host: string): Discovery {
  const content = body.toString("utf8").trim();
  if (/^<(\?xml|\w+:Entit|Entit)/.test(content)) throw new InspectionProblem(finding("saml_document"));
  try {
    return Discovery.parse(JSON.parse(content));
  } catch {
    throw new InspectionProblem(finding("discovery_not_json", { host }));
  }
}

/** `expected`: what was entered, letter for letter; null where the document's own address was. */
function issuerFindings(found: Discovery, expected: string | null): Finding[] {
  if (!found.issuer) return [finding("issuer_missing")];
  if (found.issuer.includes("{")) return [finding("issuer_of_many", { found: found.issuer })];
  return expected === null || sameIssuer(expected, found.issuer)
    ? []
    : [finding("issuer_mismatch", { expected, found: found.issuer })];
}

/** As openid-client compares: both as URLs, so that a bare host equals the host with its slash, and nothing else does. */
function sameIssuer(left: string, right: string): boolean {
  return left === right || URL.parse(left)?.href === URL.parse(right)?.href;
}

function abilityFindings(found: Discovery): Finding[] {
  const { response_types_supported: types = ["code"], scopes_supported: scopes = ["email"] } = found;
  const methods = found.token_endpoint_auth_methods_supported ?? ["client_secret_post"];
  const algorithms = found.id_token_signing_alg_values_supported ?? ["RS256"];
  return [
    ...REQUIRED.filter((endpoint) => !found[endpoint]).map((endpoint) =>
      finding("endpoint_missing", { endpoint }),
    ),
    ...addressFindings(SHOWN.flatMap((use) => found[use] ?? [])),
    ...(types.includes("code") ? [] : [finding("no_code_flow", { found: types.join(", ") })]),
    ...(algorithms.some((algorithm) => /^(RS|PS|ES)(256|384|512)$|^Ed/.test(algorithm))
      ? []
      : [finding("no_signed_tokens", { found: algorithms.join(", ") })]),
    ...(methods.includes("client_secret_post")
      ? []
      : [finding("client_authentication", { found: methods.join(", ") })]),
    ...(scopes.includes("email") ? [] : [finding("no_email_scope")]),
    ...(found.code_challenge_methods_supported?.includes("S256") ? [] : [finding("no_pkce")]),
  ];
}

const Keys = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: text, use: text, alg: text })),
});

async function inspectKeys(address: string | undefined) {
  if (!address) return { keys: [], findings: [] };
  try {
    const { body } = await fetchDocument(address, "application/json");
    const { keys } = Keys.parse(JSON.parse(body.toString("utf8")));
    const signing = keys.filter(({ kty, use }) => kty !== "oct" && use !== "enc").map(describeKey);
    if (signing.length === 0) return { keys: [], findings: [finding("no_keys", { address })] };
    const weak = signing.filter(({ bits }) => bits !== null && bits < 2_048);
    return {
      keys: signing.map(({ bits, ...key }) => key),
      findings: weak.map(({ id, key, bits }) => finding("key_weak", { key: id ?? key, bits: bits ?? 0 })),
    };
  } catch (error) {
    const reason = error instanceof InspectionProblem ? error.finding.message : "it is not a set of keys";
    return { keys: [], findings: [finding("keys_unreachable", { address, reason })] };
  }
}

function describeKey(jwk: z.infer<typeof Keys>["keys"][number]) {
  const { kty, kid = null, alg = null, crv } = jwk;
  const bits = kty === "RSA" ? bitsOf(jwk) : null;
  return { id: kid, key: `${kty} ${bits ?? String(crv ?? "")}`.trim(), algorithm: alg, bits };
}

/** Null where it is no key at all; signatures with it then fail, which the test sign-in tells. */
function bitsOf(jwk: Record<string, unknown>): number | null {
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });
    return key.asymmetricKeyDetails?.modulusLength ?? null;
  } catch {
    return null;
  }
}
