import { request as httpRequest } from "node:http";
import { WorkOS as WorkOS11 } from "@workos-inc/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
});
afterAll(() => service.close());

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown> & { id: string; data: { id: string; name: string }[] };
}

async function call(
  method: string,
  path: string,
  {
    body,
    key = here.apiKey,
    headers = {},
  }: { body?: unknown; key?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const answer = await fetch(`${service.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: text === "" ? null : JSON.parse(text),
  };
}

const make = (name: string, more: object = {}) => call("POST", "/organizations", { body: { name, ...more } });

function sdkOptions() {
  return { clientId: here.clientId, apiHostname: "127.0.0.1", port: service.port, https: false };
}

test.each([
  ["8", () => new WorkOS8(here.apiKey, sdkOptions())],
  ["11", () => new WorkOS11(here.apiKey, sdkOptions())],
])("the official SDK %s creates, reads, changes, lists and deletes organizations", async (major, sdk) => {
  const { organizations } = sdk();
  const made = await organizations.createOrganization({
    name: `Acme ${major}`,
    externalId: `acme-${major}`,
    metadata: { tier: "gold" },
    domainData: [{ domain: `acme${major}.example`, state: "verified" as never }],
  });
  expect(made).toMatchObject({
    object: "organization",
    externalId: `acme-${major}`,
    metadata: { tier: "gold" },
  });
  expect(made.domains[0]).toMatchObject({ domain: `acme${major}.example`, state: "verified" });
  const changed = await organizations.updateOrganization({
    organization: made.id,
    name: "Renamed",
    metadata: { seats: "5" },
  });
  expect(changed).toMatchObject({ name: "Renamed", metadata: { tier: "gold", seats: "5" } });
  expect((await organizations.getOrganizationByExternalId(`acme-${major}`)).id).toBe(made.id);
  const listed = await organizations.listOrganizations({
    domains: [`acme${major}.example`, "other.example"],
  });
  expect(listed.data.map(({ id }) => id)).toEqual([made.id]);
  await organizations.deleteOrganization(made.id);
  await expect(organizations.getOrganization(made.id)).rejects.toMatchObject({ status: 404 });
});

test("the official SDK reads domains and connections", async () => {
  const workos = new WorkOS11(here.apiKey, sdkOptions());
  const domain = await workos.organizationDomains.createOrganizationDomain({
    domain: "New.Example",
    organizationId: here.organizationId,
  });
  expect(domain).toMatchObject({ domain: "new.example", state: "pending", verificationStrategy: "dns" });
  expect(domain.verificationToken).toBeTruthy();
  expect((await workos.organizationDomains.getOrganizationDomain(domain.id)).id).toBe(domain.id);
  const again = { domain: "new.example", organizationId: here.organizationId };
  await expect(workos.organizationDomains.createOrganizationDomain(again)).rejects.toMatchObject({
    status: 409,
  });
  await workos.organizationDomains.deleteOrganizationDomain(domain.id);
  const { body: made } = await service.manage("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "OktaSAML",
    name: "Okta",
    domains: ["example.com"],
  });
  const connections = await workos.sso.listConnections({ connectionType: "OktaSAML" as never });
  expect(connections.data).toMatchObject([{ id: made.id, type: "OktaSAML", state: "draft" }]);
  await workos.sso.deleteConnection(made.id ?? "");
  await expect(workos.sso.getConnection(made.id ?? "")).rejects.toMatchObject({ status: 404 });
});

test("a page follows a page in every order, and the cursor ends with null", async () => {
  const tag = `Page ${Date.now()}`;
  for (const number of [1, 2, 3, 4, 5]) await make(`${tag} ${number}`);
  const list = async (query: string) => {
    const { json } = await call("GET", `/organizations?search=${encodeURIComponent(tag)}&limit=2&${query}`);
    const { before, after } = json.list_metadata as { before: string | null; after: string | null };
    return { names: json.data.map(({ name }) => name.slice(-1)).join(""), before, after };
  };
  const first = await list("");
  expect(first).toMatchObject({ names: "54", before: null });
  const second = await list(`after=${first.after}`);
  expect(second.names).toBe("32");
  const third = await list(`after=${second.after}`);
  expect(third).toMatchObject({ names: "1", after: null });
  expect((await list(`before=${third.before}`)).names).toBe("32");
  const rising = await list("order=asc");
  expect([rising.names, (await list(`order=asc&after=${rising.after}`)).names]).toEqual(["12", "34"]);
  const normal = await list("order=normal");
  expect(normal).toMatchObject({ names: "54", after: null });
  const older = await list(`order=normal&before=${normal.before}`);
  expect(older.names).toBe("32");
  expect((await list(`order=normal&after=${older.after}`)).names).toBe("54");
});

test.each(["limit=0", "limit=101", "limit=x", "order=up", "before=a&after=b"])(
  "a list with %s is refused as invalid",
  async (query) => {
    const { status, json } = await call("GET", `/organizations?${query}`);
    expect([status, json.code]).toEqual([422, "invalid_request_parameters"]);
  },
);

test.each([
  "domains=a.example,b.example",
  "domains=a.example&domains=b.example",
  "domains[]=a.example&domains[]=b.example",
  "domains[0]=a.example&domains[1]=b.example",
])("reads a list written as %s", async (query) => {
  const { json } = await make(`Arrays ${query}`, {
    domain_data: [{ domain: "a.example", state: "pending" }],
  });
  const found = await call("GET", `/organizations?${query}`);
  expect(found.json.data.map(({ id }) => id)).toEqual([json.id]);
  await call("DELETE", `/organizations/${json.id}`);
});

test("another environment's key reads an object as not found, and its list does not show it", async () => {
  const theirs = { key: elsewhere.apiKey };
  const { json } = await make("Mine");
  const { json: domain } = await call("POST", "/organization_domains", {
    body: { domain: "mine.example", organization_id: json.id },
  });
  const { json: uris } = await call("GET", "/user_management/redirect_uris");
  for (const [method, path] of [
    ["GET", `/organizations/${json.id}`],
    ["PUT", `/organizations/${json.id}`],
    ["DELETE", `/organizations/${json.id}`],
    ["GET", `/organization_domains/${domain.id}`],
    ["POST", `/organization_domains/${domain.id}/verify`],
    ["DELETE", `/organization_domains/${domain.id}`],
    ["DELETE", `/user_management/redirect_uris/${uris.data[0]?.id}`],
  ] as const)
    expect([path, (await call(method, path, theirs)).status]).toEqual([path, 404]);
  expect(
    (await call("POST", "/portal/generate_link", { ...theirs, body: { organization: json.id } })).status,
  ).toBe(404);
  const listed = await call("GET", "/organizations?limit=100", theirs);
  expect(listed.json.data.map(({ id }) => id)).not.toContain(json.id);
  expect((await call("GET", `/organizations/${json.id}`)).status).toBe(200);
});

test.each([
  [{}, 422, "invalid_request_parameters"],
  [{ name: "x", metadata: { ünicode: "x" } }, 400, "invalid_metadata"],
  [
    { name: "x", metadata: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, "v"])) },
    400,
    "invalid_metadata",
  ],
  [
    { name: "x", domain_data: [{ domain: "not a domain", state: "pending" }] },
    422,
    "invalid_request_parameters",
  ],
  [{ name: "x", domain_data: [{ domain: "example.com", state: "pending" }] }, 409, "domain_already_exists"],
  [{ name: "nul\u0000" }, 400, "invalid_characters"],
  [{ name: "half \ud83d" }, 400, "invalid_characters"],
  [{ name: "n", metadata: { "\udc00": "v" } }, 400, "invalid_characters"],
])("creating an organization from %j answers %i %s", async (body, status, code) => {
  const answer = await call("POST", "/organizations", { body });
  expect([answer.status, answer.json.code]).toEqual([status, code]);
  expect(answer.json).not.toHaveProperty("error");
});

test("an external id is unique in its environment, and free in another", async () => {
  await make("One", { external_id: "ext/1" });
  expect((await make("Two", { external_id: "ext/1" })).json).toMatchObject({
    code: "external_id_already_used",
  });
  const other = await call("POST", "/organizations", {
    key: elsewhere.apiKey,
    body: { name: "One", external_id: "ext/1" },
  });
  expect(other.status).toBe(201);
  expect((await call("GET", "/organizations/external_id/ext%2F1")).status).toBe(200);
});

test("metadata is merged; null takes one pair away, and nothing takes all", async () => {
  const { json } = await make("Metadata", { metadata: { a: "1", b: "2" } });
  const put = async (metadata: unknown) =>
    (await call("PUT", `/organizations/${json.id}`, { body: { metadata } })).json.metadata;
  expect(await put({ a: null, c: "3" })).toEqual({ b: "2", c: "3" });
  expect(await put({})).toEqual({});
});

test("what is not found says which object it was", async () => {
  expect(await call("GET", "/organizations/org_none")).toMatchObject({
    status: 404,
    json: { message: "Organization not found: 'org_none'.", code: "entity_not_found", entity_id: "org_none" },
  });
});

test("an address that cannot be read is refused in the plain shape, which no SDK takes for OAuth's", async () => {
  const { status, json } = await call("GET", "/organizations/%FF");
  expect([status, json]).toEqual([400, { message: "The request could not be read.", code: "bad_request" }]);
});

test("a missing, wrong, expired or revoked key is unauthorized", async () => {
  const home = `/environments/${here.id}/api_keys`;
  const key = async () => (await service.manage("POST", home, { name: "short" })).body;
  const [ended, revoked] = [await key(), await key()];
  expect((await call("GET", "/organizations", { key: ended.value ?? "" })).status).toBe(200);
  await service.manage("POST", `${home}/${ended.id}/expire`, {});
  await service.manage("DELETE", `${home}/${revoked.id}`);
  for (const value of ["sk_test_wrong", ended.value ?? "", revoked.value ?? ""]) {
    const answer = await call("GET", "/organizations", { key: value });
    expect([answer.status, answer.json]).toEqual([401, { message: "Unauthorized" }]);
  }
  expect((await fetch(`${service.url}/organizations`)).status).toBe(401);
});

test("every answer has a request id, and an empty one no JSON content type", async () => {
  const { json } = await make("Gone");
  const gone = await call("DELETE", `/organizations/${json.id}`);
  expect([gone.status, gone.text, gone.headers.get("content-type")]).toEqual([202, "", null]);
  expect(gone.headers.get("x-request-id")).toBeTruthy();
});

test("an empty body with a JSON content type is accepted, as SDKs send it", async () => {
  const { json } = await call("POST", "/organization_domains", {
    body: { domain: "empty.example", organization_id: here.organizationId },
  });
  const status = await new Promise((resolve, reject) => {
    const sent = httpRequest(`${service.url}/organization_domains/${json.id}/verify`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${here.apiKey}`,
        "content-type": "application/json",
        "content-length": 0,
      },
    });
    sent.on("response", (answer) => resolve(answer.resume().statusCode)).on("error", reject);
    sent.end();
  });
  expect(status).toBe(201);
});

