import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { useCode } from "#lib/identity-service/one-time/codes.ts";
import { requireMagicAuthCode, SIGN_IN_REFUSALS } from "#lib/identity-service/one-time/magic-auth.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { codeIn, messagesTo } from "#tests/support/messages.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;
let later = 0;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});
beforeEach(() => {
  later = 0;
});

const sdk = () => sdkFor(service, here).userManagement;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, `/user_management${path}`, body);
const settings = (change: object, site = here) =>
  service.manage("PATCH", `/environments/${site.id}`, { settings: change });

let made = 0;
async function newUser(more = {}): Promise<{ id: string; email: string }> {
  made += 1;
  return (await call("POST", "/users", { email: `code${made}@example.com`, ...more })).body;
}
/** Another code of six digits than this one. */
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

test("the official SDK sends a magic code, whose user is made where unknown, and reads it again", async () => {
  const sent = await sdk().createMagicAuth({ email: "Unknown@example.com" });
  expect(sent).toMatchObject({ email: "Unknown@example.com", code: expect.stringMatching(/^\d{6}$/) });
  const { data } = await sdk().listUsers({ email: "unknown@example.com" });
  expect(data).toMatchObject([{ id: sent.userId, emailVerified: false }]);
  expect(await sdk().getMagicAuth(sent.id)).toEqual(sent);
  const lifeMs = Date.parse(sent.expiresAt) - Date.parse(sent.createdAt);
  expect(Math.abs(lifeMs - 10 * MINUTE_MS)).toBeLessThan(MINUTE_MS);

  const [message] = await messagesTo(admin, here.id, "Unknown@example.com");
  expect(message).toMatchObject({ kind: "magic_auth", expiresAt: new Date(sent.expiresAt) });
  expect(codeIn(message?.text ?? "")).toBe(sent.code);
  const [event] = await eventsOf(admin, here.id, "magic_auth.created");
  expect(event).toEqual({
    object: "magic_auth",
    id: sent.id,
    user_id: sent.userId,
    email: sent.email,
    expires_at: sent.expiresAt,
    created_at: sent.createdAt,
    updated_at: sent.updatedAt,
  });
});

test("a message says who asked, how long it is good for, and no more lines than ours", async () => {
  await service.manage("PATCH", `/environments/${elsewhere.id}`, { name: "Harbour\r\nBcc: all" });
  const sent = await call(
    "POST",
    "/magic_auth",
    { email: "reader@example.com", ip_address: "203.0.113.7" },
    elsewhere,
  );
  const [message] = await messagesTo(admin, elsewhere.id, "reader@example.com");
  expect(message?.subject).toBe("Your sign-in code for Harbour Bcc: all");
  expect(message?.text).toBe(
    `Somebody asked to sign in to Harbour Bcc: all with this e-mail address, from 203.0.113.7. The code is

    ${sent.body.code}

It is good for one sign-in, until ${sent.body.expires_at.slice(0, 16).replace("T", " ")} UTC.

If it was not you, nobody can sign in without this code: do not tell it to anyone.
`,
  );
});

test("a magic code is known again for its user; wrong, old, replaced or used ones are refused by name", async () => {
  const { id, email } = await newUser();
  const check = (code: string, userId: string | null = id) =>
    requireMagicAuthCode(service.parts, here.id, userId, code);
  const first = (await call("POST", "/magic_auth", { email })).body.code;
  await expect(check(wrong(first))).rejects.toMatchObject({ body: { code: "invalid_one_time_code" } });
  await expect(check(first, null)).rejects.toMatchObject({ body: { code: "invalid_one_time_code" } });
  later = 11 * MINUTE_MS;
  await expect(check(first)).rejects.toMatchObject({ body: { code: "one_time_code_expired" } });
  later = 0;
  const row = await check(first);
  expect(row).toMatchObject({ user_id: id, email, invitation_id: null });
  await service.parts.db.transaction(here.id, (run) => useCode(run, here.id, row, SIGN_IN_REFUSALS));
  await expect(check(first)).rejects.toMatchObject({ body: { code: "one_time_code_previously_used" } });
  for (let tries = 0; tries < 2; tries += 1) await check(first).catch(() => undefined);
  await expect(check(first)).rejects.toMatchObject({ body: { code: "one_time_code_too_many_attempts" } });
});

