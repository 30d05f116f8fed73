import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "#lib/identity-service/db.ts";
import { isUsersPassword } from "#lib/identity-service/users/check-password.ts";
import { HOUR_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { putSession } from "#tests/support/sessions.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let db: Database;
let admin: pg.Client;
let later = 0;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  db = openDatabase(database.identityUrl, 2);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await db.close();
  await admin.end();
});
beforeEach(() => {
  later = 0;
});

const OLD = "the gate before this one";
const NEW = "the gate behind this one";
const sdk = () => sdkFor(service, here).userManagement;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, `/user_management${path}`, body);
const settings = (change: object) =>
  service.manage("PATCH", `/environments/${here.id}`, { settings: change });

let made = 0;
async function newUser(): Promise<{ id: string; email: string }> {
  made += 1;
  return (await call("POST", "/users", { email: `reset${made}@example.com`, password: OLD })).body;
}
const send = async (email: string) => (await call("POST", "/password_reset", { email })).body;
const confirm = (token: string, new_password = NEW, site = here) =>
  call("POST", "/password_reset/confirm", { token, new_password }, site);

test("the official SDK sends a reset, reads it again, and sets the new password with it", async () => {
  const user = await newUser();
  const session = await putSession(admin, here.id, user.id, null);
  const reset = await sdk().createPasswordReset({ email: user.email.toUpperCase() });
  expect(reset).toMatchObject({ userId: user.id, email: user.email });
  expect(new URL(reset.passwordResetUrl).searchParams.get("token")).toBe(reset.passwordResetToken);
  expect(await sdk().getPasswordReset(reset.id)).toEqual(reset);
  const [message] = await messagesTo(admin, here.id, user.email);
  expect(message).toMatchObject({ kind: "password_reset", expiresAt: new Date(reset.expiresAt) });
  expect(message?.text).toContain(`\n${reset.passwordResetUrl}\n`);

  const done = await sdk().resetPassword({ token: reset.passwordResetToken, newPassword: NEW });
  expect(done.user).toMatchObject({ id: user.id, emailVerified: true });
  expect(await isUsersPassword(db, here.id, user.id, NEW)).toBe(true);
  expect(await isUsersPassword(db, here.id, user.id, OLD)).toBe(false);
  const { rows } = await admin.query("SELECT status FROM identity.sessions WHERE id = $1", [session]);
  expect(rows).toEqual([{ status: "revoked" }]);

  const payload = {
    object: "password_reset",
    id: reset.id,
    user_id: user.id,
    email: user.email,
    expires_at: reset.expiresAt,
    created_at: reset.createdAt,
  };
  expect(await eventsOf(admin, here.id, "password_reset.created")).toEqual([payload]);
  expect(await eventsOf(admin, here.id, "password_reset.succeeded")).toEqual([payload]);
  expect(await eventsOf(admin, here.id, "session.revoked")).toMatchObject([{ id: session }]);
});

test("a link is good for one use, and its use ends the others that were sent", async () => {
  const user = await newUser();
  const [first, second] = [await send(user.email), await send(user.email)];
  expect((await confirm(second.password_reset_token)).status).toBe(200);
  for (const { password_reset_token } of [first, second])
    expect(await confirm(password_reset_token)).toMatchObject({
      status: 400,
      body: { code: "password_reset_error", errors: [{ code: "password_reset_token_used" }] },
    });
});

test("of two requests with one link one succeeds", async () => {
  const { password_reset_token } = await send((await newUser()).email);
  const answers = await Promise.all([1, 2, 3].map(() => confirm(password_reset_token)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
});

test("a link that has expired is refused", async () => {
  const { password_reset_token } = await send((await newUser()).email);
  later = HOUR_MS + 1;
  expect(await confirm(password_reset_token)).toMatchObject({
    status: 400,
    body: { code: "password_reset_error", errors: [{ code: "password_reset_token_expired" }] },
  });
});

test("a weak password is refused and the link stays good", async () => {
  const { password_reset_token } = await send((await newUser()).email);
  expect(await confirm(password_reset_token, "short")).toMatchObject({
    status: 400,
    body: { code: "password_reset_error", errors: [{ code: "password_too_short" }] },
  });
  expect((await confirm(password_reset_token)).status).toBe(200);
});

test("an address that the user no longer has is not verified by an old link", async () => {
  const user = await newUser();
  const { password_reset_token } = await send(user.email);
  await call("PUT", `/users/${user.id}`, { email: `other-${user.email}` });
  const { body } = await confirm(password_reset_token);
  expect(body.user).toMatchObject({ email: `other-${user.email}`, email_verified: false });
});

test("where passwords are not enabled none is reset", async () => {
  const user = await newUser();
  const { password_reset_token } = await send(user.email);
  await settings({ authentication: { password: false } });
  const disabled = { status: 403, body: { code: "email_password_auth_disabled" } };
  expect(await call("POST", "/password_reset", { email: user.email })).toMatchObject(disabled);
  expect(await confirm(password_reset_token)).toMatchObject(disabled);
  await settings({ authentication: null });
});

test("links lead to the application's own page where it names one", async () => {
  await settings({ pages: { password_reset_url: "https://app.example.com/reset?from=mail" } });
  const { password_reset_url, password_reset_token } = await send((await newUser()).email);
  expect(password_reset_url).toBe(`https://app.example.com/reset?from=mail&token=${password_reset_token}`);
  await settings({ pages: null });
});

test("an unknown address, token or reset, and those of another environment, are not found", async () => {
  const user = await newUser();
  const reset = await send(user.email);
  expect((await call("POST", "/password_reset", { email: "nobody@example.com" })).status).toBe(404);
  expect((await call("POST", "/password_reset", { email: user.email }, elsewhere)).status).toBe(404);
  expect((await confirm("nothing")).status).toBe(404);
  expect((await confirm(reset.password_reset_token, NEW, elsewhere)).status).toBe(404);
  expect((await call("GET", `/password_reset/${reset.id}`, undefined, elsewhere)).status).toBe(404);
  expect((await confirm(reset.password_reset_token)).status).toBe(200);
});

test("tokens are kept nowhere in the clear", async () => {
  const { password_reset_token } = await send((await newUser()).email);
  for (const table of ["password_resets", "messages", "events", "idempotent_answers"]) {
    const { rows } = await admin.query(`SELECT t::text AS row FROM identity.${table} AS t`);
    expect(rows.some(({ row }) => row.includes(password_reset_token))).toBe(false);
  }
});
