import { createRemoteJWKSet, jwtVerify } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { type PlainBrowser, plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
});
afterAll(() => service.close());

const PASSWORD = "a rather long pass phrase";
const CALLBACK = "http://localhost:9998/callback";
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const issuer = (site = here) => `${service.url}/issuers/${site.clientId}`;

let made = 0;
async function newUser(): Promise<{ id: string; email: string }> {
  made += 1;
  const user = {
    email: `connect${made}@outside.example`,
    password: PASSWORD,
    email_verified: true,
    first_name: "Kim",
  };
  return (await call("POST", "/user_management/users", user)).body;
}
async function newApplication(more: object = {}): Promise<{ id: string; clientId: string; secret: string }> {
  const { status, body } = await call("POST", "/connect/applications", {
    name: "Reports & more",
    application_type: "oauth",
    is_first_party: true,
    redirect_uris: [{ uri: CALLBACK, default: true }],
    ...more,
  });
  expect(status).toBe(201);
  const secret = (await call("POST", `/connect/applications/${body.id}/client_secrets`)).body.secret;
  return { id: body.id, clientId: body.client_id, secret };
}
const discover = (clientId: string, secret?: string, site = here) =>
  openid.discovery(new URL(issuer(site)), clientId, secret, secret ? undefined : openid.None(), {
    execute: [openid.allowInsecureRequests],
  });

/** A sign-in with a certified OpenID client, up to where the browser comes back to the application. */
async function arrive(
  config: openid.Configuration,
  user: { email: string },
  scope = "openid profile email offline_access",
): Promise<{
  browser: PlainBrowser;
  checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string };
}> {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const browser = plainBrowser(service.url);
  await browser.goTo(url);
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: PASSWORD });
  return { browser, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

test("a certified OpenID client signs a person in, and its ID token, user info and refreshes are as the standard says", async () => {
  const user = await newUser();
  const application = await newApplication();
  const config = await discover(application.clientId, application.secret);
  const { browser, checks } = await arrive(config, user);
  const tokens = await openid.authorizationCodeGrant(config, browser.left ?? new URL(CALLBACK), checks);
  expect(tokens.claims()).toMatchObject({
    sub: user.id,
    email: user.email,
    email_verified: true,
    given_name: "Kim",
  });
  const info = await openid.fetchUserInfo(config, tokens.access_token, user.id);
  expect(info).toMatchObject({ sub: user.id, email: user.email });
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "");
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  const introspected = await openid.tokenIntrospection(config, refreshed.access_token);
  expect(introspected).toMatchObject({ active: true, sub: user.id, client_id: application.clientId });
  // The token before, again: somebody has stolen one of the two.
  await expect(openid.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(openid.refreshTokenGrant(config, refreshed.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  expect(await openid.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false });
});

test("a code is good once, for the application it was given to, with the verifier it was asked for", async () => {
  const user = await newUser();
  const application = await newApplication();
  const other = await newApplication();
  const config = await discover(application.clientId, application.secret);
  const { browser, checks } = await arrive(config, user);
  const code = browser.left?.searchParams.get("code") ?? "";
  const redeem = async (fields: Record<string, string>, by = application) => {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: by.clientId,
      client_secret: by.secret,
      code,
      code_verifier: checks.pkceCodeVerifier,
      ...fields,
    });
    return (await fetch(`${issuer()}/oauth2/token`, { method: "POST", body })).status;
  };
  expect(await redeem({}, other)).toBe(400);
  expect(await redeem({ code_verifier: openid.randomPKCECodeVerifier() })).toBe(400);
  expect(await redeem({ redirect_uri: "http://localhost:9998/other" })).toBe(400);
  expect(await redeem({ client_secret: "wrong" })).toBe(401);
  expect(await redeem({})).toBe(200);
  expect(await redeem({})).toBe(400);
});

