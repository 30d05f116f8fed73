import { createHash, randomBytes } from "node:crypto";
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
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

interface ManagedConnection {
  id: string;
  state: string;
  sp: { entity_id: string; acs_url: string; metadata_url: string };
  last_sign_in_at: string | null;
  failures_24h: number;
}
interface Trace {
  state: string;
  purpose: string;
  checks: { id: string; result: string }[];
  profile: { email: string } | null;
  error: { code: string } | null;
}

const idp = idpSettings();
const EVE = { ...ADA, nameId: "eve@evil.example", attributes: { email: "eve@evil.example" } };
let service: RunningIdentityService;
let twin: RunningIdentityService;
let environment: TestEnvironment;
let connection: ManagedConnection;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  twin = await startIdentityService(database.identityUrl, { baseUrl: service.url });
  environment = await prepareEnvironment(service);
  connection = await connect();
});
afterAll(async () => {
  await service.close();
  await twin.close();
});

const home = () => `/environments/${environment.id}/connections`;

async function connect(saml: Record<string, unknown> = {}, state = "active"): Promise<ManagedConnection> {
  const made = await service.manage<ManagedConnection>("POST", home(), {
    organization_id: environment.organizationId,
    connection_type: "GenericSAML",
    name: "Example SAML",
    state,
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
      ...saml,
    },
  });
  expect(made.status).toBe(201);
  return made.body;
}

async function begin(at = service, to = connection, extra: Record<string, string> = {}) {
  const query = new URLSearchParams({
    client_id: environment.clientId,
    redirect_uri: environment.redirectUri,
    response_type: "code",
    connection: to.id,
    state: "st&te=ü",
    ...extra,
  });
  const { location } = await visit(`${at.url}/sso/authorize?${query}`);
  return { location, relayState: location?.searchParams.get("RelayState") ?? "" };
}

async function answer(relayState: string, { at = service, to = connection, person = ADA } = {}) {
  const SAMLResponse = await samlResponse(idp, person, {
    audience: to.sp.entity_id,
    acsUrl: to.sp.acs_url,
    inResponseTo: relayState,
  });
  return {
    SAMLResponse,
    RelayState: relayState,
    post: () => post(at, to, { SAMLResponse, RelayState: relayState }),
  };
}

function post(at: RunningIdentityService, to: ManagedConnection, form: Record<string, string>) {
  return visit(to.sp.acs_url.replace(service.url, at.url), form);
}

async function signIn(extra: Record<string, string> = {}): Promise<string> {
  const { relayState } = await begin(service, connection, extra);
  const { location } = await (await answer(relayState)).post();
  return location?.searchParams.get("code") ?? "";
}

function redeem(
  at: RunningIdentityService,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const body = new URLSearchParams({
    client_id: environment.clientId,
    grant_type: "authorization_code",
    ...fields,
  });
  return fetch(`${at.url}/sso/token`, { method: "POST", body, headers });
}

async function lastTrace(of = connection): Promise<Trace | undefined> {
  const { body } = await service.manage<{ data: Trace[] }>("GET", `${home()}/${of.id}/traces`);
  return body.data[0];
}

test.each([
  ["8", () => new WorkOS8(environment.apiKey, sdkOptions())],
  ["11", () => new WorkOS11(environment.apiKey, sdkOptions())],
])(
  "an application with the official SDK %s signs a person in, with only its host changed",
  async (_major, sdk) => {
    const workos = sdk();
    const url = workos.sso.getAuthorizationUrl({
      clientId: environment.clientId,
      organization: environment.organizationId,
      redirectUri: environment.redirectUri,
      state: "abc",
    });
    const { location } = await visit(url);
    const { post: send } = await answer(location?.searchParams.get("RelayState") ?? "");
    const back = (await send()).location;
    expect(back?.searchParams.get("state")).toBe("abc");
    const { profile, accessToken } = await workos.sso.getProfileAndToken({
      code: back?.searchParams.get("code") ?? "",
      clientId: environment.clientId,
    });
    expect(profile).toMatchObject({
      email: "ada@example.com",
      firstName: "Ada",
      lastName: "Lovelace",
      idpId: "ada@example.com",
      connectionId: connection.id,
      organizationId: environment.organizationId,
      connectionType: "GenericSAML",
      groups: ["engineers", "operators"],
    });
    expect((await workos.sso.getProfile({ accessToken })).id).toBe(profile.id);
  },
);

