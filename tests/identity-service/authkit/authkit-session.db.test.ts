import {
  type AuthService,
  CookieSessionStorage,
  configure,
  createAuthService,
} from "@workos/authkit-session";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { sdkFor } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { browserCookies } from "#tests/support/next-application.ts";

// The library asks for version 8, 9 or 10 of the SDK.
vi.mock("@workos-inc/node", () => import("workos-node-10"));

const PASSWORD = "a rather long pass phrase";
const APPLICATION = "http://localhost:9999";

/** Where an application made with web requests and responses keeps its cookies. */
class WebStorage extends CookieSessionStorage<Request, Response> {
  async getCookie(request: Request, name: string): Promise<string | null> {
    const pairs = (request.headers.get("cookie") ?? "").split("; ").map((pair) => pair.split("=", 2));
    const value = pairs.find(([key]) => key === name)?.[1];
    return value === undefined ? null : decodeURIComponent(value);
  }
}

let service: RunningIdentityService;
let here: TestEnvironment;
let auth: AuthService<Request, Response>;
let cookies = browserCookies();
let later = 0;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  configure({
    apiKey: here.apiKey,
    clientId: here.clientId,
    redirectUri: here.redirectUri,
    cookiePassword: "a password of the application, 32 characters or more",
    apiHostname: "127.0.0.1",
    apiPort: service.port,
    apiHttps: false,
  });
  auth = createAuthService({ sessionStorageFactory: (config) => new WebStorage(config) });
});
afterAll(() => service.close());
beforeEach(() => {
  cookies = browserCookies();
  later = 0;
});

const sdk = () => sdkFor(service, here);
const request = (url: string | URL = `${APPLICATION}/reports`) =>
  new Request(url, { headers: { cookie: cookies.header() } });
function take(headers: Record<string, string | string[]> | undefined): void {
  const answer = new Headers();
  for (const line of [headers?.["Set-Cookie"] ?? []].flat()) answer.append("set-cookie", line);
  cookies.take(answer);
}
const session = async () => {
  const found = await auth.getSession(request());
  if (!found) throw new Error("There is no session.");
  return found;
};

let made = 0;
async function newUser(...names: string[]) {
  made += 1;
  const email = `session${made}@outside.example`;
  const { userManagement, organizations } = sdk();
  const user = await userManagement.createUser({ email, password: PASSWORD, emailVerified: true });
  const ids = [here.organizationId];
  for (const name of names) ids.push((await organizations.createOrganization({ name })).id);
  for (const organizationId of ids)
    await userManagement.createOrganizationMembership({ userId: user.id, organizationId });
  return { ...user, organizationIds: ids };
}

async function begin(): Promise<string> {
  const begun = await auth.createSignIn(undefined, { returnPathname: "/reports", state: "mine" });
  take(begun.headers);
  return begun.url;
}

async function signIn(email: string, organizationId?: string) {
  const browser = plainBrowser(service.url);
  await browser.goTo(await begin());
  await browser.send("identify", { email });
  await browser.send("password", { password: PASSWORD });
  if (organizationId) await browser.send("organization", { organization_id: organizationId });
  return await comeBack(browser.left ?? new URL(APPLICATION));
}

async function comeBack(back: URL) {
  const done = await auth.handleCallback(request(back), new Response(), {
    code: back.searchParams.get("code") ?? "",
    state: back.searchParams.get("state") ?? undefined,
  });
  take(done.headers);
  return done;
}

test("somebody signs in over the hosted pages with PKCE, and the application knows who it is", async () => {
  const user = await newUser();
  expect((await auth.withAuth(request())).auth).toEqual({ user: null });
  const done = await signIn(user.email);
  expect(done).toMatchObject({ returnPathname: "/reports", state: "mine" });
  expect(done.authResponse.authenticationMethod).toBe("Password");
  // What was needed on the way is gone; the session alone stays.
  expect(cookies.getAll().map(({ name }) => name)).toEqual(["wos-session"]);
  const { auth: known, refreshedSessionData } = await auth.withAuth(request());
  expect(known).toMatchObject({
    user: { id: user.id, email: user.email },
    organizationId: here.organizationId,
    role: "member",
    claims: { sub: user.id, iss: service.url },
  });
  expect(refreshedSessionData).toBeUndefined();
});

