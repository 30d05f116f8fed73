import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { putSession } from "#tests/support/sessions.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  for (const slug of ["analyst", "auditor"])
    await callWire(service, here, "POST", "/authorization/roles", { slug, name: slug });
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const sdk = () => sdkFor(service, here).userManagement;
const at = "/user_management/organization_memberships";
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, `${at}${path}`, body);
const events = (name: string) => eventsOf(admin, here.id, `organization_membership.${name}`);

let made = 0;
async function newUser(): Promise<string> {
  made += 1;
  return (await sdk().createUser({ email: `member${made}@example.com` })).id;
}
async function newMember(more = {}): Promise<{ id: string; userId: string }> {
  const userId = await newUser();
  const { body } = await call("POST", "", {
    user_id: userId,
    organization_id: here.organizationId,
    ...more,
  });
  return { id: body.id, userId };
}
async function setStatus(id: string, status: string): Promise<void> {
  await admin.query("UPDATE identity.organization_memberships SET status = $2 WHERE id = $1", [id, status]);
}

test("the official SDK makes, reads, changes, shuts out, brings back and removes a member", async () => {
  const userId = await newUser();
  const member = await sdk().createOrganizationMembership({
    userId,
    organizationId: here.organizationId,
    roleSlug: "analyst",
  });
  expect(member).toMatchObject({
    userId,
    organizationId: here.organizationId,
    organizationName: "Example",
    status: "active",
    role: { slug: "analyst" },
    directoryManaged: false,
  });
  expect(await sdk().getOrganizationMembership(member.id)).toEqual(member);
  const changed = await sdk().updateOrganizationMembership(member.id, { roleSlug: "admin" });
  expect(changed.role).toEqual({ slug: "admin" });
  expect((await sdk().deactivateOrganizationMembership(member.id)).status).toBe("inactive");
  const back = await sdk().reactivateOrganizationMembership(member.id);
  expect(back).toMatchObject({ status: "active", role: { slug: "admin" } });
  await sdk().deleteOrganizationMembership(member.id);
  await expect(sdk().getOrganizationMembership(member.id)).rejects.toMatchObject({ status: 404 });

  const told = [...(await events("created")), ...(await events("updated")), ...(await events("deleted"))];
  expect(told.filter(({ id }) => id === member.id)).toMatchObject([
    { status: "active", role: { slug: "analyst" }, roles: [{ slug: "analyst" }], custom_attributes: {} },
    { status: "active", role: { slug: "admin" } },
    { status: "inactive", role: { slug: "admin" } },
    { status: "active", role: { slug: "admin" } },
    { status: "active", directory_managed: false },
  ]);
});

test("a membership shows its user and organization in the API, and not in events", async () => {
  const { id, userId } = await newMember();
  const { body } = await call("GET", `/${id}`);
  const user = await callWire(service, here, "GET", `/user_management/users/${userId}`);
  expect(body.user).toEqual(user.body);
  const told = (await events("created")).find((data) => data.id === id);
  expect(told).not.toHaveProperty("user");
  expect(told).not.toHaveProperty("organization_name");
});

test("whoever is given no role is a member", async () => {
  const { id } = await newMember();
  expect((await call("GET", `/${id}`)).body).toMatchObject({
    role: { slug: "member" },
    roles: [{ slug: "member" }],
  });
});

test("several roles at once need the environment's leave; the one with the highest priority comes first", async () => {
  const { id } = await newMember();
  const wanted = { role_slugs: ["member", "admin"] };
  expect(await call("PUT", `/${id}`, wanted)).toMatchObject({
    status: 422,
    body: { code: "multiple_roles_not_enabled" },
  });
  const settings = (multiple: boolean | null) =>
    service.manage("PATCH", `/environments/${here.id}`, { settings: { roles: { multiple } } });
  await settings(true);
  expect((await call("PUT", `/${id}`, wanted)).body).toMatchObject({
    role: { slug: "admin" },
    roles: [{ slug: "admin" }, { slug: "member" }],
  });
  await settings(null);
});

