import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { formWalker } from "#tests/support/form-walker.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { type RogueIdp, startRogueIdp } from "#tests/support/rogue-oidc-provider.ts";
import { ADA, type IdpPerson, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";
import { connectSaml, type SamlConnection } from "#tests/support/sso-sessions.ts";

const idp = idpSettings();
const STATE = "st&te=ü";
let service: RunningIdentityService;
let here: TestEnvironment;
let rogue: RogueIdp;
let connection: SamlConnection;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  rogue = await startRogueIdp();
  connection = await connectSaml(service, here, idp);
});
afterAll(async () => {
  await rogue.close();
  await service.close();
});

const connections = () => `/environments/${here.id}/connections`;

/** Where the browser is sent that comes from the application with these parameters. */
async function authorize(parameters: Record<string, string>): Promise<URL> {
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    state: STATE,
    ...parameters,
  });
  const { location } = await visit(`${service.url}/sso/authorize?${query}`);
  if (!location) throw new Error("The browser was sent nowhere.");
  return location;
}

/** To the SAML provider and back, with what it says of a person. */
async function throughSaml({ person = ADA, audience = connection.sp.entity_id } = {}) {
  const relayState = (await authorize({ connection: connection.id })).searchParams.get("RelayState") ?? "";
  return await answer(connection, { person, relayState, audience });
}

async function answer(
  to: SamlConnection,
  { person, relayState, audience }: { person: IdpPerson; relayState: string; audience: string },
) {
  const SAMLResponse = await samlResponse(idp, person, {
    audience,
    acsUrl: to.sp.acs_url,
    ...(relayState ? { inResponseTo: relayState } : {}),
  });
  const { location } = await visit(to.sp.acs_url, { SAMLResponse, RelayState: relayState });
  return location ?? new URL("about:blank");
}

/** To the OpenID provider and back, with its answer changed on the way. */
async function throughOidc(change: (back: URL) => void): Promise<URL> {
  const made = await service.manage("POST", connections(), {
    connection_type: "GenericOIDC",
    name: "Example OIDC",
    state: "active",
    oidc: { issuer: rogue.issuer, client_id: "sallyport", client_secret: "secret" },
  });
  const back = rogue.answer(await authorize({ connection: made.body.id ?? "" }));
  change(back);
  return (await visit(back.href)).location ?? new URL("about:blank");
}

async function organization(name: string): Promise<string> {
  return (await callWire(service, here, "POST", "/organizations", { name })).body.id;
}

async function denied(): Promise<URL> {
  const settings = (sign_in_consent: boolean) =>
    service.manage("PATCH", `/environments/${here.id}`, {
      settings: { authentication: { sign_in_consent } },
    });
  await settings(true);
  try {
    const { page, browser } = await askedForConsent();
    return (await browser.send(page, { decision: "deny" }, here.redirectUri)).url;
  } finally {
    await settings(false);
  }
}

/** At the page that asks whether one means to sign in, in a browser that keeps its cookies. */
async function askedForConsent(browser = formWalker()) {
  const relayState = (await authorize({ connection: connection.id })).searchParams.get("RelayState") ?? "";
  const SAMLResponse = await samlResponse(idp, ADA, {
    audience: connection.sp.entity_id,
    acsUrl: connection.sp.acs_url,
    inResponseTo: relayState,
  });
  const form = `<form method="post" action="${connection.sp.acs_url}"><input type="hidden" name="RelayState" value="${relayState}"></form>`;
  const provider = { url: new URL(service.url), status: 200, text: form };
  const page = await browser.send(provider, { SAMLResponse }, here.redirectUri);
  return { browser, page };
}

/** The codes of WorkOS's list, each with a way to bring it about. */
const CAUSES: Record<string, () => Promise<URL>> = {
  access_denied: () =>
    throughOidc((back) => {
      back.searchParams.delete("code");
      back.searchParams.set("error", "access_denied");
    }),
  ambiguous_connection_selector: async () => {
    const organizationId = await organization("With two");
    for (const name of ["One", "Two"])
      await connectSaml(service, { ...here, organizationId }, idp, { name_id_format: `urn:${name}` });
    return await authorize({ organization: organizationId });
  },
  connection_domain_invalid: () => authorize({ domain: "nobodys.example" }),
  connection_invalid: () => authorize({ connection: "conn_01M0000000000000000000000" }),
  connection_strategy_invalid: () => authorize({ provider: "GoogleOAuth" }),
  connection_unlinked: async () => {
    const off = await connectSaml(service, here, idp);
    await service.manage("PATCH", `${connections()}/${off.id}`, { state: "inactive" });
    return await authorize({ connection: off.id });
  },
  domain_connection_selector_not_allowed: () =>
    authorize({ domain: "example.com", connection: connection.id }),
  idp_initiated_sso_disabled: () =>
    answer(connection, { person: ADA, relayState: "", audience: connection.sp.entity_id }),
  invalid_connection_selector: () => authorize({}),
  organization_invalid: async () => authorize({ organization: await organization("Without any") }),
  oauth_failed: () => throughOidc((back) => back.searchParams.set("iss", "https://other.example")),
  profile_not_allowed_outside_organization: () =>
    throughSaml({
      person: { ...ADA, nameId: "eve@evil.example", attributes: { email: "eve@evil.example" } },
    }),
  server_error: () => throughSaml({ audience: "https://other.example" }),
  signin_consent_denied: denied,
};

