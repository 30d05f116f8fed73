import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";

// The sessions of pages without a server, at a site where the service has a name beside the applications'.
const ORIGIN = "https://app.bank.example";
const SESSION = "workos-has-session";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let userId: string;
let later = 0;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl, {
    baseUrl: "https://auth.bank.example",
    clock: () => new Date(Date.now() + later),
  });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  for (const site of [here, elsewhere]) {
    await service.manage("PATCH", `/environments/${site.id}`, {
      settings: { authentication: { test_mode: true } },
    });
    for (const origin of [ORIGIN, "https://app.other.example"])
      await callWire(service, site, "POST", "/user_management/cors_origins", { origin });
    const user = { email: "kim@outside.example", email_verified: true };
    const { body } = await callWire(service, site, "POST", "/user_management/users", user);
    if (site === here) userId = body.id;
  }
});
afterAll(() => service.close());
beforeEach(() => {
  later = 0;
});

/** A browser's cookies at the service, by name, and the lines that set them last. */
interface Cookies {
  kept: Map<string, string>;
  lines: string[];
}
const noCookies = (): Cookies => ({ kept: new Map(), lines: [] });
const cookieOf = ({ clientId } = here) => `__Host-sallyport_session_${clientId}`;
const asSent = ({ kept }: Cookies) => [...kept].map(([name, value]) => `${name}=${value}`).join("; ");

function take(cookies: Cookies, { headers }: Response): void {
  cookies.lines = headers.getSetCookie();
  for (const line of cookies.lines) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) cookies.kept.delete(name);
    else cookies.kept.set(name, value);
  }
}

async function authenticate(
  cookies: Cookies,
  fields: Record<string, string>,
  { site = here, origin = ORIGIN as string | null } = {},
) {
  const answer = await fetch(`${service.url}/user_management/authenticate`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      cookie: asSent(cookies),
      ...(origin ? { origin } : {}),
    },
    body: JSON.stringify({ client_id: site.clientId, ...fields }),
  });
  take(cookies, answer);
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** A code for Kim, and its verifier. */
async function newCode(site = here): Promise<Record<string, string>> {
  const code_verifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(code_verifier).digest("base64url");
  const asked = new URL(
    sdkFor(service, site).userManagement.getAuthorizationUrl({
      provider: "authkit",
      clientId: site.clientId,
      redirectUri: site.redirectUri,
      loginHint: "kim@outside.example",
      codeChallenge,
      codeChallengeMethod: "S256",
    }),
  );
  const { location } = await visit(`${service.url}${asked.pathname}${asked.search}`);
  const code = location?.searchParams.get("code") ?? "";
  expect(code).not.toBe("");
  return { grant_type: "authorization_code", code, code_verifier };
}
const REFRESH = { grant_type: "refresh_token" };
const sessions = async () => (await sdkFor(service, here).userManagement.listSessions(userId)).data;

test("the refresh token is kept where no script reads it, and what the library looks for where it does", async () => {
  const cookies = noCookies();
  const { body } = await authenticate(cookies, await newCode());
  expect(cookies.lines).toEqual([
    `${cookieOf()}=${body.refresh_token}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure`,
    `${SESSION}=${here.clientId}; Path=/; Max-Age=604800; SameSite=Lax; Domain=bank.example; Secure`,
  ]);
});

test("a page that kept nothing refreshes with the cookie, whose token changes each time", async () => {
  const cookies = noCookies();
  await authenticate(cookies, await newCode());
  const first = cookies.kept.get(cookieOf());
  const { status, body } = await authenticate(cookies, REFRESH);
  expect([status, body.user]).toEqual([200, expect.objectContaining({ id: userId })]);
  expect(cookies.kept.get(cookieOf())).toBe(body.refresh_token);
  expect(body.refresh_token).not.toBe(first);
  expect((await authenticate(cookies, REFRESH)).status).toBe(200);
  later = 60_000;
  // Whoever comes with a token of before has stolen it, or was stolen from.
  const thief = { kept: new Map([[cookieOf(), first ?? ""]]), lines: [] };
  expect((await authenticate(thief, REFRESH)).body.error).toBe("invalid_grant");
  expect(thief.kept.size).toBe(0);
  expect((await authenticate(cookies, REFRESH)).body.error).toBe("invalid_grant");
});

test("a code or a token of the page's own that is no good leaves the cookie, which is", async () => {
  const cookies = noCookies();
  const code = await newCode();
  await authenticate(cookies, code);
  for (const wrong of [
    { ...code, code: "no-such-code" },
    { ...REFRESH, refresh_token: "no-such-token" },
  ])
    expect((await authenticate(cookies, wrong)).body.error).toBe("invalid_grant");
  expect((await authenticate(cookies, REFRESH)).status).toBe(200);
});

test.each([
  ["an origin that nobody registered", { origin: "https://evil.bank.example" as string | null }],
  ["another site, though registered", { origin: "https://app.other.example" as string | null }],
  ["a program, which has no origin", { origin: null }],
])("%s is given no cookie, and none of theirs counts", async (_, from) => {
  const cookies = noCookies();
  expect((await authenticate(cookies, await newCode(), from)).status).toBe(200);
  expect(cookies.lines).toEqual([]);
  await authenticate(cookies, await newCode());
  expect((await authenticate(cookies, REFRESH, from)).body.error).toBe("invalid_request");
});

test("a server with its secret is given no cookie, whatever origin it names", async () => {
  const cookies = noCookies();
  const { status } = await authenticate(cookies, { ...(await newCode()), client_secret: here.apiKey });
  expect([status, cookies.lines]).toEqual([200, []]);
});

test("two applications of one site have a session each, and end it alone", async () => {
  const cookies = noCookies();
  await authenticate(cookies, await newCode());
  await authenticate(cookies, await newCode(elsewhere), { site: elsewhere });
  expect(cookies.kept.get(SESSION)).toBe(`${here.clientId}.${elsewhere.clientId}`);
  expect((await authenticate(cookies, REFRESH)).status).toBe(200);
  const [session] = await sessions();
  await sdkFor(service, here).userManagement.revokeSession({ sessionId: session?.id ?? "" });
  expect((await authenticate(cookies, REFRESH)).body.error).toBe("invalid_grant");
  expect([...cookies.kept.keys()].sort()).toEqual([cookieOf(elsewhere), SESSION].sort());
  expect(cookies.kept.get(SESSION)).toBe(elsewhere.clientId);
  expect((await authenticate(cookies, REFRESH, { site: elsewhere })).status).toBe(200);
});

test("signing out takes the cookies away; a link for another session leaves them", async () => {
  const cookies = noCookies();
  await authenticate(cookies, await newCode());
  const [mine] = await sessions();
  await authenticate(noCookies(), await newCode());
  const [other] = await sessions();
  const leave = async (id = "") => {
    const url = `${service.url}/user_management/sessions/logout?session_id=${id}`;
    take(cookies, await fetch(url, { redirect: "manual", headers: { cookie: asSent(cookies) } }));
  };
  expect(mine?.id).not.toBe(other?.id);
  await leave(other?.id);
  expect(cookies.kept.has(cookieOf())).toBe(true);
  await leave(mine?.id);
  expect([...cookies.kept.keys()]).toEqual([]);
});
