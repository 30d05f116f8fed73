import { createHash, randomBytes } from "node:crypto";
import { decodeJwt } from "jose";
import { TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const PASSWORD = "a rather long pass phrase";
const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
const sdk = () => sdkFor(service, here).userManagement;
const settings = (change: object) =>
  service.manage("PATCH", `/environments/${here.id}`, { settings: change });
const lastCode = async (to: string) =>
  /^ {4}(\d{6})$/m.exec((await messagesTo(admin, here.id, to)).at(-1)?.text ?? "")?.[1] ?? "";

let made = 0;
async function newUser(more = {}): Promise<{ id: string; email: string }> {
  made += 1;
  const user = { email: `hosted${made}@outside.example`, password: PASSWORD, email_verified: true, ...more };
  return (await call("POST", "/user_management/users", user)).body;
}
const authorizationUrl = (more = {}) =>
  sdk().getAuthorizationUrl({
    clientId: here.clientId,
    redirectUri: here.redirectUri,
    provider: "authkit",
    state: "st&te=ü",
    ...more,
  });
async function arrive(more = {}) {
  const browser = plainBrowser(service.url);
  await browser.goTo(authorizationUrl(more));
  return browser;
}
const redeem = (left: URL | null) =>
  sdk().authenticateWithCode({ clientId: here.clientId, code: left?.searchParams.get("code") ?? "" });

test("a person signs in with a password, and the application fetches the session with the code, once", async () => {
  const user = await newUser();
  const browser = await arrive();
  expect(browser.text).toContain("Sign in");
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: "wrong pass phrase" });
  expect([browser.status, browser.text]).toEqual([400, expect.stringContaining("is not right")]);
  await browser.send("password", { password: PASSWORD });
  expect(browser.left?.searchParams.get("state")).toBe("st&te=ü");
  const signedIn = await redeem(browser.left);
  expect(signedIn).toMatchObject({ user: { id: user.id }, authenticationMethod: "Password" });
  const session = (await sdk().listSessions(user.id)).data[0];
  expect(session).toMatchObject({ ipAddress: "127.0.0.1", status: "active" });
  // Whoever brings the code a second time ends what it was exchanged for.
  await expect(redeem(browser.left)).rejects.toMatchObject({ error: "invalid_grant" });
  expect((await sdk().listSessions(user.id)).data[0]).toMatchObject({ status: "revoked" });
});

test("PKCE asked for at the start is asked for at the end", async () => {
  const user = await newUser();
  const verifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  const signIn = async () => {
    const browser = await arrive({ codeChallenge, codeChallengeMethod: "S256" });
    await browser.send("identify", { email: user.email });
    await browser.send("password", { password: PASSWORD });
    return browser.left?.searchParams.get("code") ?? "";
  };
  const authenticate = async (fields: object) => {
    const body = JSON.stringify({ client_id: here.clientId, grant_type: "authorization_code", ...fields });
    const headers = { "content-type": "application/json" };
    return (await fetch(`${service.url}/user_management/authenticate`, { method: "POST", headers, body }))
      .status;
  };
  const code = await signIn();
  expect(await authenticate({ code, client_secret: here.apiKey })).toBe(400);
  expect(await authenticate({ code, code_verifier: randomBytes(32).toString("base64url") })).toBe(400);
  // A public client, with the verifier in place of a key.
  expect(await authenticate({ code, code_verifier: verifier })).toBe(200);
});

test("another browser cannot go on with a sign-in, and a finished one is not gone on with", async () => {
  const user = await newUser();
  const browser = await arrive();
  const address = /authkit\/(authentication_\w+)/.exec(browser.text)?.[0];
  expect(address).toBeUndefined();
  await browser.send("identify", { email: user.email });
  const { rows } = await admin.query("SELECT id FROM identity.authentications WHERE email = $1", [
    user.email,
  ]);
  const stranger = plainBrowser(service.url);
  await stranger.goTo(`${service.url}/authkit/${rows[0].id}`);
  expect([stranger.status, stranger.text]).toEqual([
    400,
    expect.stringContaining("not begun in this browser"),
  ]);
  await browser.send("password", { password: PASSWORD });
  await browser.goTo(`${service.url}/authkit/${rows[0].id}`);
  expect([browser.status, browser.text]).toEqual([400, expect.stringContaining("finished already")]);
});

