import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inviteWaiting } from "#lib/identity-service/directories/provisioning/invite.ts";
import { testDatabase } from "#tests/support/database.ts";
import { patchOf, prepareDirectory, scimClient } from "#tests/support/directories.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";

let service: RunningIdentityService;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

/** An organization that has proven example.com, with a directory whose people become users. */
async function site(settings: Record<string, unknown> = { provisioning: true }) {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment, settings);
  return { environment, directory, scim: scimClient(directory) };
}

const person = (email: string, more: Record<string, unknown> = {}) => ({
  userName: email,
  externalId: email,
  name: { givenName: "Given", familyName: "Family" },
  emails: [{ value: email, primary: true, type: "work" }],
  ...more,
});
const active = (value: boolean) => patchOf({ op: "replace", path: "active", value });

async function users(environment: TestEnvironment) {
  const { rows } = await admin.query(
    "SELECT * FROM identity.users WHERE environment_id = $1 ORDER BY email",
    [environment.id],
  );
  return rows;
}

async function memberships(environment: TestEnvironment) {
  const { rows } = await admin.query(
    `SELECT m.*, u.email FROM identity.organization_memberships AS m JOIN identity.users AS u ON u.id = m.user_id
     WHERE m.environment_id = $1 ORDER BY u.email`,
    [environment.id],
  );
  return rows;
}

async function told(
  environment: TestEnvironment,
): Promise<{ event: string; data: Record<string, unknown> }[]> {
  const { rows } = await admin.query(
    `SELECT name AS event, data FROM identity.events WHERE environment_id = $1
       AND name ~ '^(user|organization_membership|session)\\.' ORDER BY tx_id, position`,
    [environment.id],
  );
  return rows;
}

async function signIn(environment: TestEnvironment, userId: string, organizationId: string | null) {
  const id = `session_${userId}_${organizationId}`;
  await admin.query(
    `INSERT INTO identity.sessions (id, environment_id, user_id, organization_id, auth_method, status, expires_at)
     VALUES ($1, $2, $3, $4, 'sso', 'active', now() + interval '1 day')`,
    [id, environment.id, userId, organizationId],
  );
  return id;
}

test("whose domain is proven becomes a member at once, everybody else waits", async () => {
  const { environment, scim } = await site();
  await scim("POST", "/Users", person("ada@example.com"));
  await scim("POST", "/Users", person("ben@elsewhere.example"));
  await scim("POST", "/Users", { userName: "no-address" });
  expect(await users(environment)).toMatchObject([
    { email: "ada@example.com", email_verified: true, first_name: "Given", name: "Given Family" },
    { email: "ben@elsewhere.example", email_verified: false },
  ]);
  expect(await memberships(environment)).toMatchObject([
    { email: "ada@example.com", status: "active", directory_managed: true, role_slugs: ["member"] },
    { email: "ben@elsewhere.example", status: "pending", directory_managed: true },
  ]);
  expect((await told(environment)).map(({ event }) => event)).toEqual([
    "user.created",
    "organization_membership.created",
    "user.created",
    "organization_membership.created",
  ]);
});

