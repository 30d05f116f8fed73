import { decodeJwt } from "jose";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import { type PlainBrowser, plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";
import { logoutRequestXml, redirectQuery } from "#tests/support/saml-logout.ts";
import { connectSaml } from "#tests/support/sso-sessions.ts";

const PASSWORD = "a rather long pass phrase";
const OTHER = "http://localhost:9997/callback";
let now = Date.now();
let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => new Date(now) });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  await service.manage("POST", `/environments/${here.id}/redirect_uris`, { uri: OTHER });
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
const settings = (change: object) =>
  service.manage("PATCH", `/environments/${here.id}`, { settings: change });
const later = (seconds: number) => {
  now += seconds * 1_000;
};

let made = 0;
async function newUser(): Promise<{ id: string; email: string }> {
  made += 1;
  const user = { email: `known${made}@outside.example`, password: PASSWORD, email_verified: true };
  return (await call("POST", "/user_management/users", user)).body;
}

/** An application sends the browser to sign in; returns where it comes back to, or null where it is asked something. */
async function authorize(
  browser: PlainBrowser,
  more: Record<string, string> = {},
  site = here,
): Promise<URL | null> {
  const query = new URLSearchParams({
    client_id: site.clientId,
    redirect_uri: OTHER,
    response_type: "code",
    provider: "authkit",
    ...more,
  });
  await browser.goTo(`${service.url}/user_management/authorize?${query}`);
  return browser.left;
}

/** Somebody who has just signed in with a password, in a browser of theirs. */
async function signedIn(more: Record<string, string> = {}) {
  const user = await newUser();
  const browser = plainBrowser(service.url);
  await authorize(browser, { redirect_uri: here.redirectUri, ...more });
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: PASSWORD });
  return { user, browser, first: await redeem(browser.left) };
}

async function redeem(back: URL | null) {
  const code = back?.searchParams.get("code") ?? "";
  const answer = await sdkFor(service, here).userManagement.authenticateWithCode({
    clientId: here.clientId,
    code,
  });
  const { sid, auth_time } = decodeJwt<{ sid: string; auth_time: number }>(answer.accessToken);
  return { ...answer, sessionId: sid, authTime: auth_time };
}

const errorOf = (back: URL | null) => back?.searchParams.get("error");