test("an application that keeps no secret proves itself by PKCE, and is refused without it", async () => {
  const user = await newUser();
  const application = await newApplication({ uses_pkce: true });
  const config = await discover(application.clientId);
  const { browser, checks } = await arrive(config, user);
  const tokens = await openid.authorizationCodeGrant(config, browser.left ?? new URL(CALLBACK), checks);
  expect(tokens.claims()?.sub).toBe(user.id);
  const plain = plainBrowser(service.url);
  await plain.goTo(
    `${issuer()}/oauth2/authorize?client_id=${application.clientId}&response_type=code&redirect_uri=${encodeURIComponent(CALLBACK)}`,
  );
  expect(plain.left?.searchParams.get("error")).toBe("invalid_request");
});

test("somebody else's application is let in by the person alone, once, and shut out again by taking it back", async () => {
  const user = await newUser();
  const application = await newApplication({ is_first_party: false, organization_id: here.organizationId });
  await call("POST", "/user_management/organization_memberships", {
    user_id: user.id,
    organization_id: here.organizationId,
  });
  const config = await discover(application.clientId, application.secret);
  const denied = await arrive(config, user);
  expect(denied.browser.text).toContain("Let Reports &#38; more use your account?");
  await denied.browser.send("deny");
  expect(denied.browser.left?.searchParams.get("error")).toBe("access_denied");
  const { browser, checks } = await arrive(config, user);
  await browser.send("approve");
  const tokens = await openid.authorizationCodeGrant(config, browser.left ?? new URL(CALLBACK), checks);
  expect(tokens.claims()?.org_id).toBe(here.organizationId);
  const again = await arrive(config, user);
  expect(again.browser.left?.searchParams.get("code")).not.toBeNull();
  const listed = (await call("GET", `/user_management/users/${user.id}/authorized_applications`)).body;
  expect(listed.data).toMatchObject([
    { granted_scopes: expect.arrayContaining(["openid"]), application: { id: application.id } },
  ]);
  const ofOrganization = (await call("GET", `/organizations/${here.organizationId}/authorized_applications`))
    .body;
  expect(ofOrganization.data).toMatchObject([{ user_id: user.id }]);
  const taken = await call(
    "DELETE",
    `/user_management/users/${user.id}/authorized_applications/${application.id}`,
  );
  expect(taken.status).toBe(204);
  expect(await openid.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  await expect(openid.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
});

test("an application asks nothing of whoever is known in the browser, but for consent", async () => {
  const user = await newUser();
  await call("POST", "/user_management/organization_memberships", {
    user_id: user.id,
    organization_id: here.organizationId,
  });
  const own = await newApplication();
  const others = await newApplication({ is_first_party: false, organization_id: here.organizationId });
  const { browser } = await arrive(await discover(own.clientId, own.secret), user);
  const ask = async (application: { clientId: string; secret: string }, more: Record<string, string>) => {
    const config = await discover(application.clientId, application.secret);
    const checks = {
      pkceCodeVerifier: openid.randomPKCECodeVerifier(),
      expectedState: openid.randomState(),
      maxAge: Number(more.max_age ?? 3_600),
    };
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: "openid email",
      state: checks.expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: "S256",
      ...more,
    });
    await browser.goTo(url);
    return {
      back: browser.left,
      tokens: () => openid.authorizationCodeGrant(config, browser.left as URL, checks),
    };
  };
  const silent = await ask(own, { prompt: "none", max_age: "3600" });
  // The client holds `auth_time` against the age it asked for.
  expect((await silent.tokens()).claims()?.sub).toBe(user.id);
  const errorOf = async (...asked: Parameters<typeof ask>) =>
    (await ask(...asked)).back?.searchParams.get("error");
  expect(await errorOf(others, { prompt: "none" })).toBe("consent_required");
  expect((await ask(others, {})).back).toBeNull();
  await browser.send("approve");
  expect((await (await ask(others, { prompt: "none" })).tokens()).claims()?.sub).toBe(user.id);
  expect((await ask(others, { prompt: "consent" })).back).toBeNull();
  expect((await ask(own, { prompt: "login" })).back).toBeNull();
  expect(await errorOf(own, { prompt: "none", max_age: "0" })).toBe("login_required");
});