test("who leaves is shut out: inactive, without the role, signed out of this organization and no other", async () => {
  const { environment, directory, scim } = await site();
  const { body: ada } = await scim("POST", "/Users", person("ada@example.com"));
  const { body: group } = await scim("POST", "/Groups", {
    displayName: "Admins",
    members: [{ value: ada.id }],
  });
  const mapping = { group_id: group.id, role_slug: "admin" };
  const path = `/environments/${environment.id}/directories/${directory.id}/role_mappings`;
  expect((await service.manage("POST", path, mapping)).status).toBe(201);
  expect(await memberships(environment)).toMatchObject([{ status: "active", role_slugs: ["admin"] }]);
  const [user] = await users(environment);
  const here = await signIn(environment, user.id, environment.organizationId);
  const elsewhere = await signIn(environment, user.id, null);
  await scim("PATCH", `/Users/${ada.id}`, active(false));
  expect(await memberships(environment)).toMatchObject([{ status: "inactive", role_slugs: ["member"] }]);
  const { rows: sessions } = await admin.query(
    "SELECT id, status, ended_at FROM identity.sessions WHERE environment_id = $1",
    [environment.id],
  );
  expect(sessions).toContainEqual({ id: here, status: "revoked", ended_at: expect.any(Date) });
  expect(sessions).toContainEqual({ id: elsewhere, status: "active", ended_at: null });
  const events = (await told(environment)).slice(2);
  expect(events).toMatchObject([
    { event: "organization_membership.updated", data: { role: { slug: "admin" } } },
    { event: "organization_membership.updated", data: { status: "inactive", role: { slug: "member" } } },
    { event: "session.revoked", data: { id: here, status: "revoked", ended_at: expect.any(String) } },
  ]);
  await scim("PATCH", `/Users/${ada.id}`, active(true));
  expect(await memberships(environment)).toMatchObject([{ status: "active", role_slugs: ["admin"] }]);
  await scim("DELETE", `/Users/${ada.id}`);
  expect(await memberships(environment)).toMatchObject([{ status: "inactive" }]);
  expect(await users(environment)).toHaveLength(1);
});

test("who never said yes does not become a member by leaving and coming back", async () => {
  const { environment, scim } = await site();
  const { body: ben } = await scim("POST", "/Users", person("ben@elsewhere.example"));
  await scim("PATCH", `/Users/${ben.id}`, active(false));
  await scim("PATCH", `/Users/${ben.id}`, active(true));
  expect(await memberships(environment)).toMatchObject([{ status: "pending" }]);
});

test("a directory renames those whose domain is proven, follows their address, and touches nobody else", async () => {
  const { environment, scim } = await site();
  const { body: ada } = await scim("POST", "/Users", person("ada@example.com"));
  const { body: ben } = await scim("POST", "/Users", person("ben@elsewhere.example"));
  const [before] = await users(environment);
  await scim("PUT", `/Users/${ada.id}`, {
    ...person("ada.new@example.com"),
    name: { givenName: "Other", familyName: "Family" },
  });
  await scim("PUT", `/Users/${ben.id}`, { ...person("ben@elsewhere.example"), name: { givenName: "Other" } });
  expect(await users(environment)).toMatchObject([
    { id: before.id, email: "ada.new@example.com", first_name: "Other" },
    { email: "ben@elsewhere.example", first_name: "Given" },
  ]);
  const { body: cy } = await scim("POST", "/Users", person("cy@example.com"));
  await scim("PUT", `/Users/${cy.id}`, person("ada.new@example.com", { externalId: "cy", userName: "cy" }));
  expect((await users(environment)).map(({ email }) => email)).toEqual([
    "ada.new@example.com",
    "ben@elsewhere.example",
    "cy@example.com",
  ]);
});

test("somebody whom another directory of the organization still has stays a member", async () => {
  const { environment, scim } = await site();
  const other = scimClient(await prepareDirectory(service, environment, { provisioning: true }));
  const { body: here } = await scim("POST", "/Users", person("ada@example.com"));
  const { body: there } = await other("POST", "/Users", person("ada@example.com"));
  expect(await users(environment)).toHaveLength(1);
  await scim("DELETE", `/Users/${here.id}`);
  expect(await memberships(environment)).toMatchObject([{ status: "active" }]);
  await other("PATCH", `/Users/${there.id}`, active(false));
  expect(await memberships(environment)).toMatchObject([{ status: "inactive" }]);
});

