import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

interface Connection {
  id: string;
  sp: { entity_id: string; acs_url: string };
}

const idp = idpSettings();
let service: RunningIdentityService;
let here: TestEnvironment;
let connection: Connection;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  const made = await service.manage<Connection>("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "GenericSAML",
    name: "Example SAML",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
    },
  });
  connection = made.body;
});
afterAll(async () => await service.close());

/** The identity provider's answer to a request of ours. */
async function answerTo(request: URL | null): Promise<Record<string, string>> {
  const inResponseTo = request?.searchParams.get("RelayState") ?? "";
  const circumstances = {
    inResponseTo,
    acsUrl: connection.sp.acs_url,
    audience: connection.sp.entity_id,
  };
  return { SAMLResponse: await samlResponse(idp, ADA, circumstances), RelayState: inResponseTo };
}

/** A code of single sign-on, as an application is given it at its own address. */
async function codeFor(more: Record<string, string> = {}): Promise<string> {
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    connection: connection.id,
    ...more,
  });
  const { location } = await visit(`${service.url}/sso/authorize?${query}`);
  const back = await visit(connection.sp.acs_url, await answerTo(location));
  return back.location?.searchParams.get("code") ?? "";
}

const sdk = () => sdkFor(service, here).userManagement;
const exchange = (code: string) => sdk().authenticateWithCode({ clientId: here.clientId, code });
const token = (fields: Record<string, string>) =>
  visit(`${service.url}/sso/token`, {
    grant_type: "authorization_code",
    client_id: here.clientId,
    client_secret: here.apiKey,
    ...fields,
  });

test.each(["/user_management/authenticate", "/sso/token"])(
  "a code of single sign-on that comes twice ends the session of the first, brought to %s",
  async (path) => {
    const code = await codeFor();
    const { user, refreshToken } = await exchange(code);
    const again = path === "/sso/token" ? (await token({ code })).status : exchange(code);
    if (path === "/sso/token") expect(again).toBe(400);
    else await expect(again).rejects.toMatchObject({ error: "invalid_grant" });
    const sessions = (await sdk().listSessions(user.id)).data;
    expect(sessions.map(({ status }) => status)).not.toContain("active");
    const refreshed = sdk().authenticateWithRefreshToken({ clientId: here.clientId, refreshToken });
    await expect(refreshed).rejects.toMatchObject({ error: "invalid_grant" });
  },
);

test("a code whose token was fetched at /sso/token takes the token back when it is brought for a session", async () => {
  const code = await codeFor();
  const { access_token } = JSON.parse((await token({ code })).text);
  const profile = () =>
    fetch(`${service.url}/sso/profile`, { headers: { authorization: `Bearer ${access_token}` } });
  expect((await profile()).status).toBe(200);
  await expect(exchange(code)).rejects.toMatchObject({ error: "invalid_grant" });
  expect((await profile()).status).toBe(401);
});

/** A browser that has come to the hosted pages for the connection, and the address the identity provider's answer leads back to. */
async function arrive() {
  const browser = plainBrowser(service.url);
  await browser.goTo(
    sdk().getAuthorizationUrl({
      clientId: here.clientId,
      redirectUri: here.redirectUri,
      connectionId: connection.id,
      state: "s",
    }),
  );
  const back = await visit(connection.sp.acs_url, await answerTo(browser.left));
  return { browser, back: back.location ?? new URL("about:blank") };
}

test("a code that an application was given at its own address signs nobody in on the hosted pages", async () => {
  const { browser, back } = await arrive();
  const injected = new URL(back);
  injected.searchParams.set("code", await codeFor());
  await browser.goTo(injected);
  expect(browser.left?.searchParams.get("code")).toBeNull();
  expect(browser.left?.searchParams.get("error")).toBeTruthy();
});

test("a code of one sign-in on the hosted pages is none in another, nor for an application with its secret", async () => {
  const [mine, theirs] = [await arrive(), await arrive()];
  const code = theirs.back.searchParams.get("code") ?? "";
  const injected = new URL(mine.back);
  injected.searchParams.set("code", code);
  await mine.browser.goTo(injected);
  expect(mine.browser.left?.searchParams.get("code")).toBeNull();
  expect((await token({ code })).status).toBe(400);
  // Where it belongs it is good: it was refused above for nothing else.
  await theirs.browser.goTo(theirs.back);
  expect(theirs.browser.left?.searchParams.get("code")).toBeTruthy();
});

test("a code asked for with PKCE is none on the hosted pages either, and plain PKCE is refused from the start", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const { browser, back } = await arrive();
  const injected = new URL(back);
  injected.searchParams.set(
    "code",
    await codeFor({ code_challenge: challenge, code_challenge_method: "S256" }),
  );
  await browser.goTo(injected);
  expect(browser.left?.searchParams.get("code")).toBeNull();
  for (const method of ["plain", "s256", ""]) {
    const asked = new URL(
      sdk().getAuthorizationUrl({
        clientId: here.clientId,
        redirectUri: here.redirectUri,
        provider: "authkit",
        codeChallenge: challenge,
        codeChallengeMethod: "S256",
      }),
    );
    asked.searchParams.set("code_challenge_method", method);
    const { location } = await visit(asked.href);
    expect(location?.searchParams.get("error")).toBe("invalid_request");
  }
});

test("a code given to one environment is none in another", async () => {
  const elsewhere = await prepareEnvironment(service);
  const code = await codeFor();
  const body = { grant_type: "authorization_code", code, client_id: elsewhere.clientId };
  const refused = await callWire(service, elsewhere, "POST", "/user_management/authenticate", {
    ...body,
    client_secret: elsewhere.apiKey,
  });
  expect([refused.status, refused.body.error]).toEqual([400, "invalid_grant"]);
  const token = await visit(`${service.url}/sso/token`, { ...body, client_secret: elsewhere.apiKey });
  expect(token.status).toBe(400);
  // And what was tried there took nothing from its owner.
  expect((await exchange(code)).user.email).toBe(ADA_EMAIL);
});
const ADA_EMAIL = "ada@example.com";
