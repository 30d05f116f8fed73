import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;
let now = new Date();

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => now });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const sdk = () => sdkFor(service, here);
const at = "/passwordless/sessions";
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const newSession = async (more: Record<string, unknown> = {}) =>
  (await call("POST", at, { email: "reader@example.com", type: "MagicLink", ...more })).body;
const codeOf = (location: URL | null) => location?.searchParams.get("code") ?? "";
const profileOf = async (code: string) =>
  (await sdk().sso.getProfileAndToken({ code, clientId: here.clientId })).profile;

test("the official SDK makes a link, which asks first and then leads back with a code for a profile", async () => {
  const session = await sdk().passwordless.createSession({
    email: "Reader@example.com",
    type: "MagicLink",
    redirectURI: here.redirectUri,
    state: "kept as it is",
    expiresIn: 1_800,
  });
  expect(session).toMatchObject({ object: "passwordless_session", email: "Reader@example.com" });
  expect(new Date(session.expiresAt).getTime()).toBe(now.getTime() + 1_800_000);
  const page = await visit(session.link);
  expect([page.status, page.text.includes("Reader@example.com")]).toEqual([200, true]);
  const { status, location } = await visit(session.link, {});
  expect([status, `${location?.origin}${location?.pathname}`]).toEqual([302, here.redirectUri]);
  expect(location?.searchParams.get("state")).toBe("kept as it is");
  const profile = await profileOf(codeOf(location));
  expect(profile).toMatchObject({
    email: "Reader@example.com",
    idpId: "reader@example.com",
    connectionType: "MagicLink",
  });
  expect((await sdk().sso.getConnection(profile.connectionId)).type).toBe("MagicLink");
});

test("a link signs in once, even where it is followed many times at once", async () => {
  const { link } = await newSession();
  for (let looks = 0; looks < 3; looks++) expect((await visit(link)).status).toBe(200);
  const visits = await Promise.all(Array.from({ length: 6 }, () => visit(link, {})));
  expect(visits.map(({ status }) => status).sort()).toEqual([302, 404, 404, 404, 404, 404]);
  expect((await visit(link)).status).toBe(404);
});

test("SDK 8 and 11 have the link sent; the message is the only place that shows it", async () => {
  const workos8 = new WorkOS8(here.apiKey, { apiHostname: "127.0.0.1", port: service.port, https: false });
  for (const [index, workos] of [sdk(), workos8].entries()) {
    const email = `sent${index}@example.com`;
    const { id, link } = await workos.passwordless.createSession({ email, type: "MagicLink" });
    expect(await workos.passwordless.sendSession(id)).toMatchObject({ success: true });
    const [message] = await messagesTo(admin, here.id, email);
    expect(message).toMatchObject({ kind: "passwordless", subject: "Sign in to Test" });
    expect(message?.text).toContain(link);
    const token = link.split("/").at(-1) ?? "";
    const { rows } = await admin.query("SELECT row_to_json(s)::text AS text FROM identity.sign_ins AS s");
    expect(rows.some(({ text }) => text.includes(token))).toBe(false);
    expect((await visit(link, {})).status).toBe(302);
    expect((await call("POST", `${at}/${id}/send`)).status).toBe(404);
  }
});

test("a link ends when it was said, a quarter of an hour by default", async () => {
  const { link, id } = await newSession();
  const start = now;
  now = new Date(start.getTime() + 15 * 60_000);
  expect((await visit(link)).status).toBe(404);
  expect((await visit(link, {})).status).toBe(404);
  expect((await call("POST", `${at}/${id}/send`)).status).toBe(404);
  now = start;
  expect((await visit(link, {})).status).toBe(302);
});

test("messages go out three times a minute at most", async () => {
  const { id } = await newSession({ email: "flooded@example.com" });
  const statuses: number[] = [];
  for (let sends = 0; sends < 4; sends++) statuses.push((await call("POST", `${at}/${id}/send`)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
});

test("an environment has one connection for it, which nobody else's sign-in leads through", async () => {
  const made = await Promise.all(Array.from({ length: 5 }, () => newSession()));
  expect(new Set(made.map(({ id }) => id)).size).toBe(5);
  const { data } = await sdk().sso.listConnections({ connectionType: "MagicLink" as never });
  expect(data).toHaveLength(1);
  const connection = data[0]?.id ?? "";
  expect((await call("POST", at, { email: "a@example.com", type: "MagicLink", connection })).status).toBe(
    201,
  );
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    connection,
  });
  const { location } = await visit(`${service.url}/sso/authorize?${query}`);
  expect(location?.searchParams.get("error")).toBe("connection_invalid");
});

test.each([
  ["to an address that is not registered", { redirect_uri: "https://evil.example/callback" }],
  ["for longer than a day", { expires_in: 86_401 }],
  ["for less than a quarter of an hour", { expires_in: 60 }],
  ["of another type", { type: "Code" }],
  ["for no address", { email: "nobody" }],
])("refuses a link %s", async (_what, change) => {
  const body = { email: "a@example.com", type: "MagicLink", ...change };
  expect((await call("POST", at, body)).status).toBe(422);
});

test("refuses links where people may not sign in by mail", async () => {
  const switchTo = (magic_auth: boolean | null) =>
    service.manage("PATCH", `/environments/${here.id}`, { settings: { authentication: { magic_auth } } });
  await switchTo(false);
  const refused = await call("POST", at, { email: "a@example.com", type: "MagicLink" });
  expect([refused.status, refused.body.code]).toEqual([400, "magic_auth_not_enabled"]);
  await switchTo(null);
});

test("sessions and connections from elsewhere are not found, and no other handle is a link", async () => {
  const { id, link } = await newSession();
  expect((await call("POST", `${at}/${id}/send`, undefined, elsewhere)).status).toBe(404);
  const { data } = await sdk().sso.listConnections({ connectionType: "MagicLink" as never });
  const theirs = { email: "a@example.com", type: "MagicLink", connection: data[0]?.id };
  expect((await call("POST", at, theirs, elsewhere)).status).toBe(404);
  expect((await visit(`${link}x`)).status).toBe(404);
  expect((await visit(`${service.url}/passwordless/${id}`)).status).toBe(404);
});