test.each(Object.keys(CAUSES))("the application is told %s, in words too, with its state", async (code) => {
  const back = await CAUSES[code]?.();
  expect(back?.href.startsWith(here.redirectUri)).toBe(true);
  const told = Object.fromEntries(back?.searchParams ?? []);
  expect(told).toMatchObject({ error: code, error_description: expect.stringMatching(/^[A-Z].{10,}\.$/) });
  // What began at the identity provider has no state of the application's; it names the connection instead.
  const began = code === "idp_initiated_sso_disabled";
  expect(told.state).toBe(began ? undefined : STATE);
  expect([told.connection_id, told.organization_id]).toEqual(
    began ? [connection.id, here.organizationId] : [undefined, undefined],
  );
});

test.each<Record<string, string>>([
  { organization: "org_01M0000000000000000000000" },
  { provider: "authkit" },
  { organization: "org_01M0000000000000000000000", connection: "conn_01M0000000000000000000000" },
])("nothing but these codes comes of a selector that leads nowhere: %j", async (selector) => {
  const { searchParams } = await authorize(selector);
  expect(Object.keys(CAUSES)).toContain(searchParams.get("error"));
});

test("before an identity provider's word signs them in people are asked, once in a browser, where the environment says so", async () => {
  const settings = { authentication: { sign_in_consent: true } };
  await service.manage("PATCH", `/environments/${here.id}`, { settings });
  try {
    const { browser, page } = await askedForConsent();
    expect(page.text).toContain("ada@example.com");
    expect(page.text).toContain("idp.example.com");
    const stranger = await formWalker().send(page, { decision: "accept" }, here.redirectUri);
    expect(stranger.status).toBe(400);
    const back = await browser.send(page, { decision: "accept" }, here.redirectUri);
    expect(back.url.searchParams.get("code")).toBeTruthy();
    // The page is good once, and its answer is kept.
    const twice = await browser.send(page, { decision: "accept" }, here.redirectUri);
    expect(twice.url.searchParams.has("code")).toBe(false);
    const again = await askedForConsent(browser);
    expect(again.page.url.searchParams.get("code")).toBeTruthy();
  } finally {
    await service.manage("PATCH", `/environments/${here.id}`, {
      settings: { authentication: { sign_in_consent: false } },
    });
  }
});

test.each([
  ["OktaSAML", { login_hint: "ada@example.com" }],
  ["AzureSAML", { login_hint: "ada@example.com", whr: "example.com" }],
  ["GenericSAML", {}],
])("%s is given the hints that it reads, beside what is signed", async (connection_type, hints) => {
  const made = await service.manage("POST", connections(), {
    connection_type,
    name: "Hinted",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
      sign_requests: true,
    },
  });
  const asked = { login_hint: "ada@example.com", domain_hint: "example.com" };
  const { searchParams } = await authorize({ connection: made.body.id ?? "", ...asked });
  const { SAMLRequest, RelayState, SigAlg, Signature, ...beside } = Object.fromEntries(searchParams);
  expect([SAMLRequest, RelayState, SigAlg, Signature].every(Boolean)).toBe(true);
  expect(beside).toEqual(hints);
});

test("an OpenID provider is given both hints, and prompt=login as it is", async () => {
  const made = await service.manage("POST", connections(), {
    connection_type: "GenericOIDC",
    name: "Example OIDC",
    state: "active",
    oidc: { issuer: rogue.issuer, client_id: "sallyport", client_secret: "secret" },
  });
  const asked = { login_hint: "ada@example.com", domain_hint: "example.com", prompt: "login" };
  const { searchParams } = await authorize({ connection: made.body.id ?? "", ...asked });
  expect(Object.fromEntries(searchParams)).toMatchObject(asked);
});
