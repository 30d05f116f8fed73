import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import {
  browserCookies,
  type NextApplication,
  nextApplication,
  nextRequest,
} from "#tests/support/next-application.ts";

// What Next.js itself gives to server code: the request at hand, and its own modules for React's server layer.
vi.mock("next/headers", () => ({
  headers: async () => nextRequest.headers,
  cookies: async () => nextRequest.cookies,
}));
vi.mock("next/navigation", () => import("next/dist/client/components/navigation.react-server.js"));
const revalidatePath = vi.hoisted(() => vi.fn());
vi.mock("next/cache", () => ({ revalidatePath, revalidateTag: vi.fn() }));
// The library asks for version 9 or 10 of the SDK.
vi.mock("@workos-inc/node", () => import("workos-node-10"));

type AuthKit = typeof import("@workos-inc/authkit-nextjs");

const PASSWORD = "a rather long pass phrase";
const SESSION = "wos-session";
const APPLICATION = "http://localhost:9999";

let service: RunningIdentityService;
let here: TestEnvironment;
let authkit: AuthKit;
let app: NextApplication;
let later = 0;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: {
      pages: { sign_out_urls: [`${APPLICATION}/bye`], initiate_login_url: `${APPLICATION}/sign-in` },
    },
  });
  // All that the README asks to be set, and the host. The library reads it when it is first imported.
  for (const [name, value] of Object.entries({
    WORKOS_API_KEY: here.apiKey,
    WORKOS_CLIENT_ID: here.clientId,
    WORKOS_API_HOSTNAME: "127.0.0.1",
    WORKOS_API_PORT: String(service.port),
    WORKOS_API_HTTPS: "false",
    WORKOS_COOKIE_PASSWORD: "a password of the application, 32 characters or more",
    NEXT_PUBLIC_WORKOS_REDIRECT_URI: here.redirectUri,
  }))
    vi.stubEnv(name, value);
  authkit = await import("@workos-inc/authkit-nextjs");
  app = nextApplication(
    APPLICATION,
    authkit.authkitProxy({
      middlewareAuth: { enabled: true, unauthenticatedPaths: ["/", "/bye", "/sign-in"] },
    }),
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await service.close();
});
beforeEach(() => {
  nextRequest.cookies = browserCookies();
  revalidatePath.mockClear();
  later = 0;
});

const sdk = () => sdkFor(service, here);
const page = () => authkit.withAuth({ ensureSignedIn: true });

let made = 0;
/** A user, a member of the organization and of as many more as are named. */
async function newUser(names: string[] = [], domain = "outside.example") {
  made += 1;
  const email = `next${made}@${domain}`;
  const { userManagement, organizations } = sdk();
  const user = await userManagement.createUser({ email, password: PASSWORD, emailVerified: true });
  const ids = [here.organizationId];
  for (const name of names) ids.push((await organizations.createOrganization({ name })).id);
  for (const organizationId of ids)
    await userManagement.createOrganizationMembership({ userId: user.id, organizationId });
  return { ...user, organizationIds: ids };
}

/** From a page that needs somebody, over the hosted pages and the callback, to where the application leads next. */
async function signIn(path: string, email: string, organizationId?: string): Promise<URL | null> {
  const stopped = await app.visit(path, page);
  const browser = plainBrowser(service.url);
  await browser.goTo(stopped.sentTo ?? "");
  await browser.send("identify", { email });
  await browser.send("password", { password: PASSWORD });
  if (organizationId) await browser.send("organization", { organization_id: organizationId });
  const callback = await app.call(browser.left ?? new URL(APPLICATION), authkit.handleAuth());
  return callback.sentTo;
}