describe("a browser that somebody signed in with", () => {
  test("is known to the next application of the environment, which asks nothing", async () => {
    const { user, browser, first } = await signedIn();
    later(90);
    const second = await redeem(await authorize(browser));
    expect(second.user.id).toBe(user.id);
    expect(second.sessionId).not.toBe(first.sessionId);
    // Both say when the person really signed in.
    expect(second.authTime).toBe(first.authTime);
  });

  test("prompt=none succeeds where it is known, and says login_required where it is not", async () => {
    const { browser } = await signedIn();
    expect((await authorize(browser, { prompt: "none", state: "x" }))?.searchParams.has("code")).toBe(true);
    const stranger = await authorize(plainBrowser(service.url), { prompt: "none", state: "x" });
    expect([errorOf(stranger), stranger?.searchParams.get("state")]).toEqual(["login_required", "x"]);
    expect(errorOf(await authorize(browser, { prompt: "none login" }))).toBe("invalid_request");
  });

  test.each(["login", "select_account"])(
    "prompt=%s asks again, and who answers is known from then on",
    async (prompt) => {
      const { browser } = await signedIn();
      const another = await newUser();
      expect(await authorize(browser, { prompt })).toBeNull();
      await browser.send("identify", { email: another.email });
      await browser.send("password", { password: PASSWORD });
      expect((await redeem(await authorize(browser))).user.id).toBe(another.id);
    },
  );

  test("signing in again as who one is known to be is told as that", async () => {
    const { user, browser } = await signedIn();
    await authorize(browser, { prompt: "login" });
    await browser.send("identify", { email: user.email });
    await browser.send("password", { password: PASSWORD });
    const told = await eventsOf(admin, here.id, "authentication.reauthentication_succeeded");
    expect(told.at(-1)).toMatchObject({ type: "reauthentication", user_id: user.id, email: user.email });
    expect(told.filter(({ user_id }) => user_id === user.id)).toHaveLength(1);
  });

  test("max_age asks again whoever signed in longer ago, and 0 always", async () => {
    const { browser } = await signedIn();
    later(61);
    expect((await authorize(browser, { max_age: "120" }))?.searchParams.has("code")).toBe(true);
    expect(errorOf(await authorize(browser, { max_age: "60", prompt: "none" }))).toBe("login_required");
    expect(await authorize(browser, { max_age: "60" })).toBeNull();
    expect(await authorize(browser, { max_age: "0" })).toBeNull();
    expect(errorOf(await authorize(browser, { max_age: "soon" }))).toBe("invalid_request");
  });

  test("login_hint for somebody else asks", async () => {
    const { user, browser } = await signedIn();
    expect(
      (await authorize(browser, { login_hint: user.email.toUpperCase() }))?.searchParams.has("code"),
    ).toBe(true);
    expect(await authorize(browser, { login_hint: "somebody.else@outside.example" })).toBeNull();
  });

  test("is known to no other environment, and by nothing that is kept here", async () => {
    const { browser } = await signedIn();
    const query = { redirect_uri: elsewhere.redirectUri, prompt: "none" };
    expect(errorOf(await authorize(browser, query, elsewhere))).toBe("login_required");
    const { rows } = await admin.query("SELECT secret_hash FROM identity.remembered_sign_ins LIMIT 1");
    const silent = new URLSearchParams({
      client_id: here.clientId,
      redirect_uri: OTHER,
      response_type: "code",
      provider: "authkit",
      prompt: "none",
    });
    const answer = await fetch(`${service.url}/user_management/authorize?${silent}`, {
      redirect: "manual",
      headers: { cookie: `sallyport_in_${here.id.slice(-16)}=${rows[0].secret_hash}` },
    });
    expect(answer.headers.get("location")).toContain("error=login_required");
  });

  test("takes the organization along that was chosen, until another is asked for", async () => {
    const { user, browser } = await signedIn();
    const [one, two] = [await joined(user.id, "One"), await joined(user.id, "Two")];
    expect(await authorize(browser)).toBeNull();
    expect(errorOf(await authorize(browser, { prompt: "none" }))).toBe("interaction_required");
    await authorize(browser);
    await browser.send("organization", { organization_id: one });
    expect((await redeem(browser.left)).organizationId).toBe(one);
    expect((await redeem(await authorize(browser, { prompt: "none" }))).organizationId).toBe(one);
    expect((await redeem(await authorize(browser, { organization_id: two }))).organizationId).toBe(two);
    const third = (await call("POST", "/organizations", { name: "Third" })).body.id;
    expect(errorOf(await authorize(browser, { organization_id: third, prompt: "none" }))).toBe(
      "login_required",
    );
  });

  test("is forgotten when the environment remembers nobody", async () => {
    const { browser } = await signedIn();
    await settings({ authentication: { remember: false } });
    try {
      expect(await authorize(browser)).toBeNull();
    } finally {
      await settings({ authentication: { remember: true } });
    }
  });

  test("is forgotten when it was left alone as long as a session may be", async () => {
    const { browser } = await signedIn();
    later(8 * 24 * 3_600);
    expect(await authorize(browser)).toBeNull();
  });

  test("is not let in by a way that has been switched off since, nor around a second factor that is asked for since", async () => {
    const { browser } = await signedIn();
    for (const [off, on] of [
      [{ authentication: { password: false } }, { authentication: { password: true } }],
      [{ authentication: { second_factor: "required" } }, { authentication: { second_factor: "optional" } }],
    ] as const) {
      await settings(off);
      try {
        expect(errorOf(await authorize(browser, { prompt: "none" }))).toMatch(/_required$/);
        expect(await authorize(browser)).toBeNull();
      } finally {
        await settings(on);
      }
    }
  });
});

