import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { type RunningIdentityService, startIdentityService } from "#tests/support/identity-service.ts";
import { idpSettings, type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";

type Answers = Record<string, (answer: ServerResponse, request: IncomingMessage) => unknown>;
interface Inspection {
  document: string | null;
  idps: { entity_id: string; findings: Found[] }[];
  issuer: string | null;
  findings: Found[];
}
interface Found {
  code: string;
  severity: string;
  values: Record<string, string>;
}

let service: RunningIdentityService;
let idp: SamlIdp;
let metadata: string;
let web: { url: string; answers: Answers; close(): void };

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  idp = await startSamlIdp();
  metadata = await (await fetch(idp.metadataUrl)).text();
  web = await serveHttp();
});
afterAll(async () => {
  web.close();
  await idp.close();
  await service.close();
});

const inspect = async (body: object) =>
  (await service.manage<Inspection>("POST", "/metadata/inspect", body)).body;
const codes = ({ findings }: Inspection) => findings.map(({ code }) => code);

test("a file is taken as it is: compressed, or in another encoding; and is handed back as it was understood", async () => {
  const bytes = gzipSync(Buffer.from(`\uFEFF${metadata}`, "utf16le"));
  const read = await inspect({ metadata_base64: bytes.toString("base64") });
  expect(codes(read)).toEqual(["decompressed", "recoded"]);
  expect(read.idps.map(({ entity_id }) => entity_id)).toEqual([idp.settings.entityId]);
  expect(codes(await inspect({ metadata_xml: read.document ?? "" }))).toEqual([]);
});

test("one of several ways to give a document must be taken, and only one", async () => {
  for (const body of [{}, { metadata_xml: metadata, metadata_url: idp.metadataUrl }])
    expect((await service.manage("POST", "/metadata/inspect", body)).status).toBe(422);
});

test("of several providers in one document, the one that was chosen is connected", async () => {
  const one = metadata.replace(/^<\?xml[^>]*\?>/, "");
  const two = one.replaceAll(idp.settings.entityId, "urn:second");
  const both = `<g:EntitiesDescriptor xmlns:g="urn:oasis:names:tc:SAML:2.0:metadata">${one}${two}</g:EntitiesDescriptor>`;
  const read = await inspect({ metadata_xml: both });
  expect(codes(read)).toEqual(["several_providers"]);
  expect(read.idps).toHaveLength(2);
  const { body: environment } = await service.manage("POST", "/environments", {
    name: "Two",
    kind: "staging",
  });
  const saml = { metadata_xml: both, idp_entity_id: "urn:second" };
  const draft = { connection_type: "GenericSAML", name: "Second", saml };
  const made = await service.manage("POST", `/environments/${environment.id}/connections`, draft);
  expect(made.body).toMatchObject({ saml: { idp_entity_id: "urn:second" } });
});

test("our own metadata are known by their address", async () => {
  const { body: environment } = await service.manage("POST", "/environments", {
    name: "Own",
    kind: "staging",
  });
  const { body: made } = await service.manage<{ id: string; sp: { metadata_url: string } }>(
    "POST",
    `/environments/${environment.id}/connections`,
    { connection_type: "GenericSAML", name: "Own" },
  );
  expect(codes(await inspect({ metadata_url: made.sp.metadata_url }))).toContain("own_metadata");
});

test("an address that gives no metadata says why, whatever stands in the way", async () => {
  const hop = (to: string) => (answer: ServerResponse) => answer.writeHead(302, { location: to }).end();
  web.answers["/moved"] = hop("/metadata");
  web.answers["/metadata"] = (answer) => answer.end(metadata);
  web.answers["/circle"] = hop("/circle");
  web.answers["/page"] = (answer) => answer.end("<!doctype html><title>Sign in</title>");
  const closed = await serveHttp();
  closed.close();
  const tls = await serveUntrusted();
  const asked: [string, string][] = [
    [`${web.url}/moved`, "url_redirected"],
    [`${web.url}/circle`, "url_redirects"],
    [`${web.url}/nothing`, "url_status"],
    [`${web.url}/page`, "web_page"],
    [closed.url, "url_unreachable"],
    [tls.url, "url_certificate_untrusted"],
    [web.url.replace("http:", "https:"), "url_tls"],
    ["https://nobody.invalid/metadata", "url_unknown_host"],
    ["ftp://idp.example.com/metadata", "url_invalid"],
    ["idp.example.com", "url_invalid"],
  ];
  for (const [metadata_url, code] of asked)
    expect(codes(await inspect({ metadata_url }))[0], metadata_url).toBe(code);
  expect(codes(await inspect({ metadata_url: `${web.url}/moved` }))).toEqual(["url_redirected", "url_http"]);
  tls.close();
});

