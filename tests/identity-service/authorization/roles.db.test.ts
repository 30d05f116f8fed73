import { WorkOS } from "@workos-inc/node";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

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
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const sdk = (site = here) =>
  new WorkOS(site.apiKey, {
    clientId: site.clientId,
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  }).authorization;

async function call(method: string, path: string, body?: unknown, key = here.apiKey) {
  const answer = await fetch(`${service.url}/authorization${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

const events = async (name: string) =>
  (
    await admin.query(
      "SELECT data FROM identity.events WHERE environment_id = $1 AND name = $2 ORDER BY position",
      [here.id, name],
    )
  ).rows.map(({ data }) => data);

test("an environment is born with the roles admin and member", async () => {
  const { data } = await sdk().listEnvironmentRoles();
  expect(data.map(({ slug, type }) => [slug, type])).toEqual([
    ["admin", "EnvironmentRole"],
    ["member", "EnvironmentRole"],
  ]);
});

test("the official SDK makes permissions and roles, and changes what a role may do", async () => {
  for (const slug of ["reports:read", "reports:write"]) await sdk().createPermission({ slug, name: slug });
  await sdk().createEnvironmentRole({ slug: "analyst", name: "Analyst", description: "Reads" });
  const set = await sdk().setEnvironmentRolePermissions("analyst", {
    permissions: ["reports:write", "reports:read"],
  });
  expect(set.permissions).toEqual(["reports:read", "reports:write"]);
  await sdk().setEnvironmentRolePermissions("analyst", { permissions: ["reports:read"] });
  const added = await sdk().addEnvironmentRolePermission("analyst", { permissionSlug: "reports:write" });
  expect(added.permissions).toEqual(["reports:read", "reports:write"]);
  await sdk().updatePermission("reports:write", { name: "Write reports" });
  await sdk().deletePermission("reports:write");
  expect((await sdk().getEnvironmentRole("analyst")).permissions).toEqual(["reports:read"]);
  expect(await events("role.created")).toMatchObject([
    { object: "role", slug: "analyst", resource_type_slug: "organization", permissions: [] },
  ]);
  expect(await events("role.updated")).toHaveLength(3);
  expect(await events("permission.deleted")).toMatchObject([{ slug: "reports:write", system: false }]);
});

test("an organization has the environment's roles and its own, and only its own can be changed there", async () => {
  const made = await call("POST", `/organizations/${here.organizationId}/roles`, { name: "Night shift" });
  expect(made).toMatchObject({ status: 201, body: { type: "OrganizationRole", permissions: [] } });
  expect(made.body.slug).toMatch(/^org-night-shift-[0-9a-f]{6}$/);
  const { data } = await sdk().listOrganizationRoles(here.organizationId);
  expect(data.map(({ slug }) => slug)).toEqual(expect.arrayContaining(["admin", "member", made.body.slug]));
  const at = `/organizations/${here.organizationId}/roles`;
  expect((await call("PATCH", `${at}/${made.body.slug}`, { name: "Nights" })).body.name).toBe("Nights");
  expect((await call("PATCH", `${at}/admin`, { name: "Mine" })).status).toBe(404);
  expect((await call("GET", `${at}/admin`)).status).toBe(200);
  expect((await call("DELETE", `${at}/${made.body.slug}`)).status).toBe(204);
  expect(await events("organization_role.deleted")).toMatchObject([
    { object: "organization_role", organization_id: here.organizationId, name: "Nights" },
  ]);
});

test("a role that a member has is not taken away", async () => {
  const at = `/organizations/${here.organizationId}/roles`;
  await call("POST", at, { slug: "held", name: "Held" });
  const user = "user_held";
  await admin.query(
    "INSERT INTO identity.users (id, environment_id, email, email_key) VALUES ($1, $2, 'held@example.com', 'held@example.com')",
    [user, here.id],
  );
  await admin.query(
    "INSERT INTO identity.organization_memberships (id, environment_id, user_id, organization_id, status, role_slugs) VALUES ('om_held', $1, $2, $3, 'active', '{held}')",
    [here.id, user, here.organizationId],
  );
  expect(await call("DELETE", `${at}/held`)).toMatchObject({
    status: 409,
    body: { code: "role_has_assignments" },
  });
});

test.each([
  ["a slug that is taken", "POST", "/roles", { slug: "admin", name: "A" }, 409, "role_slug_conflict"],
  [
    "a permission that is taken",
    "POST",
    "/permissions",
    { slug: "reports:read", name: "A" },
    409,
    "permission_slug_conflict",
  ],
  [
    "a slug with blanks",
    "POST",
    "/roles",
    { slug: "two words", name: "A" },
    422,
    "invalid_request_parameters",
  ],
  [
    "a permission nobody made",
    "PUT",
    "/roles/admin/permissions",
    { permissions: ["nope"] },
    422,
    "permission_not_found",
  ],
  ["a role nobody made", "GET", "/roles/nope", undefined, 404, "entity_not_found"],
])("refuses %s", async (_what, method, path, body, status, code) => {
  expect(await call(method, path, body)).toMatchObject({ status, body: { code } });
});

test("an organization's role cannot take the slug of an environment's", async () => {
  const made = await call("POST", `/organizations/${here.organizationId}/roles`, {
    slug: "member",
    name: "Own",
  });
  expect(made).toMatchObject({ status: 409, body: { code: "organization_role_slug_conflict" } });
});

test("roles and permissions of another environment are not found", async () => {
  const { apiKey } = elsewhere;
  expect((await call("GET", "/permissions/reports:read", undefined, apiKey)).status).toBe(404);
  expect((await call("GET", "/roles/analyst", undefined, apiKey)).status).toBe(404);
  expect((await call("GET", `/organizations/${here.organizationId}/roles`, undefined, apiKey)).status).toBe(
    404,
  );
});