test("shutting a member out ends their sessions in that organization only", async () => {
  const { id, userId } = await newMember();
  const inside = await putSession(admin, here.id, userId, here.organizationId);
  const outside = await putSession(admin, here.id, userId, null);
  await call("PUT", `/${id}/deactivate`);
  const { rows } = await admin.query("SELECT id, status FROM identity.sessions WHERE user_id = $1", [userId]);
  expect(Object.fromEntries(rows.map((row) => [row.id, row.status]))).toEqual({
    [inside]: "revoked",
    [outside]: "active",
  });
  expect(await eventsOf(admin, here.id, "session.revoked")).toContainEqual(
    expect.objectContaining({ id: inside, status: "revoked", organization_id: here.organizationId }),
  );
});

test("removing a member ends their sessions there too", async () => {
  const { id, userId } = await newMember();
  const inside = await putSession(admin, here.id, userId, here.organizationId);
  expect((await call("DELETE", `/${id}`)).status).toBe(200);
  const { rows } = await admin.query("SELECT status FROM identity.sessions WHERE id = $1", [inside]);
  expect(rows).toEqual([{ status: "revoked" }]);
});

test("removing a user tells of the memberships that go with it", async () => {
  const { id, userId } = await newMember();
  await callWire(service, here, "DELETE", `/user_management/users/${userId}`);
  expect((await call("GET", `/${id}`)).status).toBe(404);
  expect((await events("deleted")).map((data) => data.id)).toContain(id);
});

test("making an inactive member a member brings them back", async () => {
  const { id, userId } = await newMember();
  await call("PUT", `/${id}/deactivate`);
  const again = await call("POST", "", {
    user_id: userId,
    organization_id: here.organizationId,
    role_slug: "auditor",
  });
  expect(again).toMatchObject({ status: 201, body: { id, status: "active", role: { slug: "auditor" } } });
});

test("what changes nothing is no event", async () => {
  const { id } = await newMember();
  const before = (await events("updated")).length;
  await call("PUT", `/${id}/reactivate`);
  await call("PUT", `/${id}`, { role_slug: "member" });
  await call("PUT", `/${id}`, {});
  expect(await events("updated")).toHaveLength(before);
});

test.each<[string, (member: { id: string; userId: string }) => Promise<unknown>, number, string]>([
  [
    "a user who is a member already",
    ({ userId }) => call("POST", "", { user_id: userId, organization_id: here.organizationId }),
    422,
    "invalid_request_parameters",
  ],
  ["a role nobody made", ({ id }) => call("PUT", `/${id}`, { role_slug: "nope" }), 422, "invalid_role"],
  [
    "a role given in two ways",
    ({ id }) => call("PUT", `/${id}`, { role_slug: "admin", role_slugs: ["admin"] }),
    422,
    "invalid_request_parameters",
  ],
  [
    "no roles at all",
    ({ id }) => call("PUT", `/${id}`, { role_slugs: [] }),
    422,
    "invalid_request_parameters",
  ],
  [
    "a user nobody made",
    () => call("POST", "", { user_id: "user_x", organization_id: here.organizationId }),
    404,
    "entity_not_found",
  ],
  [
    "an organization nobody made",
    ({ userId }) => call("POST", "", { user_id: userId, organization_id: "org_x" }),
    404,
    "entity_not_found",
  ],
  ["a membership of nothing", () => call("POST", "", {}), 422, "invalid_request_parameters"],
  ["a list of everybody", () => call("GET", ""), 400, "missing_user_id_or_organization_id"],
  [
    "a status that is none",
    ({ userId }) => call("GET", `?user_id=${userId}&statuses=gone`),
    422,
    "invalid_request_parameters",
  ],
])("refuses %s", async (_what, ask, status, code) => {
  expect(await ask(await newMember())).toMatchObject({ status, body: { code } });
});