function sdkOptions() {
  return { clientId: environment.clientId, apiHostname: "127.0.0.1", port: service.port, https: false };
}

test("the state comes back verbatim, and the profile id is the same at every sign-in", async () => {
  const { relayState } = await begin();
  const { location } = await (await answer(relayState)).post();
  expect(location?.searchParams.get("state")).toBe("st&te=ü");
  const first = await redeem(service, {
    code: location?.searchParams.get("code") ?? "",
    client_secret: environment.apiKey,
  });
  const again = await redeem(service, { code: await signIn(), client_secret: environment.apiKey });
  const [one, two] = (await Promise.all([first.json(), again.json()])) as { profile: { id: string } }[];
  expect(one?.profile.id).toBe(two?.profile.id);
});

test("a response is good for one sign-in, whichever instance sees it", async () => {
  const { relayState } = await begin(service);
  const { SAMLResponse, RelayState } = await answer(relayState);
  expect(
    (await post(twin, connection, { SAMLResponse, RelayState })).location?.searchParams.get("code"),
  ).toBeTruthy();
  const replay = await post(service, connection, { SAMLResponse, RelayState });
  expect(replay.location).toBeNull();
  expect(replay.status).toBe(400);
});

test("of two instances handed the same response at once, one grants a code", async () => {
  const { relayState } = await begin();
  const { SAMLResponse, RelayState } = await answer(relayState);
  const both = await Promise.all(
    [service, twin].map((at) => post(at, connection, { SAMLResponse, RelayState })),
  );
  expect(both.filter(({ location }) => location?.searchParams.has("code"))).toHaveLength(1);
});

test("an assertion that was used is refused in a sign-in the identity provider began", async () => {
  const open = await connect({ idp_initiated: true });
  const SAMLResponse = await samlResponse(idp, ADA, { audience: open.sp.entity_id, acsUrl: open.sp.acs_url });
  const first = await post(service, open, { SAMLResponse });
  expect(first.location?.href.startsWith(environment.redirectUri)).toBe(true);
  expect(first.location?.searchParams.has("code")).toBe(true);
  expect(first.location?.searchParams.has("state")).toBe(false);
  const replay = await post(twin, open, { SAMLResponse });
  expect(replay.location?.searchParams.get("error")).toBe("server_error");
  expect((await lastTrace(open))?.checks.find(({ id }) => id === "assertion.first_use")?.result).toBe(
    "failed",
  );
});

test("a sign-in the identity provider begins is refused where that is off, with the connection's and organization's ids", async () => {
  const SAMLResponse = await samlResponse(idp, ADA, {
    audience: connection.sp.entity_id,
    acsUrl: connection.sp.acs_url,
  });
  const { location } = await post(service, connection, { SAMLResponse });
  expect(location?.searchParams.get("error")).toBe("idp_initiated_sso_disabled");
  expect(location?.searchParams.get("connection_id")).toBe(connection.id);
  expect(location?.searchParams.get("organization_id")).toBe(environment.organizationId);
});

test("RelayState leads to a registered redirect URI and to no other", async () => {
  const open = await connect({ idp_initiated: true });
  await service.manage("POST", `/environments/${environment.id}/redirect_uris`, {
    uri: "https://app.example.com/in",
  });
  const to = async (uri: string) => {
    const SAMLResponse = await samlResponse(idp, ADA, {
      audience: open.sp.entity_id,
      acsUrl: open.sp.acs_url,
    });
    return (
      await post(service, open, { SAMLResponse, RelayState: `redirect_uri=${encodeURIComponent(uri)}` })
    ).location;
  };
  expect((await to("https://app.example.com/in"))?.host).toBe("app.example.com");
  expect((await to("https://evil.example/in"))?.host).toBe("localhost:9999");
});