test("a page that needs somebody leads to the hosted pages, and back to itself with a session", async () => {
  const user = await newUser();
  const stopped = await app.visit("/reports?year=1", page);
  expect(stopped.status).toBe(307);
  expect(stopped.sentTo?.origin).toBe(service.url);
  expect((await signIn("/reports?year=1", user.email))?.href).toBe(`${APPLICATION}/reports?year=1`);
  const { result } = await app.visit("/reports?year=1", page);
  expect(result).toMatchObject({
    user: { id: user.id, email: user.email },
    organizationId: here.organizationId,
    role: "member",
    roles: ["member"],
    permissions: [],
  });
  const { data } = await sdk().userManagement.listSessions(user.id);
  expect(data).toMatchObject([{ id: result?.sessionId, status: "active" }]);
  const recent = await app.visit("/", () => authkit.checkRecentAuth({ maxAge: 300 }));
  expect(recent.result).toMatchObject({ isStale: false });
  const claims = await app.visit("/", () => authkit.getTokenClaims());
  expect(claims.result).toMatchObject({ sub: user.id, sid: result?.sessionId, iss: service.url });
});

test("a page for everybody knows that nobody is signed in", async () => {
  const { result, sentTo } = await app.visit("/", () => authkit.withAuth());
  expect([result, sentTo]).toEqual([{ user: null }, null]);
  const url = await app.visit("/", () => authkit.getSignUpUrl());
  const browser = plainBrowser(service.url);
  await browser.goTo(url.result ?? "");
  expect(browser.text).toContain('value="sign-up"');
});

test("a callback that was not begun in this browser, or whose code is spent, makes no session", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const user = await newUser();
  const stopped = await app.visit("/reports", page);
  const browser = plainBrowser(service.url);
  await browser.goTo(stopped.sentTo ?? "");
  await browser.send("identify", { email: user.email });
  await browser.send("password", { password: PASSWORD });
  const callback = browser.left ?? new URL(APPLICATION);
  const mine = nextRequest.cookies;
  nextRequest.cookies = browserCookies();
  expect((await app.call(callback, authkit.handleAuth())).status).toBe(500);
  expect(nextRequest.cookies.has(SESSION)).toBe(false);
  nextRequest.cookies = mine;
  const begun = mine.getAll();
  expect((await app.call(callback, authkit.handleAuth())).sentTo?.pathname).toBe("/reports");
  nextRequest.cookies = browserCookies();
  for (const { name, value } of begun) nextRequest.cookies.set(name, value);
  expect((await app.call(callback, authkit.handleAuth())).status).toBe(500);
  expect(nextRequest.cookies.has(SESSION)).toBe(false);
});

test("an expired access token is refreshed in the proxy, and the session goes on", async () => {
  const user = await newUser();
  // Signed in ten minutes ago.
  later = -600_000;
  await signIn("/reports", user.email);
  later = 0;
  const before = nextRequest.cookies.get(SESSION)?.value;
  const { result } = await app.visit("/reports", page);
  expect(result).toMatchObject({ user: { id: user.id }, organizationId: here.organizationId });
  expect(nextRequest.cookies.get(SESSION)?.value).not.toBe(before);
  expect((await sdk().userManagement.listSessions(user.id)).data).toMatchObject([{ id: result?.sessionId }]);
});

test("a session that was revoked ends at the next refresh, and the browser is led to sign in again", async () => {
  const user = await newUser();
  later = -600_000;
  await signIn("/reports", user.email);
  later = 0;
  const [session] = (await sdk().userManagement.listSessions(user.id)).data;
  await sdk().userManagement.revokeSession({ sessionId: session?.id ?? "" });
  const { result, sentTo } = await app.visit("/reports", page);
  expect([result, sentTo?.pathname]).toEqual([null, "/user_management/authorize"]);
  expect(nextRequest.cookies.has(SESSION)).toBe(false);
});

test("an action refreshes the session for a role that was just given", async () => {
  const user = await newUser();
  await signIn("/reports", user.email);
  const { userManagement } = sdk();
  const [membership] = (await userManagement.listOrganizationMemberships({ userId: user.id })).data;
  await userManagement.updateOrganizationMembership(membership?.id ?? "", { roleSlug: "admin" });
  expect((await app.visit("/reports", page)).result?.role).toBe("member");
  const refreshed = await app.visit("/reports", () => authkit.refreshSession({ ensureSignedIn: true }));
  expect(refreshed.result?.role).toBe("admin");
  expect((await app.visit("/reports", page)).result?.role).toBe("admin");
});