test("the same request with the same Idempotency-Key is carried out once, a different one again", async () => {
  const headers = { "idempotency-key": "once" };
  const send = (name: string) => call("POST", "/organizations", { body: { name }, headers });
  const [first, repeated, other] = [await send("Once"), await send("Once"), await send("Other")];
  expect(repeated.json).toEqual(first.json);
  expect(repeated.status).toBe(201);
  expect(other.json.id).not.toBe(first.json.id);
  const theirs = await call("POST", "/organizations", {
    body: { name: "Once" },
    headers,
    key: elsewhere.apiKey,
  });
  expect(theirs.json.id).not.toBe(first.json.id);
});

test.each([
  ["GET", "/data-integrations", 400, "not_supported_offline"],
  ["POST", "/radar/attempts", 400, "not_supported_offline"],
  ["GET", "/agents/registrations/one", 400, "not_supported_offline"],
  ["GET", "/nothing", 404, "not_found"],
  ["PATCH", "/organizations", 404, "not_found"],
])("%s %s answers %i %s", async (method, path, status, code) => {
  const answer = await call(method, path);
  expect([answer.status, answer.json.code]).toEqual([status, code]);
});

test("redirect URIs: the first is the default, which stays; a second one of the same is refused", async () => {
  const path = "/user_management/redirect_uris";
  const made = await call("POST", path, { body: { uri: "https://*.example.com/in" } });
  expect([made.status, made.json]).toMatchObject([201, { object: "redirect_uri", default: false }]);
  expect((await call("POST", path, { body: { uri: "https://*.example.com/in" } })).json.message).toBe(
    "Redirect URI 'https://*.example.com/in' already exists.",
  );
  expect((await call("POST", path, { body: { uri: "https://*.co.uk/in" } })).status).toBe(422);
  const { json } = await call("GET", `${path}?order=asc`);
  const refused = await call("DELETE", `${path}/${json.data[0]?.id}`);
  expect([refused.status, refused.json.message]).toEqual([409, "Cannot delete the default redirect URI."]);
  expect((await call("DELETE", `${path}/${made.json.id}`)).status).toBe(204);
});