test("a person outside the organization's domains is refused, and the trace says why", async () => {
  const { relayState } = await begin();
  const { location } = await (await answer(relayState, { person: EVE })).post();
  expect(location?.searchParams.get("error")).toBe("profile_not_allowed_outside_organization");
  expect(location?.searchParams.get("state")).toBe("st&te=ü");
  const trace = await lastTrace();
  expect(trace).toMatchObject({
    state: "failed",
    error: { code: "profile_not_allowed_outside_organization" },
  });
  expect(trace?.checks.at(-1)).toMatchObject({ id: "profile.domain", result: "failed" });
});

test("a response made for another connection is refused", async () => {
  const other = await connect();
  const { relayState } = await begin();
  const { SAMLResponse, RelayState } = await answer(relayState, { to: other });
  const { location } = await post(service, connection, { SAMLResponse, RelayState });
  expect(location?.searchParams.get("error")).toBe("server_error");
});

test("a connection that is switched off between request and response signs nobody in", async () => {
  const closing = await connect();
  const { relayState } = await begin(service, closing);
  await service.manage("PATCH", `${home()}/${closing.id}`, { state: "inactive" });
  const { location } = await (await answer(relayState, { to: closing })).post();
  expect(location?.searchParams.get("error")).toBe("connection_unlinked");
});

test("requests are signed where the connection asks for it, and the metadata carries the certificate", async () => {
  const signed = await connect({ sign_requests: true });
  const { location } = await begin(service, signed);
  expect(location?.searchParams.get("SigAlg")).toContain("rsa-sha256");
  expect(location?.searchParams.get("Signature")).toBeTruthy();
  const metadata = await visit(signed.sp.metadata_url);
  expect(metadata.text).toContain(signed.sp.acs_url);
  expect(metadata.text).toContain("X509Certificate");
});

test("an encrypted assertion is opened with the environment's key", async () => {
  const { body } = await service.manage<{ data: { purpose: string; certificate: string }[] }>(
    "GET",
    `/environments/${environment.id}/signing_keys`,
  );
  const certificate = body.data.find(({ purpose }) => purpose === "saml")?.certificate ?? "";
  const { relayState } = await begin();
  const SAMLResponse = await samlResponse(
    { ...idp, encryptFor: { certificate, algorithm: "http://www.w3.org/2009/xmlenc11#aes256-gcm" } },
    ADA,
    { audience: connection.sp.entity_id, acsUrl: connection.sp.acs_url, inResponseTo: relayState },
  );
  const { location } = await post(service, connection, { SAMLResponse, RelayState: relayState });
  expect(location?.searchParams.get("code")).toBeTruthy();
});

test("a code is good once: its second use is refused and takes back the token of the first", async () => {
  const code = await signIn();
  const fields = { code, client_secret: environment.apiKey };
  const { access_token } = (await (await redeem(service, fields)).json()) as { access_token: string };
  const profile = () =>
    fetch(`${service.url}/sso/profile`, { headers: { authorization: `Bearer ${access_token}` } });
  expect((await profile()).status).toBe(200);
  const replay = await redeem(twin, fields);
  expect(replay.status).toBe(400);
  expect(await replay.json()).toEqual({
    error: "invalid_grant",
    error_description: `The code '${code}' has expired or is invalid.`,
  });
  const gone = await profile();
  expect([gone.status, await gone.json()]).toEqual([401, { error: "Unauthorized" }]);
});

test("an SDK's retry of the same request is no replay", async () => {
  const code = await signIn();
  const send = () =>
    redeem(service, { code, client_secret: environment.apiKey }, { "idempotency-key": "retry-1" });
  expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
});

