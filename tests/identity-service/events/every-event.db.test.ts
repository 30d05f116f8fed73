import { readFileSync } from "node:fs";
import { TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EVENT_NAMES } from "#lib/identity-service/events/names.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { authenticate } from "#tests/support/sso-sessions.ts";
import { EVERY_EVENT } from "./every-event.ts";

const PASSWORD = "a rather long pass phrase";
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

/** One request that has to succeed. */
async function call(method: string, path: string, body?: unknown) {
  const answer = await callWire(service, here, method, path, body);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
const um = (method: string, path: string, body?: unknown) => call(method, `/user_management${path}`, body);
const codeSentTo = async (email: string) =>
  /^ {4}(\d{6})$/m.exec((await messagesTo(admin, here.id, email)).at(-1)?.text ?? "")?.[1] ?? "";
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const grant = (name: string) => `urn:workos:oauth:grant-type:${name}`;
const signIn = (fields: Record<string, string>) => authenticate(service, here, fields);

let made = 0;
async function newUser(more: object = {}) {
  made += 1;
  return await um("POST", "/users", {
    email: `everything${made}@outside.example`,
    password: PASSWORD,
    ...more,
  });
}

/** What an environment goes through, room by room. */
const WALKS: Record<string, () => Promise<void>> = {
  "organizations, domains and members": async () => {
    const { id } = await call("POST", "/organizations", {
      name: "Everything",
      domain_data: [{ domain: "everything.example", state: "pending" }],
    });
    await call("PUT", `/organizations/${id}`, {
      name: "All",
      domain_data: [{ domain: "everything.example", state: "verified" }],
    });
    const user = await newUser();
    const member = await um("POST", "/organization_memberships", { user_id: user.id, organization_id: id });
    await um("PUT", `/organization_memberships/${member.id}/deactivate`);
    await um("PUT", `/organization_memberships/${member.id}/reactivate`);
    const at = `/organizations/${id}/groups`;
    const group = await call("POST", at, { name: "Team" });
    await call("PATCH", `${at}/${group.id}`, { name: "Crew" });
    await call("POST", `${at}/${group.id}/organization-memberships`, {
      organization_membership_id: member.id,
    });
    await um("DELETE", `/organization_memberships/${member.id}`);
    await call("DELETE", `${at}/${group.id}`);
    await call("DELETE", `/organizations/${id}`);
  },
  "users and their proofs": async () => {
    const user = await newUser();
    await um("PUT", `/users/${user.id}`, { first_name: "Every" });
    await um("POST", `/users/${user.id}/email_verification/send`);
    const reset = await um("POST", "/password_reset", { email: user.email });
    await um("POST", "/password_reset/confirm", {
      token: reset.password_reset_token,
      new_password: `${PASSWORD} again`,
    });
    await um("DELETE", `/users/${user.id}`);
  },
  invitations: async () => {
    const invite = async () => {
      made += 1;
      return await um("POST", "/invitations", { email: `invited${made}@outside.example` });
    };
    const [first, second] = [await invite(), await invite()];
    await um("POST", `/invitations/${first.id}/resend`);
    await um("POST", `/invitations/${first.id}/revoke`);
    await um("POST", "/users", { email: second.email, email_verified: true });
    await um("POST", `/invitations/${second.id}/accept`);
  },
  "signing in": async () => {
    const user = await newUser();
    const asked = await signIn({ grant_type: "password", email: user.email, password: PASSWORD });
    const pending = { pending_authentication_token: asked.body.pending_authentication_token };
    const byMail = { grant_type: grant("email-verification:code"), ...pending };
    const code = await codeSentTo(user.email);
    await signIn({ ...byMail, code: wrong(code) });
    const { body } = await signIn({ ...byMail, code });
    await um("POST", "/sessions/revoke", { session_id: sessionOf(body.access_token) });
    await signIn({ grant_type: "password", email: user.email, password: "wrong" });
    await um("POST", "/magic_auth", { email: user.email });
    const magic = await codeSentTo(user.email);
    const byCode = { grant_type: grant("magic-auth:code"), email: user.email };
    await signIn({ ...byCode, code: wrong(magic) });
    expect((await signIn({ ...byCode, code: magic })).status).toBe(200);
  },
  "a second factor": async () => {
    const user = await newUser({ email_verified: true });
    const enrolled = await um("POST", `/users/${user.id}/auth_factors`, { type: "totp" });
    const secret = enrolled.authentication_factor.totp.secret;
    const totp = (offset: number) =>
      new TOTP({ secret }).generate({ timestamp: Date.now() + offset * 30_000 });
    await call("POST", `/auth/challenges/${enrolled.authentication_challenge.id}/verify`, { code: totp(-1) });
    const asked = await signIn({ grant_type: "password", email: user.email, password: PASSWORD });
    const challenge = await call("POST", `/auth/factors/${enrolled.authentication_factor.id}/challenge`);
    const second = {
      grant_type: grant("mfa-totp"),
      pending_authentication_token: asked.body.pending_authentication_token,
      authentication_challenge_id: challenge.id,
    };
    await signIn({ ...second, code: wrong(totp(0)) });
    expect((await signIn({ ...second, code: totp(0) })).status).toBe(200);
  },
  "roles and permissions": async () => {
    await call("POST", "/authorization/permissions", { slug: "all:read", name: "Read" });
    await call("PATCH", "/authorization/permissions/all:read", { name: "Read all" });
    await call("POST", "/authorization/roles", { slug: "reader", name: "Reader" });
    await call("PATCH", "/authorization/roles/reader", { name: "Reads" });
    const at = `/authorization/organizations/${here.organizationId}/roles`;
    const own = await call("POST", at, { slug: "org-keeper", name: "Keeper" });
    await call("PATCH", `${at}/${own.slug}`, { name: "Keeps" });
    await call("DELETE", `${at}/${own.slug}`);
    await call("DELETE", "/authorization/permissions/all:read");
  },
  "API keys": async () => {
    const key = await call("POST", `/organizations/${here.organizationId}/api_keys`, { name: "Robot" });
    await call("POST", `/api_keys/${key.id}/expire`, {});
    await call("DELETE", `/api_keys/${key.id}`);
  },
  "feature flags": async () => {
    const home = `/environments/${here.id}/feature_flags`;
    await service.manage("POST", home, { slug: "everything", name: "Everything" });
    await call("PUT", "/feature-flags/everything/enable");
    await call("POST", `/feature-flags/everything/targets/${here.organizationId}`);
    await service.manage("DELETE", `${home}/everything`);
  },
  "the vault": async () => {
    const vault = sdkFor(service, here).vault;
    const context = { organization_id: here.organizationId };
    const { id } = await vault.createObject({ name: "everything", value: "1", context });
    await vault.readObject({ id });
    await vault.describeObject({ id });
    await vault.updateObject({ id, value: "2" });
    await vault.listObjects();
    await vault.deleteObject({ id });
    await vault.decrypt(await vault.encrypt("text", context));
  },
};

test.each(Object.keys(WALKS))("an environment goes through %s", async (room) => {
  await expect(WALKS[room]?.()).resolves.toBeUndefined();
});

test("the list names every event of the document, and no other", () => {
  expect(Object.keys(EVERY_EVENT).sort()).toEqual([...EVENT_NAMES].sort());
});

test("what is shown here was told here, and nothing was told that is said never to happen", async () => {
  const { rows } = await admin.query("SELECT DISTINCT name FROM identity.events WHERE environment_id = $1", [
    here.id,
  ]);
  const told = rows.map(({ name }) => name as string);
  const shown = Object.entries(EVERY_EVENT).filter(([, row]) => "shownIn" in row);
  const missing = shown.filter(
    ([name, row]) => "shownIn" in row && row.shownIn === "here" && !told.includes(name),
  );
  expect(missing.map(([name]) => name)).toEqual([]);
  expect(told.filter((name) => "never" in (EVERY_EVENT[name] ?? { never: "unknown" }))).toEqual([]);
});

test("what is shown elsewhere is looked at there", () => {
  for (const [name, row] of Object.entries(EVERY_EVENT)) {
    if (!("shownIn" in row) || row.shownIn === "here") continue;
    expect(readFileSync(row.shownIn, "utf8"), `${row.shownIn} looks at ${name}`).toContain(`"${name}"`);
  }
});

function sessionOf(accessToken: string): string {
  const [, claims = ""] = accessToken.split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString("utf8")).sid;
}
