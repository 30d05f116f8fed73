import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { sdkFor } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// An application that takes back only whom it sent: it names where it begins a sign-in itself.
const BEGINS = "http://localhost:9999/sign-in";
const IMPERSONATOR = { email: "support@vendor.example", reason: "Ticket 7" };

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let userId: string;
let later = 0;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  for (const { id } of [here, elsewhere])
    await service.manage("PATCH", `/environments/${id}`, {
      settings: { pages: { initiate_login_url: BEGINS } },
    });
  userId = (await sdk().createUser({ email: "kim@outside.example", emailVerified: true })).id;
});
afterAll(() => service.close());
beforeEach(() => {
  later = 0;
});

const sdk = () => sdkFor(service, here).userManagement;
async function newLink(): Promise<string> {
  const { status, body } = await service.manage("POST", `/environments/${here.id}/impersonations`, {
    user_id: userId,
    impersonator_email: IMPERSONATOR.email,
    reason: IMPERSONATOR.reason,
  });
  expect(status).toBe(201);
  return body.url ?? "";
}

/** As the application begins a sign-in, with PKCE and a state. */
function beginning(site = here) {
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const url = sdkFor(service, site).userManagement.getAuthorizationUrl({
    provider: "authkit",
    clientId: site.clientId,
    redirectUri: site.redirectUri,
    state: "mine",
    codeChallenge,
    codeChallengeMethod: "S256",
  });
  return { url, codeVerifier };
}
const redeem = (left: URL | null, codeVerifier?: string) =>
  sdk().authenticateWithCode({
    clientId: here.clientId,
    code: left?.searchParams.get("code") ?? "",
    ...(codeVerifier ? { codeVerifier } : {}),
  });

test("the link leads to where the application begins, and its sign-in comes back at once, with its state and PKCE", async () => {
  const browser = plainBrowser(service.url);
  await browser.goTo(await newLink());
  expect(browser.left?.href).toBe(BEGINS);
  const { url, codeVerifier } = beginning();
  await browser.goTo(url);
  expect(browser.left?.searchParams.get("state")).toBe("mine");
  const signedIn = await redeem(browser.left, codeVerifier);
  expect(signedIn).toMatchObject({ user: { id: userId }, impersonator: IMPERSONATOR });
  // The next sign-in in this browser is an ordinary one.
  await browser.goTo(beginning().url);
  expect([browser.left, browser.text]).toEqual([null, expect.stringContaining("Sign in")]);
});

test("the code that comes back needs the verifier of the sign-in that was begun", async () => {
  const browser = plainBrowser(service.url);
  await browser.goTo(await newLink());
  await browser.goTo(beginning().url);
  const refused = { error: "invalid_grant" };
  await expect(redeem(browser.left)).rejects.toMatchObject(refused);
  await expect(redeem(browser.left, randomBytes(32).toString("base64url"))).rejects.toMatchObject(refused);
});

test("a link is good in one browser, once", async () => {
  const link = await newLink();
  const [first, second, third] = [1, 2, 3].map(() => plainBrowser(service.url));
  await first?.goTo(link);
  await second?.goTo(link);
  await first?.goTo(beginning().url);
  expect(first?.left?.searchParams.get("code")).toBeTruthy();
  for (const browser of [second, third]) {
    await browser?.goTo(beginning().url);
    expect(browser?.text).toContain("Sign in");
  }
  const code = new URL(link).searchParams.get("code") ?? "";
  await expect(sdk().authenticateWithCode({ clientId: here.clientId, code })).rejects.toMatchObject({
    error: "invalid_grant",
  });
});

test("a link that is over, and one of another environment, lead to an ordinary sign-in", async () => {
  const [late, foreign] = [plainBrowser(service.url), plainBrowser(service.url)];
  await late.goTo(await newLink());
  later = 11 * 60_000;
  await late.goTo(beginning().url);
  expect([late.left, late.text]).toEqual([null, expect.stringContaining("Sign in")]);
  later = 0;
  await foreign.goTo(await newLink());
  await foreign.goTo(beginning(elsewhere).url);
  expect([foreign.left, foreign.text]).toEqual([null, expect.stringContaining("Sign in")]);
});

test("a code of an ordinary sign-in is not traded for another", async () => {
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { authentication: { test_mode: true } },
  });
  const signedIn = plainBrowser(service.url);
  await signedIn.goTo(`${beginning().url}&login_hint=kim%40outside.example`);
  const code = signedIn.left?.searchParams.get("code") ?? "";
  expect(code).not.toBe("");
  const browser = plainBrowser(service.url);
  await browser.goTo(`${service.url}/authkit/impersonation?client_id=${here.clientId}&code=${code}`);
  expect(browser.left?.href).toBe(BEGINS);
  await browser.goTo(beginning().url);
  expect([browser.left, browser.text]).toEqual([null, expect.stringContaining("Sign in")]);
});

test.each(["", "?client_id=client_none&code=x", "?code=x"])(
  "an incomplete link (%s) says so, and leads nowhere",
  async (query) => {
    const browser = plainBrowser(service.url);
    await browser.goTo(`${service.url}/authkit/impersonation${query}`);
    expect([browser.status, browser.left]).toEqual([400, null]);
  },
);