test("somebody in two organizations moves to the other one, and is told where they may not go", async () => {
  const user = await newUser(["Second"]);
  const [first = "", second = ""] = user.organizationIds;
  await signIn("/reports", user.email, first);
  expect((await app.visit("/reports", page)).result?.organizationId).toBe(first);
  const moved = await app.visit("/reports", () => authkit.switchToOrganization(second));
  expect(moved.sentTo?.href).toBe(`${APPLICATION}/reports`);
  expect(revalidatePath).toHaveBeenCalledWith(`${APPLICATION}/reports`);
  expect((await app.visit("/reports", page)).result?.organizationId).toBe(second);
  const foreign = await sdk().organizations.createOrganization({ name: "Foreign" });
  const refused = app.visit("/reports", () =>
    authkit.switchToOrganization(foreign.id, { revalidationStrategy: "none" }),
  );
  await expect(refused).rejects.toThrow(/Failed to refresh session/);
  expect((await app.visit("/reports", page)).result?.organizationId).toBe(second);
});

test("an organization whose people sign in with its own provider lets nobody in who did not", async () => {
  const user = await newUser(["Own provider"], "own-provider.example");
  const [first = "", second = ""] = user.organizationIds;
  await signIn("/reports", user.email, first);
  const connection = await service.manage("POST", `/environments/${here.id}/connections`, {
    organization_id: second,
    connection_type: "GenericOIDC",
    name: "Theirs",
    state: "active",
    oidc: { issuer: "https://idp.example", client_id: "c", client_secret: "s" },
  });
  expect(connection.status).toBe(201);
  await callWire(service, here, "PUT", `/organizations/${second}`, {
    domain_data: [{ domain: "own-provider.example", state: "verified" }],
  });
  // The library looks for `error`, which version 10 of its SDK keeps in `rawData` only: the application is told.
  await expect(app.visit("/reports", () => authkit.switchToOrganization(second))).rejects.toMatchObject({
    cause: { rawData: { error: "sso_required" } },
  });
});

test("signing out ends the session here and at the service, and leads back", async () => {
  const user = await newUser();
  await signIn("/reports", user.email);
  const left = await app.visit("/reports", () => authkit.signOut({ returnTo: `${APPLICATION}/bye` }));
  expect(nextRequest.cookies.getAll()).toEqual([]);
  const answer = await fetch(left.sentTo ?? "", { redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, `${APPLICATION}/bye`]);
  const { data } = await sdk().userManagement.listSessions(user.id);
  expect(data).toMatchObject([{ status: "revoked" }]);
  expect((await app.visit("/reports", page)).sentTo?.origin).toBe(service.url);
});

test("the vendor's support signs in as somebody over the page where the application begins, and pages can tell", async () => {
  const user = await newUser();
  const impersonator = { email: "support@vendor.example", reason: "Ticket 7" };
  const { body } = await service.manage("POST", `/environments/${here.id}/impersonations`, {
    user_id: user.id,
    organization_id: here.organizationId,
    impersonator_email: impersonator.email,
    reason: impersonator.reason,
  });
  const browser = plainBrowser(service.url);
  await browser.goTo(body.url ?? "");
  expect(browser.left?.href).toBe(`${APPLICATION}/sign-in`);
  // As the README has that page: it sends on to where getSignInUrl() leads.
  const begun = await app.visit("/sign-in", () => authkit.getSignInUrl());
  await browser.goTo(begun.result ?? "");
  const callback = await app.call(browser.left ?? new URL(APPLICATION), authkit.handleAuth());
  expect(callback.sentTo?.href).toBe(`${APPLICATION}/`);
  const { result } = await app.visit("/reports", page);
  expect(result).toMatchObject({
    user: { id: user.id },
    organizationId: here.organizationId,
    impersonator,
  });
});