test("where it is not enabled no magic code is sent, and where nobody may sign up none to a stranger", async () => {
  await settings({ authentication: { sign_up: false } });
  expect(await call("POST", "/magic_auth", { email: "stranger@example.com" })).toMatchObject({
    status: 400,
    body: { error: "sign_up_not_allowed" },
  });
  const { email } = await newUser();
  expect((await call("POST", "/magic_auth", { email })).status).toBe(201);
  const { body: invitation } = await call("POST", "/invitations", { email: "guest@example.com" });
  const guest = { email: "guest@example.com", invitation_token: invitation.token };
  expect((await call("POST", "/magic_auth", guest)).status).toBe(201);
  await settings({ authentication: { sign_up: null, magic_auth: false } });
  expect(await call("POST", "/magic_auth", { email })).toMatchObject({
    status: 400,
    body: { error: "authentication_method_not_allowed" },
  });
  await settings({ authentication: null });
});

test("a magic code for an invitation is for its address only", async () => {
  const { body } = await call("POST", "/invitations", { email: "invited@example.com" });
  for (const wanted of [
    { email: "other@example.com", invitation_token: body.token },
    { email: "invited@example.com", invitation_token: "nothing" },
  ])
    expect((await call("POST", "/magic_auth", wanted)).body.error).toBe("invitation_invalid");
  const good = { email: "Invited@example.com", invitation_token: body.token };
  expect((await call("POST", "/magic_auth", good)).status).toBe(201);
});

test("the official SDK verifies an e-mail address by the code that was sent to it", async () => {
  const { id, email } = await newUser();
  await sdk().sendVerificationEmail({ userId: id });
  const [message] = await messagesTo(admin, here.id, email);
  const { user } = await sdk().verifyEmail({ userId: id, code: codeIn(message?.text ?? "") });
  expect(user).toMatchObject({ id, emailVerified: true });
  const events = await eventsOf(admin, here.id, "email_verification.created");
  const event = events.find((data) => data.user_id === id);
  expect(event).not.toHaveProperty("code");
  const shown = await sdk().getEmailVerification(String(event?.id));
  expect(shown).toMatchObject({ userId: id, email, code: codeIn(message?.text ?? "") });
  expect((await call("POST", `/users/${id}/email_verification/send`)).body.code).toBe(
    "email_already_verified",
  );
});

async function sendVerification(id: string, email: string): Promise<string> {
  expect((await call("POST", `/users/${id}/email_verification/send`)).status).toBe(200);
  return codeIn((await messagesTo(admin, here.id, email)).at(-1)?.text ?? "");
}
const confirm = (id: string, code: string, site = here) =>
  call("POST", `/users/${id}/email_verification/confirm`, { code }, site);

test("a verification code that is wrong, old, used or replaced is refused, each by its name", async () => {
  const { id, email } = await newUser();
  expect((await confirm(id, "123456")).body.code).toBe("email_verification_code_incorrect");
  const first = await sendVerification(id, email);
  expect((await confirm(id, wrong(first))).body.code).toBe("email_verification_code_incorrect");
  later = 11 * MINUTE_MS;
  expect((await confirm(id, first)).body.code).toBe("email_verification_code_expired");
  later = 0;
  const second = await sendVerification(id, email);
  if (second !== first)
    expect((await confirm(id, first)).body.code).toBe("email_verification_code_incorrect");
  expect((await confirm(id, second)).status).toBe(200);
  expect((await confirm(id, second)).body.code).toBe("email_verification_code_previously_used");
});

