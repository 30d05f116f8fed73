import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { ADA, idpSettings } from "#tests/support/saml-idp.ts";
import {
  authenticate,
  codeThrough,
  connectSaml,
  type SamlConnection,
  sessionFor,
} from "#tests/support/sso-sessions.ts";

const idp = idpSettings();
let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let connection: SamlConnection;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  connection = await connectSaml(service, here, idp);
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
const told = (name: string) => eventsOf(admin, here.id, name);

test("a sign-in through a connection is told when it starts and when it succeeds, before any code is exchanged", async () => {
  const code = await codeThrough(service, here, connection, idp);
  const sso = {
    organization_id: here.organizationId,
    connection_id: connection.id,
    session_id: expect.stringMatching(/^sign_in_/),
  };
  const about = { type: "sso", ip_address: "127.0.0.1", user_agent: expect.any(String), user_id: null };
  const [started] = await told("authentication.sso_started");
  expect(started).toEqual({ ...about, status: "started", email: null, sso });
  expect(await told("authentication.sso_succeeded")).toEqual([
    { ...about, status: "succeeded", email: "ada@example.com", sso: (started as { sso: object }).sso },
  ]);
  // The second time it is known whose profile it is, and exchanging the code tells nothing twice.
  const { userId } = await sessionFor(service, here, code);
  await sessionFor(service, here, await codeThrough(service, here, connection, idp));
  const again = await told("authentication.sso_succeeded");
  expect(again.map(({ user_id }) => user_id)).toEqual([null, userId]);
});

test("one that fails is told with its reason and, where the provider named them, the person", async () => {
  const eve = { ...ADA, nameId: "eve@evil.example", attributes: { email: "eve@evil.example" } };
  expect(await codeThrough(service, here, connection, idp, { person: eve })).toBe("");
  expect((await told("authentication.sso_failed")).at(-1)).toMatchObject({
    status: "failed",
    email: "eve@evil.example",
    error: {
      code: "profile_not_allowed_outside_organization",
      message: expect.stringContaining("evil.example"),
    },
  });
});

test("a test sign-in is no event, and a request that nobody asked for is one", async () => {
  const before = (await told("authentication.sso_started")).length;
  const made = await service.manage(
    "POST",
    `/environments/${here.id}/connections/${connection.id}/test_sign_ins`,
  );
  await visit(made.body.url ?? "");
  expect(await told("authentication.sso_started")).toHaveLength(before);
  await visit(connection.sp.acs_url, { SAMLResponse: Buffer.from("<x/>").toString("base64") });
  expect((await told("authentication.sso_failed")).at(-1)).toMatchObject({
    error: { code: "idp_initiated_sso_disabled" },
    sso: { connection_id: connection.id },
  });
});

test("login_hint is whom the application expects, where it is an address", async () => {
  for (const login_hint of ["ada@example.com", "ada"]) {
    const query = new URLSearchParams({
      client_id: here.clientId,
      redirect_uri: here.redirectUri,
      response_type: "code",
      connection: connection.id,
      login_hint,
    });
    await visit(`${service.url}/sso/authorize?${query}`);
  }
  const emails = (await told("authentication.sso_started")).slice(-2).map(({ email }) => email);
  expect(emails).toEqual(["ada@example.com", null]);
});

/** Somebody in a group of an organization of their own. */
async function grouped(name: string) {
  const organization = (
    await call("POST", "/organizations", {
      name,
      domain_data: [{ domain: `${name}.example`, state: "pending" }],
    })
  ).body;
  const user = (await call("POST", "/user_management/users", { email: `somebody@${name}.test` })).body;
  const member = (
    await call("POST", "/user_management/organization_memberships", {
      user_id: user.id,
      organization_id: organization.id,
    })
  ).body;
  const group = (await call("POST", `/organizations/${organization.id}/groups`, { name: "Team" })).body;
  await call("POST", `/organizations/${organization.id}/groups/${group.id}/organization-memberships`, {
    organization_membership_id: member.id,
  });
  return { organization, user, member, group };
}

test.each(["user", "membership"] as const)(
  "whoever leaves by the end of their %s is told to have left their groups, and before it",
  async (what) => {
    const { user, member, group } = await grouped(`leaver-${what}`);
    const path = what === "user" ? `users/${user.id}` : `organization_memberships/${member.id}`;
    await call("DELETE", `/user_management/${path}`);
    expect((await told("group.member_removed")).at(-1)).toEqual({
      group_id: group.id,
      organization_membership_id: member.id,
    });
    const { rows } = await admin.query(
      "SELECT name FROM identity.events WHERE environment_id = $1 AND data::text LIKE $2 ORDER BY position",
      [here.id, `%${member.id}%`],
    );
    const names = rows.map(({ name }) => name);
    expect(names.indexOf("group.member_removed")).toBeLessThan(
      names.indexOf("organization_membership.deleted"),
    );
  },
);

test("with an organization its groups and its domains are told to be gone", async () => {
  const { organization, group } = await grouped("whole");
  await call("DELETE", `/organizations/${organization.id}`);
  expect((await told("group.deleted")).at(-1)).toMatchObject({ id: group.id, name: "Team" });
  expect((await told("organization_domain.deleted")).at(-1)).toMatchObject({ domain: "whole.example" });
});

test("a wrong password is told as failed", async () => {
  await call("POST", "/user_management/users", {
    email: "failing@outside.example",
    password: "a rather long phrase",
  });
  const fields = { grant_type: "password", email: "failing@outside.example", password: "wrong" };
  expect((await authenticate(service, here, fields)).status).toBe(400);
  expect((await told("authentication.password_failed")).at(-1)).toMatchObject({
    email: "failing@outside.example",
    error: { code: "invalid_credentials" },
  });
});