test("a portal link is signed, says what it is for, and cannot be altered", async () => {
  const body = { organization: here.organizationId, intent: "sso" };
  const { status, json } = await call("POST", "/portal/generate_link", { body });
  expect(status).toBe(201);
  const link = String(json.link);
  const page = await visit(link);
  expect([page.status, page.text.includes("single sign-on")]).toEqual([200, true]);
  const [head = "", payload = "", signature = ""] = link.split("token=")[1]?.split(".") ?? [];
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: elsewhere.organizationId })).toString(
    "base64url",
  );
  expect((await visit(`${service.url}/portal?token=${head}.${forged}.${signature}`)).status).toBe(404);
});

test("where there is a console, a portal link leads on to its portal; what that has no pages for is said here", async () => {
  const console = "https://console.example";
  let later = 0;
  const leading = await startIdentityService(service.parts.env.databaseUrl, {
    baseUrl: service.url,
    portalUrl: console,
    clock: () => new Date(Date.now() + later),
  });
  const led = async (intent: string | null) => {
    const body = { organization: here.organizationId, ...(intent ? { intent } : {}) };
    const token =
      String((await call("POST", "/portal/generate_link", { body })).json.link).split("token=")[1] ?? "";
    const url = `http://127.0.0.1:${leading.port}/portal?token=${token}`;
    const { status, headers } = await fetch(url, { redirect: "manual" });
    return [status, headers.get("location") === `${console}/portal/ticket?token=${token}`];
  };
  for (const intent of ["sso", "dsync", "domain_verification", "certificate_renewal", null])
    expect(await led(intent), String(intent)).toEqual([303, true]);
  for (const intent of ["log_streams", "bring_your_own_key"])
    expect(await led(intent), intent).toEqual([200, false]);
  later = 6 * 60_000;
  expect(await led("sso"), "one that is too old is explained there").toEqual([303, true]);
  expect(await led("log_streams")).toEqual([404, false]);
  const bad = await fetch(`http://127.0.0.1:${leading.port}/portal?token=a.b.c`, { redirect: "manual" });
  expect([bad.status, bad.headers.get("location")]).toEqual([404, null]);
  await leading.close();
});