test("a pending membership is neither set inactive nor active by hand", async () => {
  const { id, userId } = await newMember();
  await setStatus(id, "pending");
  expect((await call("PUT", `/${id}/deactivate`)).body.code).toBe(
    "cannot_deactivate_pending_organization_membership",
  );
  const reactivate = "cannot_reactivate_pending_organization_membership";
  expect((await call("PUT", `/${id}/reactivate`)).body.code).toBe(reactivate);
  const again = { user_id: userId, organization_id: here.organizationId };
  expect(await call("POST", "", again)).toMatchObject({ status: 400, body: { code: reactivate } });
});

test("a role for resources within an organization cannot be a member's", async () => {
  const slug = "editor";
  await callWire(service, here, "POST", "/authorization/roles", {
    slug,
    name: slug,
    resource_type_slug: "document",
  });
  const { id } = await newMember();
  expect(await call("PUT", `/${id}`, { role_slug: slug })).toMatchObject({
    status: 422,
    body: { code: "sub_resource_scoped_role_not_allowed", role_slug: slug },
  });
});

test("the address of somebody whom a directory manages is not changed here", async () => {
  const { id, userId } = await newMember();
  await admin.query("UPDATE identity.organization_memberships SET directory_managed = true WHERE id = $1", [
    id,
  ]);
  const answer = await callWire(service, here, "PUT", `/user_management/users/${userId}`, {
    email: "elsewhere@example.com",
  });
  expect(answer).toMatchObject({ status: 400, body: { code: "email_change_not_allowed" } });
});

test("a membership, user or organization of another environment is not found", async () => {
  const { id, userId } = await newMember();
  for (const [method, path, body] of [
    ["GET", `/${id}`],
    ["PUT", `/${id}`, { role_slug: "admin" }],
    ["PUT", `/${id}/deactivate`],
    ["PUT", `/${id}/reactivate`],
    ["DELETE", `/${id}`],
    ["POST", "", { user_id: userId, organization_id: elsewhere.organizationId }],
  ] as const)
    expect((await call(method, path, body, elsewhere)).status).toBe(404);
  const mine = await newUser();
  expect((await call("POST", "", { user_id: mine, organization_id: elsewhere.organizationId })).status).toBe(
    404,
  );
  expect((await call("GET", `?user_id=${userId}`, undefined, elsewhere)).body.data).toEqual([]);
});

test("two requests that make one member make one membership", async () => {
  const userId = await newUser();
  const wanted = { user_id: userId, organization_id: here.organizationId };
  const answers = await Promise.all(Array.from({ length: 6 }, () => call("POST", "", wanted)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
});

test("10,000 members are read page by page; those who are not active only where they are asked for", async () => {
  const site = await prepareEnvironment(service);
  await admin.query(
    `INSERT INTO identity.users (id, environment_id, email, email_key)
     SELECT 'user_m' || lpad(i::text, 25, '0'), $1, i || '@example.com', i || '@example.com' FROM generate_series(1, 10000) AS i`,
    [site.id],
  );
  await admin.query(
    `INSERT INTO identity.organization_memberships (id, environment_id, user_id, organization_id, status, role_slugs)
     SELECT 'om_m' || lpad(i::text, 25, '0'), $1, 'user_m' || lpad(i::text, 25, '0'), $2,
       CASE WHEN i % 10 = 0 THEN 'inactive' WHEN i % 10 = 1 THEN 'pending' ELSE 'active' END, '{member}'
     FROM generate_series(1, 10000) AS i`,
    [site.id, site.organizationId],
  );
  const count = async (statuses: string) => {
    const seen = new Set<string>();
    for (let after: string | null = ""; after !== null; ) {
      const cursor: string = after === "" ? "" : `&after=${after}`;
      const path: string = `?organization_id=${site.organizationId}&limit=100${statuses}${cursor}`;
      const { body } = await call("GET", path, undefined, site);
      for (const { id } of body.data) seen.add(id);
      after = body.list_metadata.after;
    }
    return seen.size;
  };
  expect(await count("")).toBe(8_000);
  expect(await count("&statuses=inactive,pending")).toBe(2_000);
  expect(await count("&statuses[]=active&statuses[]=inactive&statuses[]=pending")).toBe(10_000);
});