describe("signing out", () => {
  test.each([
    [
      "by the application's sign-out",
      (_user: string, sessionId: string) =>
        visit(`${service.url}/user_management/sessions/logout?session_id=${sessionId}`),
    ],
    [
      "by revoking the session",
      (_user: string, sessionId: string) =>
        call("POST", "/user_management/sessions/revoke", { session_id: sessionId }),
    ],
    ["by removing the user", (user: string) => call("DELETE", `/user_management/users/${user}`)],
    ["by a new password", resetPassword],
  ])("%s reaches the browser's remembered sign-in too", async (_how, end) => {
    const { user, browser, first } = await signedIn();
    await end(user.id, first.sessionId);
    expect(errorOf(await authorize(browser, { prompt: "none" }))).toBe("login_required");
    expect(await authorize(browser)).toBeNull();
  });

  test("a code given before is worth nothing afterwards", async () => {
    const { browser, first } = await signedIn();
    const back = await authorize(browser);
    await visit(`${service.url}/user_management/sessions/logout?session_id=${first.sessionId}`);
    await expect(redeem(back)).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("at the identity provider reaches it too, and so does switching the connection off; it makes nobody a member again", async () => {
    // The identity provider goes by the real clock.
    now = Date.now();
    const idp = idpSettings();
    const connection = await connectSaml(service, here, idp);
    const browser = plainBrowser(service.url);
    await authorize(browser);
    await browser.send("identify", { email: ADA.nameId });
    const relayState = browser.left?.searchParams.get("RelayState") ?? "";
    const SAMLResponse = await samlResponse(idp, ADA, {
      audience: connection.sp.entity_id,
      acsUrl: connection.sp.acs_url,
      inResponseTo: relayState,
    });
    const posted = await visit(connection.sp.acs_url, { SAMLResponse, RelayState: relayState });
    await browser.goTo(posted.location ?? "");
    const { user } = await redeem(browser.left);
    expect((await redeem(await authorize(browser))).organizationId).toBe(here.organizationId);
    // While the connection is switched off, what it vouched for counts for nothing.
    const path = `/environments/${here.id}/connections/${connection.id}`;
    await service.manage("PATCH", path, { state: "inactive" });
    expect(errorOf(await authorize(browser, { prompt: "none" }))).toBe("login_required");
    await service.manage("PATCH", path, { state: "active" });
    expect(errorOf(await authorize(browser, { prompt: "none" }))).toBeNull();
    const { body } = await call("GET", `/user_management/organization_memberships?user_id=${user.id}`);
    await call("DELETE", `/user_management/organization_memberships/${body.data[0].id}`);
    const asked = { prompt: "none", organization_id: here.organizationId };
    expect(errorOf(await authorize(browser, asked))).toBe("login_required");
    const request = logoutRequestXml({
      issuer: idp.entityId,
      destination: connection.sp.slo_url,
      issuedAt: new Date(now),
      nameId: ADA.nameId,
    });
    await visit(`${connection.sp.slo_url}?${redirectQuery("SAMLRequest", request, idp)}`);
    expect(errorOf(await authorize(browser, { prompt: "none" }))).toBe("login_required");
  });
});

async function joined(userId: string, name: string): Promise<string> {
  const { id } = (await call("POST", "/organizations", { name })).body;
  await call("POST", "/user_management/organization_memberships", { user_id: userId, organization_id: id });
  return id;
}

async function resetPassword(userId: string): Promise<void> {
  const { body: user } = await call("GET", `/user_management/users/${userId}`);
  const { body } = await call("POST", "/user_management/password_reset", { email: user.email });
  const reset = { token: body.password_reset_token, new_password: "another rather long phrase" };
  expect((await call("POST", "/user_management/password_reset/confirm", reset)).status).toBe(200);
}