test("provisioning that begins later takes in who is there, and a deleted directory leaves members alone", async () => {
  const { environment, directory, scim } = await site({});
  for (const name of ["ada", "ben"]) await scim("POST", "/Users", person(`${name}@example.com`));
  await scim("POST", "/Users", person("gone@example.com", { active: false }));
  expect(await users(environment)).toEqual([]);
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  expect((await service.manage("PATCH", path, { settings: { provisioning: true } })).status).toBe(200);
  expect((await memberships(environment)).map(({ email, status }) => [email, status])).toEqual([
    ["ada@example.com", "active"],
    ["ben@example.com", "active"],
  ]);
  await service.manage("DELETE", path);
  expect((await memberships(environment)).map(({ status }) => status)).toEqual(["active", "active"]);
});

test("custom attributes of the directory are those of the membership, and a refused write leaves no user behind", async () => {
  const { environment, scim } = await site({ provisioning: true, attribute_map: { position: "title" } });
  const { body: ada } = await scim("POST", "/Users", person("ada@example.com", { title: "Keeper" }));
  expect(await memberships(environment)).toMatchObject([{ custom_attributes: { position: "Keeper" } }]);
  await scim("PATCH", `/Users/${ada.id}`, patchOf({ op: "replace", path: "title", value: "Warden" }));
  expect(await memberships(environment)).toMatchObject([{ custom_attributes: { position: "Warden" } }]);
  const twin = person("ben@example.com", { userName: "ada@example.com" });
  expect((await scim("POST", "/Users", twin)).status).toBe(409);
  expect(await users(environment)).toHaveLength(1);
});

test("whoever waits is invited by mail, once, and is a member with the directory's role when they accept", async () => {
  const { environment, scim } = await site();
  await scim("POST", "/Users", person("ada@example.com"));
  const ben = await scim("POST", "/Users", person("ben@elsewhere.example"));
  await Promise.all([inviteWaiting(service.parts), inviteWaiting(service.parts)]);
  await inviteWaiting(service.parts);
  const invitations = async () =>
    (
      await callWire(
        service,
        environment,
        "GET",
        `/user_management/invitations?organization_id=${environment.organizationId}`,
      )
    ).body.data;
  expect(await invitations()).toMatchObject([{ email: "ben@elsewhere.example", state: "pending" }]);
  const messages = await messagesTo(admin, environment.id, "ben@elsewhere.example");
  expect(messages).toHaveLength(1);
  const [{ id }] = await invitations();
  expect(
    (await callWire(service, environment, "POST", `/user_management/invitations/${id}/accept`)).status,
  ).toBe(200);
  expect(await memberships(environment)).toMatchObject([
    { status: "active" },
    { email: "ben@elsewhere.example", status: "active", role_slugs: ["member"], directory_managed: true },
  ]);
  // Coming back is no reason to ask again.
  await scim("PATCH", `/Users/${ben.body.id}`, active(false));
  await scim("PATCH", `/Users/${ben.body.id}`, active(true));
  await inviteWaiting(service.parts);
  expect(await messagesTo(admin, environment.id, "ben@elsewhere.example")).toHaveLength(1);
});

test("nobody is invited who was invited by a person already, who left meanwhile, or whose directory is not to", async () => {
  const { environment, scim } = await site();
  const email = "cleo@elsewhere.example";
  await callWire(service, environment, "POST", "/user_management/invitations", {
    email,
    organization_id: environment.organizationId,
  });
  await scim("POST", "/Users", person(email));
  const dan = await scim("POST", "/Users", person("dan@elsewhere.example"));
  await scim("PATCH", `/Users/${dan.body.id}`, active(false));
  const quiet = await site({ provisioning: true, invitations: false });
  await quiet.scim("POST", "/Users", person("eli@elsewhere.example"));
  await inviteWaiting(service.parts);
  expect(await messagesTo(admin, environment.id, email)).toHaveLength(1);
  expect(await messagesTo(admin, environment.id, "dan@elsewhere.example")).toEqual([]);
  expect(await messagesTo(admin, quiet.environment.id, "eli@elsewhere.example")).toEqual([]);
});