const authorize = (query: Record<string, string>) =>
  visit(
    `${service.url}/sso/authorize?${new URLSearchParams({ client_id: here.clientId, redirect_uri: here.redirectUri, response_type: "code", state: "s", ...query })}`,
  );

test.each([
  [{ client_id: "client_unknown", connection: "c" }],
  [{ redirect_uri: "https://evil.example/", connection: "c" }],
  [{ redirect_uri: "http://localhost:9999/Callback", connection: "c" }],
  [{ redirect_uri: "http://localhost:9999/callback?x", connection: "c" }],
  [{ redirect_uri: "http://localhost:9998/callback", connection: "c" }],
  [{ redirect_uri: "http://localhost:9999/callback#x", connection: "c" }],
  [{ redirect_uri: "http://localhost:9999/%63allback", connection: "c" }],
])("never redirects, but shows a page, for %j", async (query) => {
  const shown = await authorize(query as Record<string, string>);
  expect([shown.status, shown.location]).toEqual([400, null]);
  expect(shown.text).toContain("<h1>");
});

test.each([
  [{}, "invalid_connection_selector"],
  [{ provider: "authkit" }, "invalid_connection_selector"],
  [{ connection: "conn_none" }, "connection_invalid"],
  [{ organization: "org_none" }, "organization_invalid"],
  [{ domain: "none.example" }, "connection_domain_invalid"],
  [{ provider: "GoogleOAuth" }, "connection_strategy_invalid"],
  [{ connection: "c", organization: "o" }, "ambiguous_connection_selector"],
  [{ domain: "d.example", organization: "o" }, "domain_connection_selector_not_allowed"],
  [{ connection: "c", response_type: "token" }, "unsupported_response_type"],
])("tells the application of %j by the code %s, with its state", async (query, code) => {
  const { status, location } = await authorize(query as Record<string, string>);
  expect(status).toBe(302);
  expect(location?.origin + String(location?.pathname)).toBe(here.redirectUri);
  expect([location?.searchParams.get("error"), location?.searchParams.get("state")]).toEqual([code, "s"]);
  expect(location?.searchParams.get("error_description")).toBeTruthy();
});
