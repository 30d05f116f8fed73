import { TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { networkOf } from "#lib/identity-service/wire/network.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let twin: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let later = 0;

beforeAll(async () => {
  const database = await testDatabase();
  const clock = () => new Date(Date.now() + later);
  service = await startIdentityService(database.identityUrl, { clock, instances: 1 });
  twin = await startIdentityService(database.identityUrl, { clock, baseUrl: service.url, instances: 1 });
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await twin.close();
  await admin.end();
});
beforeEach(async () => {
  later = 0;
  await admin.query("DELETE FROM identity.address_windows");
});

const PASSWORD = "a rather long pass phrase";
const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
const byTurns = (count: number) => (count % 2 ? twin : service);
/** As if so many had been counted already. */
const counted = (key: string, count: number) =>
  admin.query("UPDATE identity.rate_windows SET count = $2 WHERE key LIKE $1", [`${key}:%`, count]);
/** As if the windows had ended. */
const windowsEnd = () =>
  admin.query("UPDATE identity.address_windows SET started_at = now() - interval '2 minutes'");

async function expectTooMany(answer: Response, code = "rate_limit_exceeded"): Promise<void> {
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(await answer.json()).toEqual({ message: "Too many requests.", code });
}

async function authenticate(fields: Record<string, unknown>): Promise<Response> {
  return await fetch(`${service.url}/user_management/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: here.clientId, client_secret: here.apiKey, ...fields }),
  });
}
const guess = (email: string, ip_address: string) =>
  authenticate({ grant_type: "password", email, password: "wrong pass phrase", ip_address });

const newDeviceCode = async (at = service) =>
  await fetch(`${at.url}/user_management/authorize/device`, {
    method: "POST",
    body: new URLSearchParams({ client_id: here.clientId }),
  });

test("an address gets sixty device codes a minute", async () => {
  for (let count = 0; count < 60; count += 1) expect((await newDeviceCode(byTurns(count))).status).toBe(200);
  for (const at of [service, twin]) await expectTooMany(await newDeviceCode(at));
  await windowsEnd();
  expect((await newDeviceCode()).status).toBe(200);
});

test("after twenty tries at the code of a device no more are taken, not even the right one, on whichever instance", async () => {
  const device = (await (await newDeviceCode()).json()) as Record<string, string>;
  const enter = (user_code: string, at = service) =>
    fetch(`${at.url}/authkit/device`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ user_code }),
    });
  for (let count = 0; count < 20; count += 1)
    expect((await enter("BBBB-BBBB", byTurns(count))).status).toBeLessThan(429);
  for (const at of [service, twin]) {
    const refused = await enter(device.user_code ?? "", at);
    expect([refused.status, refused.headers.has("retry-after")]).toEqual([429, true]);
  }
  await windowsEnd();
  expect((await enter(device.user_code ?? "")).status).toBe(303);
});

test("who guesses at the management token is not listened to, even with the right one; a credential made here is good", async () => {
  const ask = (token: string, at = service) =>
    fetch(`${at.url}/sallyport/v1/environments`, { headers: { authorization: `Bearer ${token}` } });
  const { body: made } = await service.manage("POST", "/management_tokens", { name: "made", access: "full" });
  for (let count = 0; count < 30; count += 1)
    expect((await ask(`wrong-token-number-${count}`, byTurns(count))).status).toBe(401);
  // Each instance hears of it with the next guess.
  for (const at of [service, twin]) await expectTooMany(await ask("wrong-again", at));
  for (const at of [service, twin]) {
    await expectTooMany(await ask(service.managementToken, at));
    expect((await ask(made.value ?? "", at)).status).toBe(200);
  }
  later = 2 * MINUTE_MS;
  await windowsEnd();
  expect((await ask(service.managementToken)).status).toBe(200);
  expect((await ask("wrong-token")).status).toBe(401);
});

test("all addresses of one IPv6 network are one address to a limit", async () => {
  expect((await guess("a@outside.example", "2001:db8:1:2::1")).status).toBe(400);
  await counted("authenticate_from", 100);
  await expectTooMany(await guess("b@outside.example", "2001:db8:1:2:ffff::9"));
  expect((await guess("b@outside.example", "2001:db8:1:3::1")).status).toBe(400);
  expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
  expect(networkOf("not an address")).toBe("not an address");
});

test("a hundred wrong second factors in a day are too many; right ones do not count", async () => {
  const user = { email: "factor@outside.example", password: PASSWORD, email_verified: true };
  const { body: made } = await call("POST", "/user_management/users", user);
  const enrolled = await call("POST", `/user_management/users/${made.id}/auth_factors`, { type: "totp" });
  const { authentication_factor: factor, authentication_challenge: first } = enrolled.body;
  const totp = new TOTP({ secret: factor.totp.secret });
  const at = (steps: number) => totp.generate({ timestamp: Date.now() + later + steps * 30_000 });
  expect((await call("POST", `/auth/challenges/${first.id}/verify`, { code: at(-1) })).status).toBe(201);
  const answer = async (code: string) => {
    const asked = await authenticate({ grant_type: "password", email: user.email, password: PASSWORD });
    const { pending_authentication_token } = (await asked.json()) as Record<string, string>;
    const challenge = await call("POST", `/auth/factors/${factor.id}/challenge`, {});
    return await authenticate({
      grant_type: "urn:workos:oauth:grant-type:mfa-totp",
      pending_authentication_token,
      authentication_challenge_id: challenge.body.id,
      code,
    });
  };
  const tried = async () =>
    (await admin.query("SELECT count FROM identity.rate_windows WHERE key LIKE 'second_factor_day:%'")).rows;
  expect((await answer(at(0))).status).toBe(200);
  expect(await tried()).toEqual([{ count: 0 }]);
  expect((await answer("000000")).status).toBe(400);
  expect(await tried()).toEqual([{ count: 1 }]);
  await counted("second_factor_day", 100);
  await expectTooMany(await answer(at(1)), "daily_quota_exceeded");
});

test("from one address the pages send to thirty recipients a minute at most", async () => {
  const browser = plainBrowser(service.url);
  const url = new URL(`${service.url}/user_management/authorize`);
  url.search = String(
    new URLSearchParams({
      client_id: here.clientId,
      redirect_uri: here.redirectUri,
      response_type: "code",
      provider: "authkit",
    }),
  );
  await browser.goTo(url);
  await browser.send("identify", { email: "first@outside.example" });
  await browser.send("send-code");
  await counted("send_from", 30);
  const other = plainBrowser(service.url);
  await other.goTo(url);
  await other.send("identify", { email: "second@outside.example" });
  await other.send("send-code");
  expect([other.status, other.text]).toEqual([400, expect.stringContaining("Too many tries. Wait a minute")]);
});