test("a code by mail signs in, and what the pages say is the same for an address nobody has", async () => {
  await settings({ authentication: { sign_up: false } });
  try {
    const user = await newUser();
    const pages: string[] = [];
    for (const email of [user.email, "nobody-here@outside.example"]) {
      const browser = await arrive();
      await browser.send("identify", { email });
      await browser.send("send-code");
      pages.push(browser.text.replaceAll(email, "…"));
      if (email !== user.email) continue;
      await browser.send("code", { code: await lastCode(email) });
      expect(await redeem(browser.left)).toMatchObject({ authenticationMethod: "MagicAuth" });
    }
    expect(pages[0]).toBe(pages[1]);
  } finally {
    await settings({ authentication: { sign_up: null } });
  }
});

test("a new person makes an account and proves the address; an old one is told nothing but gets a code", async () => {
  const email = "new-person@outside.example";
  const browser = await arrive({ screenHint: "sign-up" });
  await browser.send("sign-up", { email, password: "short", first_name: "New", last_name: "" });
  expect([browser.status, browser.text]).toEqual([400, expect.stringContaining("at least 10 characters")]);
  const again = await arrive({ screenHint: "sign-up" });
  await again.send("sign-up", { email, password: PASSWORD, first_name: "New", last_name: "" });
  await again.send("code", { code: await lastCode(email) });
  const signedIn = await redeem(again.left);
  expect(signedIn.user).toMatchObject({ email, firstName: "New", emailVerified: true });
  const known = await arrive();
  await known.send("identify", { email });
  await known.send("password", { password: PASSWORD });
  expect(known.left?.searchParams.get("code")).toBeTruthy();
  const second = await arrive({ screenHint: "sign-up" });
  await second.send("sign-up", {
    email,
    password: "quite another pass phrase",
    first_name: "",
    last_name: "",
  });
  expect(second.text).toContain("Enter your code");
  const third = await arrive();
  await third.send("identify", { email });
  await third.send("password", { password: "quite another pass phrase" });
  expect(third.status).toBe(400);
});

test("an unverified address, a second factor to set up, and an organization to choose are asked for on the way", async () => {
  await settings({ authentication: { second_factor: "required" } });
  try {
    const user = await newUser({ email_verified: false });
    for (const name of ["One & only", "Two"]) {
      const organization_id = (await call("POST", "/organizations", { name })).body.id;
      await call("POST", "/user_management/organization_memberships", { user_id: user.id, organization_id });
    }
    const browser = await arrive();
    await browser.send("identify", { email: user.email });
    await browser.send("password", { password: PASSWORD });
    expect(browser.text).toContain("Verify your e-mail address");
    await browser.send("verify-email", { code: "000000" });
    expect(browser.status).toBe(400);
    await browser.send("verify-email", { code: await lastCode(user.email) });
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(browser.text)?.[1]?.replaceAll(" ", "") ?? "";
    await browser.send("second-factor", { code: new TOTP({ secret }).generate() });
    expect(browser.text).toContain("One &#38; only");
    const [, chosen] = [...browser.text.matchAll(/name="organization_id" value="([^"]+)"/g)].map(
      ([, id]) => id,
    );
    await browser.send("organization", { organization_id: "org_foreign" });
    expect(browser.status).toBe(400);
    await browser.send("organization", { organization_id: chosen ?? "" });
    const signedIn = await redeem(browser.left);
    expect(signedIn.organizationId).toBe(chosen);
    // The next time the factor is asked for, and a code is not good twice.
    const next = await arrive({ organizationId: chosen });
    await next.send("identify", { email: user.email });
    await next.send("password", { password: PASSWORD });
    await next.send("second-factor", { code: new TOTP({ secret }).generate() });
    expect(next.status).toBe(400);
    await next.send("second-factor", {
      code: new TOTP({ secret }).generate({ timestamp: Date.now() + 30_000 }),
    });
    expect((await redeem(next.left)).organizationId).toBe(chosen);
  } finally {
    await settings({ authentication: { second_factor: null } });
  }
});