test("a callback without the cookie of its beginning is refused, and a code is good once", async () => {
  const user = await newUser();
  const begun = await auth.createSignIn(undefined);
  const browser = plainBrowser(service.url);
  await browser.goTo(begun.url);
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: PASSWORD });
  const back = browser.left ?? new URL(APPLICATION);
  const given = {
    code: back.searchParams.get("code") ?? "",
    state: back.searchParams.get("state") ?? undefined,
  };
  await expect(auth.handleCallback(request(back), new Response(), given)).rejects.toThrow();
  take(begun.headers);
  await auth.handleCallback(request(back), new Response(), given);
  await expect(auth.handleCallback(request(back), new Response(), given)).rejects.toMatchObject({
    error: "invalid_grant",
  });
});

test("an expired access token is refreshed while the request is looked at; after a revocation nobody is signed in", async () => {
  const user = await newUser();
  later = -600_000;
  await signIn(user.email);
  later = 0;
  const before = await session();
  const { auth: known, refreshedSessionData = "" } = await auth.withAuth(request());
  expect(known).toMatchObject({ user: { id: user.id }, organizationId: here.organizationId });
  take((await auth.saveSession(undefined, refreshedSessionData)).headers);
  const after = await session();
  expect(after.refreshToken).not.toBe(before.refreshToken);
  const { data } = await sdk().userManagement.listSessions(user.id);
  expect(data).toMatchObject([{ status: "active" }]);
  await sdk().userManagement.revokeSession({ sessionId: data[0]?.id ?? "" });
  await expect(auth.refreshSession(after)).rejects.toThrow();
});

test("somebody in two organizations moves to the other one, and not to one they are no member of", async () => {
  const user = await newUser("Second");
  const [first = "", second = ""] = user.organizationIds;
  await signIn(user.email, first);
  const moved = await auth.switchOrganization(await session(), second);
  expect(moved.auth).toMatchObject({ user: { id: user.id }, organizationId: second });
  take((await auth.saveSession(undefined, moved.encryptedSession)).headers);
  expect((await auth.withAuth(request())).auth).toMatchObject({ organizationId: second });
  const foreign = await sdk().organizations.createOrganization({ name: "Foreign" });
  await expect(auth.switchOrganization(await session(), foreign.id)).rejects.toThrow();
});

test("the vendor's support signs in as somebody over the page where the application begins, which can tell", async () => {
  const user = await newUser();
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { pages: { initiate_login_url: `${APPLICATION}/sign-in` } },
  });
  const impersonator = { email: "support@vendor.example", reason: "Ticket 7" };
  const { body } = await service.manage("POST", `/environments/${here.id}/impersonations`, {
    user_id: user.id,
    impersonator_email: impersonator.email,
    reason: impersonator.reason,
  });
  const browser = plainBrowser(service.url);
  await browser.goTo(body.url ?? "");
  expect(browser.left?.href).toBe(`${APPLICATION}/sign-in`);
  await browser.goTo(await begin());
  await comeBack(browser.left ?? new URL(APPLICATION));
  expect((await auth.withAuth(request())).auth).toMatchObject({ user: { id: user.id }, impersonator });
});

test("signing out ends the session at the service, and in the browser", async () => {
  const user = await newUser();
  await signIn(user.email);
  const { auth: known } = await auth.withAuth(request());
  const left = await auth.signOut((known.user && known.sessionId) || "");
  take(left.headers);
  expect(cookies.getAll()).toEqual([]);
  expect((await fetch(left.logoutUrl, { redirect: "manual" })).status).toBeLessThan(400);
  expect((await sdk().userManagement.listSessions(user.id)).data).toMatchObject([{ status: "revoked" }]);
});