test("a device is signed in to an application by the person who types its code, and gets tokens of that application alone", async () => {
  const user = await newUser();
  const application = await newApplication();
  const config = await discover(application.clientId, application.secret);
  const device = await openid.initiateDeviceAuthorization(config, { scope: "openid email offline_access" });
  const browser = plainBrowser(service.url);
  await browser.goTo(device.verification_uri_complete ?? "");
  await browser.enter({ user_code: device.user_code });
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: PASSWORD });
  expect(browser.text).toContain("A device asks to be signed in to Reports &#38; more");
  const poll = async (clientId: string, secret: string) => {
    const answer = await fetch(`${issuer()}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        client_id: clientId,
        client_secret: secret,
        device_code: device.device_code,
      }),
    });
    return (await answer.json()) as Record<string, string>;
  };
  expect((await poll(application.clientId, application.secret)).error).toBe("authorization_pending");
  expect((await poll(application.clientId, application.secret)).error).toBe("slow_down");
  await browser.send("approve");
  expect(browser.text).toContain("Your device is signed in");
  // Neither another application nor user management takes the code.
  const other = await newApplication();
  expect((await poll(other.clientId, other.secret)).error).toBe("invalid_grant");
  const asUser = await call("POST", "/user_management/authenticate", {
    client_id: here.clientId,
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: device.device_code,
  });
  expect(asUser.body.error).toBe("invalid_grant");
  const tokens = await poll(application.clientId, application.secret);
  const { payload } = await jwtVerify(
    tokens.id_token ?? "",
    createRemoteJWKSet(new URL(`${issuer()}/oauth2/jwks`)),
    { issuer: issuer(), audience: application.clientId },
  );
  expect(payload).toMatchObject({ sub: user.id, email: user.email });
  expect((await openid.refreshTokenGrant(config, tokens.refresh_token ?? "")).access_token).toBeTruthy();
  expect((await poll(application.clientId, application.secret)).error).toBe("invalid_grant");
});

test("a device whose person says no is told so, and a machine has no person to ask", async () => {
  const user = await newUser();
  const application = await newApplication();
  const config = await discover(application.clientId, application.secret);
  const device = await openid.initiateDeviceAuthorization(config, { scope: "openid" });
  const browser = plainBrowser(service.url);
  await browser.goTo(device.verification_uri);
  await browser.enter({ user_code: device.user_code });
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: PASSWORD });
  await browser.send("deny");
  await expect(
    openid.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.1 }),
  ).rejects.toMatchObject({
    error: "access_denied",
  });
  const machine = await call("POST", "/connect/applications", {
    name: "Machine",
    application_type: "m2m",
    organization_id: here.organizationId,
  });
  const { secret } = (await call("POST", `/connect/applications/${machine.body.id}/client_secrets`)).body;
  const refused = await fetch(`${issuer()}/oauth2/device_authorization`, {
    method: "POST",
    body: new URLSearchParams({ client_id: machine.body.client_id, client_secret: secret }),
  });
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: "unauthorized_client" }]);
});

test("a machine has tokens of its own, with the scopes it was given and no others", async () => {
  const made = await call("POST", "/connect/applications", {
    name: "Nightly job",
    application_type: "m2m",
    scopes: ["read:orders", "write:orders"],
    organization_id: here.organizationId,
  });
  const { secret } = (await call("POST", `/connect/applications/${made.body.id}/client_secrets`)).body;
  const config = await discover(made.body.client_id, secret);
  const tokens = await openid.clientCredentialsGrant(config, { scope: "read:orders" });
  const { active, scope, sub, org_id } = await openid.tokenIntrospection(config, tokens.access_token);
  expect({ active, scope, sub, org_id }).toEqual({
    active: true,
    scope: "read:orders",
    sub: made.body.client_id,
    org_id: here.organizationId,
  });
  await expect(openid.clientCredentialsGrant(config, { scope: "admin" })).rejects.toMatchObject({
    error: "invalid_scope",
  });
  await expect(openid.fetchUserInfo(config, tokens.access_token, openid.skipSubjectCheck)).rejects.toThrow();
});

test("an ID token is no access token, and no token of another environment's issuer is one here", async () => {
  const user = await newUser();
  const application = await newApplication();
  const config = await discover(application.clientId, application.secret);
  const { browser, checks } = await arrive(config, user);
  const tokens = await openid.authorizationCodeGrant(config, browser.left ?? new URL(CALLBACK), checks);
  const asks = async (token: string, site: TestEnvironment) =>
    (await fetch(`${issuer(site)}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } }))
      .status;
  expect(await asks(tokens.access_token, here)).toBe(200);
  expect(await asks(tokens.id_token ?? "", here)).toBe(401);
  expect(await asks(tokens.access_token, elsewhere)).toBe(401);
  expect((await fetch(`${service.url}/issuers/client_none/.well-known/openid-configuration`)).status).toBe(
    404,
  );
});