test("an address of an organization with an identity provider is sent there, and comes back a member", async () => {
  const idp = idpSettings();
  type Connection = { id: string; sp: { entity_id: string; acs_url: string } };
  const { body: connection } = await service.manage<Connection>(
    "POST",
    `/environments/${here.id}/connections`,
    {
      organization_id: here.organizationId,
      connection_type: "GenericSAML",
      name: "Example",
      state: "active",
      saml: {
        idp_entity_id: idp.entityId,
        idp_sso_url: "https://idp.example.com/sso",
        idp_certificates: [idp.certificate],
      },
    },
  );
  const comeBack = async (browser: Awaited<ReturnType<typeof arrive>>) => {
    const RelayState = browser.left?.searchParams.get("RelayState") ?? "";
    const SAMLResponse = await samlResponse(idp, ADA, {
      inResponseTo: RelayState,
      acsUrl: connection.sp.acs_url,
      audience: connection.sp.entity_id,
    });
    const body = new URLSearchParams({ SAMLResponse, RelayState });
    const answer = await fetch(connection.sp.acs_url, { method: "POST", body, redirect: "manual" });
    await browser.goTo(answer.headers.get("location") ?? "");
  };
  const browser = await arrive();
  await browser.send("identify", { email: "ada@example.com" });
  expect(browser.left?.origin).toBe("https://idp.example.com");
  await comeBack(browser);
  expect(browser.left?.searchParams.get("state")).toBe("st&te=ü");
  const signedIn = await redeem(browser.left);
  expect(signedIn).toMatchObject({ authenticationMethod: "SSO", organizationId: here.organizationId });
  // Named by the application, without a page in between.
  const direct = plainBrowser(service.url);
  const byConnection = { provider: undefined, connectionId: connection.id };
  await direct.goTo(authorizationUrl(byConnection));
  expect(direct.left?.origin).toBe("https://idp.example.com");
  await comeBack(direct);
  expect((await redeem(direct.left)).user.id).toBe(signedIn.user.id);
  const nowhere = plainBrowser(service.url);
  await nowhere.goTo(authorizationUrl({ provider: undefined, connectionId: "conn_none" }));
  expect(nowhere.left?.searchParams.get("error")).toBe("connection_invalid");
  await service.manage("DELETE", `/environments/${here.id}/connections/${connection.id}`);
});

test("the link of an invitation leads to an account that is a member", async () => {
  await service.manage("POST", `/environments/${here.id}/redirect_uris`, {
    uri: "http://localhost:9999/home",
    default: true,
  });
  const organization_id = (await call("POST", "/organizations", { name: "Inviting" })).body.id;
  const email = "invited@outside.example";
  const invitation = (await call("POST", "/user_management/invitations", { email, organization_id })).body;
  const browser = plainBrowser(service.url);
  await browser.goTo(invitation.accept_invitation_url);
  await browser.send("sign-up", { email, password: PASSWORD, first_name: "", last_name: "" });
  await browser.send("code", { code: await lastCode(email) });
  expect(await redeem(browser.left)).toMatchObject({ organizationId: organization_id, user: { email } });
  await browser.goTo(invitation.accept_invitation_url);
  expect([browser.status, browser.text]).toEqual([404, expect.stringContaining("not valid, or no longer")]);
});

test("a forgotten password is reset by the link, which is good once and ends every session", async () => {
  const user = await newUser();
  const before = await sdk().authenticateWithPassword({
    clientId: here.clientId,
    email: user.email,
    password: PASSWORD,
  });
  const browser = await arrive();
  await browser.send("identify", { email: user.email });
  await browser.send("forgot");
  const link =
    /https?:\S+reset-password\S+/.exec(
      (await messagesTo(admin, here.id, user.email)).at(-1)?.text ?? "",
    )?.[0] ?? "";
  await browser.goTo(link);
  const set = async (password: string) =>
    await fetch(link, { method: "POST", body: new URLSearchParams({ password }), redirect: "manual" });
  expect((await set("password12")).status).toBe(400);
  expect((await set("a new long pass phrase")).status).toBe(200);
  expect((await set("a new long pass phrase")).status).toBe(400);
  await expect(
    sdk().authenticateWithRefreshToken({ clientId: here.clientId, refreshToken: before.refreshToken }),
  ).rejects.toMatchObject({ error: "invalid_grant" });
});

