import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
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

const PASSWORD = "a rather long pass phrase";
const CALLBACK = "http://localhost:9998/callback";
const OTHER = "http://localhost:9998/other";
const VERIFIER = randomBytes(32).toString("base64url");
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
let now = Date.now();
let service: RunningIdentityService;
let here: TestEnvironment;
let client: { client_id: string; client_secret: string };

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl, { clock: () => new Date(now) });
  here = await prepareEnvironment(service);
  const call = (path: string, body?: object) => callWire(service, here, "POST", path, body);
  const { body: application } = await call("/connect/applications", {
    name: "Reports",
    application_type: "oauth",
    is_first_party: true,
    redirect_uris: [{ uri: CALLBACK, default: true }, { uri: OTHER }],
  });
  const { body } = await call(`/connect/applications/${application.id}/client_secrets`);
  client = { client_id: application.client_id, client_secret: body.secret };
  await call("/user_management/users", {
    email: "ada@outside.example",
    password: PASSWORD,
    email_verified: true,
  });
});
afterAll(() => service.close());

const issuer = () => `${service.url}/issuers/${here.clientId}/oauth2`;
function authorizeUrl(more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid offline_access",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...more,
  });
  return `${issuer()}/authorize?${query}`;
}

async function newCode(): Promise<string> {
  const browser = plainBrowser(service.url);
  await browser.goTo(authorizeUrl());
  await browser.send("identify", { email: "ada@outside.example" });
  await browser.send("password", { password: PASSWORD });
  return browser.left?.searchParams.get("code") ?? "";
}

async function token(fields: Record<string, string>) {
  const { status, text } = await visit(`${issuer()}/token`, { ...client, ...fields });
  return { status, body: JSON.parse(text) as Record<string, string> };
}
const exchange = (code: string, more: Record<string, string> = {}) =>
  token({ grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: VERIFIER, ...more });

test("a code is refused for another address, another verifier or none, and then still good where it belongs", async () => {
  const code = await newCode();
  const wrongs: Record<string, string>[] = [
    { redirect_uri: OTHER },
    { code_verifier: "x".repeat(43) },
    { code_verifier: "" },
  ];
  for (const wrong of wrongs)
    expect(await exchange(code, wrong)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect((await exchange(code)).status).toBe(200);
});

test.each(["plain", "s256", ""])("PKCE with the method '%s' is refused from the start", async (method) => {
  const { location } = await visit(authorizeUrl({ code_challenge_method: method }));
  expect(location?.searchParams.get("error")).toBe("invalid_request");
});

test("a code that comes a second time ends what the first was exchanged for, even when it has long expired", async () => {
  for (const minutes of [0, 30]) {
    const code = await newCode();
    const { body } = await exchange(code);
    now += minutes * 60_000;
    expect((await exchange(code)).status).toBe(400);
    const refreshed = await token({ grant_type: "refresh_token", refresh_token: body.refresh_token ?? "" });
    expect(refreshed).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  }
});

test("whoever cannot prove to be the application ends nothing with a code that they saw", async () => {
  const code = await newCode();
  const { body } = await exchange(code);
  expect((await exchange(code, { code_verifier: "x".repeat(43) })).status).toBe(400);
  expect((await exchange(code, { client_secret: "wrong" })).status).toBe(401);
  expect((await token({ grant_type: "refresh_token", refresh_token: body.refresh_token ?? "" })).status).toBe(
    200,
  );
});