test("applications are changed and removed, their secrets are shown once, and five are the most", async () => {
  const application = await newApplication({ scopes: ["openid", "email"] });
  const listed = (await call("GET", `/connect/applications/${application.id}/client_secrets`)).body;
  expect(listed).toMatchObject([
    { object: "connect_application_secret", secret_hint: application.secret.slice(-4) },
  ]);
  expect(JSON.stringify(listed)).not.toContain(application.secret);
  for (let count = 0; count < 4; count += 1)
    await call("POST", `/connect/applications/${application.id}/client_secrets`);
  expect((await call("POST", `/connect/applications/${application.id}/client_secrets`)).status).toBe(422);
  expect((await call("DELETE", `/connect/client_secrets/${listed[0].id}`)).status).toBe(204);
  await expect(
    discover(application.clientId, application.secret).then((config) =>
      openid.tokenIntrospection(config, "x"),
    ),
  ).rejects.toThrow();
  const changed = await call("PUT", `/connect/applications/${application.clientId}`, {
    name: "Renamed",
    description: "D",
  });
  expect(changed.body).toMatchObject({ name: "Renamed", description: "D", scopes: ["openid", "email"] });
  for (const [method, path] of [
    ["GET", `/connect/applications/${application.id}`],
    ["PUT", `/connect/applications/${application.id}`],
    ["DELETE", `/connect/applications/${application.id}`],
    ["GET", `/connect/applications/${application.id}/client_secrets`],
  ] as const)
    expect((await call(method, path, method === "PUT" ? { name: "x" } : undefined, elsewhere)).status).toBe(
      404,
    );
  expect((await call("DELETE", `/connect/applications/${application.id}`)).status).toBe(204);
  expect((await call("GET", `/connect/applications/${application.id}`)).status).toBe(404);
});

test("tokens for an application's own pages are about a member of the organization, and verify", async () => {
  const user = await newUser();
  const ask = (path: string, more = {}) =>
    call("POST", path, { user_id: user.id, organization_id: here.organizationId, ...more });
  expect((await ask("/widgets/token")).status).toBe(400);
  await call("POST", "/user_management/organization_memberships", {
    user_id: user.id,
    organization_id: here.organizationId,
  });
  const keys = createRemoteJWKSet(new URL(`${service.url}/sso/jwks/${here.clientId}`));
  for (const path of ["/widgets/token", "/client/token"]) {
    const { status, body } = await ask(path, { scopes: ["widgets:users-table:manage"] });
    expect(status).toBe(201);
    const { payload } = await jwtVerify(body.token, keys, { audience: here.clientId });
    expect(payload).toMatchObject({ sub: user.id, org_id: here.organizationId });
  }
  expect((await ask("/widgets/token", { scopes: ["everything"] })).status).toBe(422);
  expect((await ask("/client/token", { user_id: "user_none" })).status).toBe(404);
});