test("a person approves a device in a browser, and the device has its session", async () => {
  const user = await newUser();
  const ask = async (path: string, fields: Record<string, string>) => {
    const answer = await fetch(`${service.url}${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const { body: device } = await ask("/user_management/authorize/device", { client_id: here.clientId });
  const browser = plainBrowser(service.url);
  await browser.goTo(device.verification_uri_complete ?? "");
  expect(browser.text).toContain(device.user_code);
  const typed = (device.user_code ?? "").toLowerCase().replace("-", " ");
  const form = await fetch(device.verification_uri ?? "", {
    method: "POST",
    body: new URLSearchParams({ user_code: typed }),
    redirect: "manual",
  });
  expect(form.status).toBe(303);
  const signingIn = plainBrowser(service.url);
  await signingIn.goTo(device.verification_uri ?? "");
  const cookie = form.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const at = new URL(form.headers.get("location") ?? "", service.url);
  const send = async (fields: Record<string, string>) => {
    const answer = await fetch(at, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { cookie },
      redirect: "manual",
    });
    return await answer.text();
  };
  await send({ action: "identify", email: user.email });
  await send({ action: "password", password: PASSWORD });
  expect(await (await fetch(at, { headers: { cookie } })).text()).toContain("Sign in on your device?");
  const poll = () =>
    ask("/user_management/authenticate", {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: here.clientId,
      device_code: device.device_code ?? "",
    });
  expect((await poll()).body.error).toBe("authorization_pending");
  expect(await send({ action: "approve" })).toContain("Your device is signed in");
  const signedIn = await poll();
  expect(decodeJwt(signedIn.body.access_token ?? "").sub).toBe(user.id);
  expect((await poll()).body.error).toBe("invalid_grant");
});

test("in test mode whoever login_hint names is signed in, and production cannot be put into it", async () => {
  await settings({ authentication: { test_mode: true } });
  try {
    const browser = await arrive({ loginHint: "ci@outside.example" });
    expect(await redeem(browser.left)).toMatchObject({ user: { email: "ci@outside.example" } });
    const answer = await service.manage("POST", "/environments", {
      name: "Live",
      kind: "production",
      settings: { authentication: { test_mode: true } },
    });
    expect(answer.status).toBe(422);
    const live = await service.manage("POST", "/environments", { name: "Live", kind: "production" });
    const change = { settings: { authentication: { test_mode: true } } };
    expect((await service.manage("PATCH", `/environments/${live.body.id}`, change)).status).toBe(422);
  } finally {
    await settings({ authentication: { test_mode: null } });
  }
});

test("an administrator signs in as a user, and the token says who it really is", async () => {
  const user = await newUser();
  const { status, body } = await service.manage("POST", `/environments/${here.id}/impersonations`, {
    user_id: user.id,
    impersonator_email: "admin@vendor.example",
    reason: "Ticket 12",
  });
  expect(status).toBe(201);
  const signedIn = await redeem(new URL(body.url ?? ""));
  expect(signedIn).toMatchObject({
    impersonator: { email: "admin@vendor.example", reason: "Ticket 12" },
    authenticationMethod: "Impersonation",
  });
  expect(decodeJwt(signedIn.accessToken).act).toEqual({ sub: "admin@vendor.example" });
});

test("an unknown application, an unregistered address and a request nobody can answer are refused where they belong", async () => {
  for (const more of [{ clientId: "client_none" }, { redirectUri: "https://evil.example/callback" }]) {
    const browser = await arrive(more);
    expect([browser.left, browser.status]).toEqual([null, 400]);
  }
  const none = await arrive({ prompt: "none" });
  expect(none.left?.searchParams.get("error")).toBe("login_required");
  const pages = await arrive();
  expect(pages.headers.get("content-security-policy")).toMatch(/script-src 'none'.*frame-ancestors 'none'/);
});
