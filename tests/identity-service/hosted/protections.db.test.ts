import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";

const PASSWORD = "a rather long pass phrase";
let databaseUrl: string;
let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let application: { client_id: string };

beforeAll(async () => {
  const database = await testDatabase();
  databaseUrl = database.identityUrl;
  service = await startIdentityService(databaseUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await service.manage("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "GenericSAML",
    name: "Example SAML",
    state: "active",
    saml: {
      idp_entity_id: "https://idp.example.com",
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [(await import("#tests/support/saml-idp.ts")).idpSettings().certificate],
    },
  });
  const made = await callWire(service, here, "POST", "/connect/applications", {
    name: "Reports",
    application_type: "oauth",
    is_first_party: true,
    redirect_uris: [{ uri: here.redirectUri, default: true }],
  });
  application = made.body;
  await callWire(service, here, "POST", "/user_management/users", {
    email: "ada@outside.example",
    password: PASSWORD,
    email_verified: true,
  });
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const AUTHORIZE = {
  "/sso/authorize": () => ({ client_id: here.clientId, organization: here.organizationId }),
  "/user_management/authorize": () => ({ client_id: here.clientId, provider: "authkit" }),
  "/issuers/…/oauth2/authorize": () => ({ client_id: application.client_id, scope: "openid" }),
};
type Entrance = keyof typeof AUTHORIZE;
const entrances = Object.keys(AUTHORIZE) as Entrance[];

function addressOf(entrance: Entrance, more: Record<string, string> = {}, base = service.url): string {
  const query = new URLSearchParams({
    ...AUTHORIZE[entrance](),
    redirect_uri: here.redirectUri,
    response_type: "code",
    ...more,
  });
  return `${base}${entrance.replace("…", here.clientId)}?${query}`;
}

describe.each(entrances)("%s", (entrance) => {
  test("sends somebody on for the registered address, so that each refusal below is about its own fault", async () => {
    expect((await visit(addressOf(entrance))).status).toBe(302);
  });

  test.each([
    ["case", (uri: string) => uri.replace("callback", "Callback")],
    ["the host's case", (uri: string) => uri.replace("localhost", "LOCALHOST")],
    ["path", (uri: string) => `${uri}/`],
    ["a path that leads out", (uri: string) => `${uri}/../evil`],
    ["query", (uri: string) => `${uri}?x=1`],
    ["fragment", (uri: string) => `${uri}#x`],
    ["encoding", (uri: string) => uri.replace("callback", "c%61llback")],
    ["port", (uri: string) => uri.replace(":9999", ":9998")],
    ["no port", (uri: string) => uri.replace(":9999", "")],
    ["scheme", (uri: string) => uri.replace("http:", "https:")],
    ["a user's name", (uri: string) => uri.replace("localhost", "localhost@evil.example")],
    ["a host that only begins so", (uri: string) => uri.replace("localhost", "localhost.evil.example")],
    ["a backslash", (uri: string) => uri.replace("localhost", "evil.example\\@localhost")],
    ["a blank", (uri: string) => ` ${uri}`],
    ["a line break", (uri: string) => `${uri}\r\nset-cookie: a=b`],
  ])("sends nobody to an address that differs by %s", async (_what, change) => {
    const shown = await visit(addressOf(entrance, { redirect_uri: change(here.redirectUri) }));
    expect([shown.status, shown.location]).toEqual([400, null]);
  });

  test("an address said twice, one of them another's, is not sent to", async () => {
    const twice = `${addressOf(entrance)}&redirect_uri=${encodeURIComponent("https://evil.example/")}`;
    const shown = await visit(twice);
    expect([shown.status >= 400 && shown.status < 500, shown.location]).toEqual([true, null]);
  });

  test("what the application sends along splits no answer", async () => {
    const state = 'x\r\nset-cookie: evil=1\r\n\r\n<script>"';
    const answer = await fetch(addressOf(entrance, { state, prompt: "none", response_type: "token" }), {
      redirect: "manual",
    });
    expect(answer.headers.getSetCookie().join()).not.toContain("evil");
    const back = new URL(answer.headers.get("location") ?? "");
    expect([back.origin + back.pathname, back.searchParams.get("state")]).toEqual([here.redirectUri, state]);
  });

  test("takes nobody's word but its own settings for where it is", async () => {
    const answer = await askAs("evil.example", addressOf(entrance));
    expect(JSON.stringify(answer)).not.toContain("evil.example");
  });
});

/** What a server says to somebody who names another host, in each of the ways there are. */
async function askAs(host: string, address: string, body?: string) {
  const headers = {
    host,
    "x-forwarded-host": host,
    "x-forwarded-proto": "https",
    forwarded: `host=${host};proto=https`,
    "x-original-host": host,
    ...(body ? { "content-type": "application/json", authorization: `Bearer ${here.apiKey}` } : {}),
  };
  const sent = request(address, { method: body ? "POST" : "GET", headers }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

test("links in messages lead to the service's own address, whatever host a request names", async () => {
  const email = "ada@outside.example";
  const asked = await askAs(
    "evil.example",
    `${service.url}/user_management/password_reset`,
    JSON.stringify({ email }),
  );
  expect(asked.status).toBe(201);
  expect(asked.body).not.toContain("evil.example");
  const [message] = await messagesTo(admin, here.id, email);
  expect(message?.text).toContain(`${service.url}/authkit/reset-password?token=`);
  expect(message?.text).not.toContain("evil.example");
});

async function arrive(base = service.url) {
  const browser = plainBrowser(service.url);
  await browser.goTo(addressOf("/user_management/authorize", {}, base));
  return browser;
}

test("every page refuses to be framed, loads and runs nothing from elsewhere, and is kept by no cache", async () => {
  const flow = await arrive();
  const pages = [
    flow.headers,
    ...(await Promise.all(
      [
        "/user_management/authorize?client_id=none",
        "/sso/authorize?client_id=none",
        "/authkit/none",
        "/authkit/device",
        "/authkit/reset-password?token=none",
        "/authkit/invitation?invitation_token=none",
        "/authkit/impersonation?client_id=none&code=x",
        "/user_management/sessions/logout?session_id=session_none",
        "/passwordless/none",
        `/issuers/${here.clientId}/oauth2/authorize?client_id=none`,
      ].map(async (path) => (await fetch(`${service.url}${path}`, { redirect: "manual" })).headers),
    )),
  ];
  for (const headers of pages) {
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = (headers.get("content-security-policy") ?? "").split("; ");
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]),
    );
    expect(policy.join()).not.toContain("unsafe-");
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
  }
});

test("a form from elsewhere comes without the cookie, and does nothing", async () => {
  const browser = await arrive();
  await browser.send("identify", { email: "ada@outside.example" });
  const { rows } = await admin.query(
    "SELECT id FROM identity.authentications WHERE email = 'ada@outside.example' ORDER BY created_at DESC LIMIT 1",
  );
  const forged = await visit(`${service.url}/authkit/${rows[0].id}`, {
    action: "password",
    password: PASSWORD,
  });
  expect([forged.status, forged.location]).toEqual([400, null]);
  await browser.send("password", { password: PASSWORD });
  expect(browser.left?.searchParams.get("code")).toBeTruthy();
});

test("cookies are for no script, no other site and, under TLS, no other host", async () => {
  for (const [baseUrl, strict] of [
    [service.url, false],
    ["https://sign-in.example", true],
  ] as const) {
    const instance = await startIdentityService(databaseUrl, { baseUrl, instances: 1 });
    try {
      const cookies: string[] = [];
      const remember = async (path: string, form?: Record<string, string>) => {
        const cookie = cookies.map((line) => line.split(";")[0]).join("; ");
        const answer = await fetch(`${instance.url}${path}`, {
          redirect: "manual",
          headers: { cookie },
          ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
        });
        cookies.push(...answer.headers.getSetCookie());
        return new URL(answer.headers.get("location") ?? "", baseUrl).pathname;
      };
      const begin = addressOf("/user_management/authorize", {}, "");
      const flow = await remember(begin);
      await remember(flow, { action: "identify", email: "ada@outside.example" });
      await remember(flow, { action: "password", password: PASSWORD });
      await remember(flow);
      // The sign-in's own, and the one this browser is remembered by.
      expect(cookies.length).toBeGreaterThanOrEqual(2);
      for (const cookie of cookies) {
        expect(cookie).toMatch(/; Path=\/;.*HttpOnly; SameSite=Lax/);
        expect(cookie).not.toContain("Domain=");
        expect([cookie.startsWith("__Host-"), cookie.includes("; Secure")]).toEqual([strict, strict]);
      }
    } finally {
      await instance.close();
    }
  }
});

test("a cookie that somebody planted is not the one a sign-in goes on with", async () => {
  const planted = "A".repeat(43);
  const answer = await fetch(addressOf("/user_management/authorize"), {
    redirect: "manual",
    headers: { cookie: `sallyport_${"0".repeat(16)}=${planted}; sallyport_remembered=${planted}` },
  });
  const given = answer.headers.getSetCookie().map((line) => line.split(";")[0]?.split("=")[1]);
  expect(given.length).toBeGreaterThan(0);
  expect(given).not.toContain(planted);
});

test("what comes from outside is text on a page, and no markup", async () => {
  const markup = '"><script>alert(1)</script>';
  const browser = plainBrowser(service.url);
  await browser.goTo(addressOf("/user_management/authorize", { login_hint: markup, state: markup }));
  expect(browser.text).not.toContain("<script>alert");
  await browser.send("identify", { email: `${markup}@x.example` });
  expect(browser.text).not.toContain("<script>alert");
  const device = await visit(`${service.url}/authkit/device?user_code=${encodeURIComponent(markup)}`);
  expect(device.text).not.toContain("<script>alert");
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example",
  "http://localhost:9999@evil.example/callback",
  "http://localhost:9999/callback/..//evil",
  "javascript:alert(1)",
])("signing out leads nobody to %s", async (returnTo) => {
  const signedIn = await callWire(service, here, "POST", "/user_management/authenticate", {
    client_id: here.clientId,
    client_secret: here.apiKey,
    grant_type: "password",
    email: "ada@outside.example",
    password: PASSWORD,
  });
  const [, claims = ""] = String(signedIn.body.access_token).split(".");
  const { sid } = JSON.parse(Buffer.from(claims, "base64url").toString());
  const query = new URLSearchParams({ session_id: sid, return_to: returnTo });
  const shown = await visit(`${service.url}/user_management/sessions/logout?${query}`);
  expect([shown.status, shown.location]).toEqual([422, null]);
});