test("an address verified in another way is not verified once more", async () => {
  const { id, email } = await newUser();
  const code = await sendVerification(id, email);
  await call("PUT", `/users/${id}`, { email_verified: true });
  expect((await confirm(id, code)).body.code).toBe("email_previously_verified");
});

test("a code says nothing about an address it was not sent to", async () => {
  const { id, email } = await newUser();
  const code = await sendVerification(id, email);
  await call("PUT", `/users/${id}`, { email: "victim@example.com" });
  expect((await confirm(id, code)).body.code).toBe("email_verification_code_expired");
  expect((await call("GET", `/users/${id}`)).body.email_verified).toBe(false);
});

test("after five tries even the right code is refused, also when they come at once", async () => {
  const { id, email } = await newUser();
  const code = await sendVerification(id, email);
  const tries = await Promise.all(Array.from({ length: 8 }, () => confirm(id, wrong(code))));
  const codes = tries.map(({ body }) => body.code);
  expect(codes.filter((each) => each === "email_verification_code_incorrect")).toHaveLength(5);
  expect(codes.filter((each) => each === "one_time_code_too_many_attempts")).toHaveLength(3);
  expect((await confirm(id, code)).body.code).toBe("one_time_code_too_many_attempts");
  const next = await sendVerification(id, email);
  expect((await confirm(id, next)).status).toBe(200);
});

test("of two requests with one code one succeeds", async () => {
  const { id, email } = await newUser();
  const code = await sendVerification(id, email);
  const answers = await Promise.all([1, 2, 3].map(() => confirm(id, code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("codes are sent three times a minute to one address, counted across instances", async () => {
  const { identityUrl } = { identityUrl: process.env.SALLYPORT_IDENTITY_DATABASE_URL ?? "" };
  const other = await startIdentityService(identityUrl);
  const send = (instance: RunningIdentityService) =>
    callWire(instance, here, "POST", "/user_management/magic_auth", { email: "flood@example.com" });
  const answers = [];
  for (const instance of [service, other, service, other, service]) answers.push(await send(instance));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429, 429]);
  expect(answers.at(-1)?.body.code).toBe("rate_limit_exceeded");
  expect(Number(answers.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0);
  await other.close();
});

test("a day's worth of codes for one address is not without end", async () => {
  const { email } = await newUser();
  await admin.query(
    "INSERT INTO identity.rate_windows (environment_id, key, started_at, count) VALUES ($1, $2, now(), 50)",
    [here.id, `send_day:magic_auth:${email}`],
  );
  expect(await call("POST", "/magic_auth", { email })).toMatchObject({
    status: 429,
    body: { code: "daily_quota_exceeded" },
  });
});

test("codes are kept nowhere in the clear", async () => {
  const { body } = await call("POST", "/magic_auth", { email: "sealed@example.com" });
  for (const table of ["one_time_codes", "messages", "events", "idempotent_answers"]) {
    const { rows } = await admin.query(`SELECT to_jsonb(t) AS row FROM identity.${table} AS t`);
    const whole = rows.flatMap(({ row }) => Object.values(row).map(String));
    expect(whole.some((value) => value.split(/\D+/).includes(body.code))).toBe(false);
  }
});

test("codes and users of another environment are not found", async () => {
  const { id, email } = await newUser();
  const { body } = await call("POST", "/magic_auth", { email });
  const code = await sendVerification(id, email);
  expect((await call("GET", `/magic_auth/${body.id}`, undefined, elsewhere)).status).toBe(404);
  expect((await call("GET", `/email_verification/${body.id}`)).status).toBe(404);
  expect((await confirm(id, code, elsewhere)).status).toBe(404);
  expect(
    (await call("POST", `/users/${id}/email_change/send`, { new_email: "x@example.com" }, elsewhere)).status,
  ).toBe(404);
  expect((await call("POST", `/users/${id}/email_change/confirm`, { code }, elsewhere)).status).toBe(404);
  expect((await call("POST", `/users/${id}/email_verification/send`, {}, elsewhere)).status).toBe(404);
  expect((await confirm(id, code)).status).toBe(200);
});