test("of two applications with the same code at once, one gets a token", async () => {
  const fields = { code: await signIn(), client_secret: environment.apiKey };
  const both = await Promise.all([redeem(service, fields), redeem(twin, fields)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
});

test("PKCE replaces the secret, and a code asked for with PKCE needs its verifier", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const pkce = { code_challenge: challenge, code_challenge_method: "S256" };
  expect((await redeem(service, { code: await signIn(pkce), code_verifier: verifier })).status).toBe(200);
  const code = await signIn(pkce);
  expect((await redeem(service, { code, client_secret: environment.apiKey })).status).toBe(400);
  expect((await redeem(service, { code, code_verifier: `${verifier}x` })).status).toBe(400);
  const both = { code, client_secret: environment.apiKey, code_verifier: verifier };
  expect((await redeem(service, both)).status).toBe(200);
  const plain = await begin(service, connection, {
    code_challenge: verifier,
    code_challenge_method: "plain",
  });
  expect(plain.location?.searchParams.get("error")).toBe("invalid_request");
});

test("a code that was not asked for with PKCE cannot be had without the secret", async () => {
  const answered = await redeem(service, { code: await signIn(), code_verifier: "x".repeat(43) });
  expect(await answered.json()).toMatchObject({ error: "invalid_grant" });
});

test("the token endpoint takes a form, JSON and a query", async () => {
  const fields = async () => ({
    client_id: environment.clientId,
    client_secret: environment.apiKey,
    grant_type: "authorization_code",
    code: await signIn(),
  });
  const json = await fetch(`${service.url}/sso/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(await fields()),
  });
  const query = await fetch(`${service.url}/sso/token?${new URLSearchParams(await fields())}`, {
    method: "POST",
  });
  expect([json.status, query.status]).toEqual([200, 200]);
  expect(Object.keys((await query.json()) as object)).toEqual([
    "token_type",
    "access_token",
    "expires_in",
    "profile",
  ]);
});

test.each([
  [{ client_id: "client_unknown" }, "invalid_client"],
  [{ client_secret: "sk_test_wrong" }, "invalid_client"],
  [{ grant_type: "password" }, "unsupported_grant_type"],
  [{ code: "01WRONG" }, "invalid_grant"],
])("the token endpoint refuses %j as %s", async (wrong, error) => {
  const fields = { client_secret: environment.apiKey, code: "01M0000000000000000000000", ...wrong };
  const answered = await redeem(service, fields as Record<string, string>);
  expect(answered.status).toBe(400);
  expect(await answered.json()).toMatchObject({ error });
});

test("a test sign-in tries a draft, shows each check, grants nothing, and its link is good once", async () => {
  const draft = await connect({}, "draft");
  const { body: made } = await service.manage<{ id: string; url: string }>(
    "POST",
    `${home()}/${draft.id}/test_sign_ins`,
  );
  const read = async () =>
    (await service.manage<Trace>("GET", `${home()}/${draft.id}/test_sign_ins/${made.id}`)).body;
  expect((await read()).state).toBe("pending");
  const { location } = await visit(made.url);
  const page = await (await answer(location?.searchParams.get("RelayState") ?? "", { to: draft })).post();
  expect(page.status).toBe(200);
  expect(page.location).toBeNull();
  expect(page.text).toContain("The test sign-in passed");
  const trace = await read();
  expect(trace).toMatchObject({ state: "passed", profile: { email: "ada@example.com" } });
  expect(trace.checks.length).toBeGreaterThan(10);
  expect((await visit(made.url)).status).toBe(404);
});

test("a connection tells when it last signed somebody in, and how often it failed", async () => {
  const { body } = await service.manage<ManagedConnection>("GET", `${home()}/${connection.id}`);
  expect(body.last_sign_in_at).not.toBeNull();
  expect(body.failures_24h).toBeGreaterThan(0);
});