const discovery = () => ({
  issuer: web.url,
  authorization_endpoint: `${web.url}/auth`,
  token_endpoint: `${web.url}/token`,
  jwks_uri: `${web.url}/keys`,
  response_types_supported: ["code"],
  id_token_signing_alg_values_supported: ["ES256"],
  scopes_supported: ["openid", "email"],
  code_challenge_methods_supported: ["S256"],
});
const EC = { kty: "EC", crv: "P-256", kid: "one", x: "x", y: "y" };

test.each<[string, object, object, string | null]>([
  ["nothing but that it is not encrypted", {}, EC, null],
  ["another issuer", { issuer: "https://other.example" }, EC, "issuer_mismatch"],
  ["no issuer", { issuer: undefined }, EC, "issuer_missing"],
  ["an issuer of many tenants", { issuer: "https://login.example/{tenantid}/v2.0" }, EC, "issuer_of_many"],
  ["no token endpoint", { token_endpoint: undefined }, EC, "endpoint_missing"],
  ["an endpoint that is a script", { authorization_endpoint: "javascript:alert(1)" }, EC, "address_unusable"],
  ["no code flow", { response_types_supported: ["id_token"] }, EC, "no_code_flow"],
  [
    "only shared-key signatures",
    { id_token_signing_alg_values_supported: ["HS256"] },
    EC,
    "no_signed_tokens",
  ],
  [
    "only client assertions",
    { token_endpoint_auth_methods_supported: ["private_key_jwt"] },
    EC,
    "client_authentication",
  ],
  ["no address to be had", { scopes_supported: ["openid"] }, EC, "no_email_scope"],
  ["keys of secrets only", {}, { kty: "oct" }, "no_keys"],
  [
    "a short key",
    {},
    { kty: "RSA", kid: "weak", n: Buffer.alloc(128, 0xff).toString("base64url"), e: "AQAB" },
    "key_weak",
  ],
  ["keys elsewhere", { jwks_uri: "http://127.0.0.1:9/keys" }, EC, "keys_unreachable"],
])("of an issuer is told: %s", async (_name, changes, key, code) => {
  web.answers["/.well-known/openid-configuration"] = (answer) =>
    answer.end(JSON.stringify({ ...discovery(), ...changes }));
  web.answers["/keys"] = (answer) => answer.end(JSON.stringify({ keys: [key] }));
  const { body } = await service.manage<Inspection>("POST", "/oidc/inspect", { issuer: web.url });
  const others = codes(body).filter((each) => !["url_http", "address_http"].includes(each));
  expect(others).toEqual(code === null ? [] : expect.arrayContaining([code]));
});

test("the address of a discovery document is led back to its issuer; what is no such document is named", async () => {
  web.answers["/.well-known/openid-configuration"] = (answer) => answer.end(JSON.stringify(discovery()));
  const ask = async (issuer: string) =>
    (await service.manage<Inspection>("POST", "/oidc/inspect", { issuer })).body;
  const found = await ask(`${web.url}/.well-known/openid-configuration`);
  expect(found.issuer).toBe(web.url);
  expect(codes(found)[0]).toBe("discovery_address");
  for (const [text, code] of [
    [metadata, "saml_document"],
    ["<html></html>", "discovery_not_json"],
    ["[1]", "discovery_not_json"],
  ] as const) {
    web.answers["/.well-known/openid-configuration"] = (answer) => answer.end(text);
    expect(codes(await ask(web.url)), text.slice(0, 20)).toEqual([code]);
  }
});

async function serveHttp() {
  const answers: Answers = {};
  const server = createServer((request, answer) => {
    const respond = answers[request.url ?? ""];
    if (respond) respond(answer, request);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, answers, close };
}

async function serveUntrusted() {
  const { privateKey: key, certificate: cert } = idpSettings();
  const server = createTlsServer({ key, cert }, (_request, answer) => void answer.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, close: () => void server.close() };
}
