import { WorkOS as WorkOS11 } from "@workos-inc/node";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
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
  for (const site of [here, elsewhere]) await describeAccess(site);
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const member = "/authorization/organization_memberships";

/** Roles of three types of resources, each with what its name says. */
async function describeAccess(site: TestEnvironment): Promise<void> {
  for (const [slug, type] of [
    ["workspace:edit", "workspace"],
    ["project:read", "project"],
    ["project:edit", "project"],
  ])
    await call("POST", "/authorization/permissions", { slug, name: slug, resource_type_slug: type }, site);
  for (const [slug, type, permissions] of [
    ["workspace-admin", "workspace", ["workspace:edit", "project:read", "project:edit"]],
    ["project-editor", "project", ["project:read", "project:edit"]],
    ["project-reader", "project", ["project:read"]],
    ["auditor", "organization", ["project:read"]],
  ] as const) {
    await call("POST", "/authorization/roles", { slug, name: slug, resource_type_slug: type }, site);
    await call("PUT", `/authorization/roles/${slug}/permissions`, { permissions }, site);
  }
}

let made = 0;
async function newMember(role_slug = "member", organization_id = here.organizationId): Promise<string> {
  made += 1;
  const user = await call("POST", "/user_management/users", { email: `access${made}@example.com` });
  const wanted = { user_id: user.body.id, organization_id, role_slug };
  return (await call("POST", "/user_management/organization_memberships", wanted)).body.id;
}
async function newResource(type: string, parent?: string, site = here): Promise<string> {
  made += 1;
  const wanted = {
    organization_id: site.organizationId,
    resource_type_slug: type,
    external_id: `thing-${made}`,
    name: `Thing ${made}`,
    parent_resource_id: parent ?? null,
  };
  return (await call("POST", "/authorization/resources", wanted, site)).body.id;
}
const assign = async (who: string, role_slug: string, resource_id: string) =>
  await call("POST", `${member}/${who}/role_assignments`, { role_slug, resource_id });
async function can(who: string, permission_slug: string, resource_id: string): Promise<boolean> {
  const { status, body } = await call("POST", `${member}/${who}/check`, { permission_slug, resource_id });
  expect(status).toBe(200);
  return body.authorized;
}
const ids = (list: { id: string }[]) => list.map(({ id }) => id);

const options = () => ({
  clientId: here.clientId,
  apiHostname: "127.0.0.1",
  port: service.port,
  https: false,
});
test.each([
  ["11", () => new WorkOS11(here.apiKey, options()).authorization],
  ["8", () => new WorkOS8(here.apiKey, options()).authorization as unknown as WorkOS11["authorization"]],
])(
  "the official SDK %s gives a role on a resource, asks, lists and takes it away",
  async (_version, start) => {
    const sdk = start();
    const organizationMembershipId = await newMember();
    const workspace = await newResource("workspace");
    const project = await sdk.getResource(await newResource("project", workspace));
    const named = { resourceExternalId: project.externalId, resourceTypeSlug: "project" };
    const question = { organizationMembershipId, permissionSlug: "project:edit" };
    expect(await sdk.check({ ...question, ...named })).toEqual({ authorized: false });
    const given = await sdk.assignRole({ organizationMembershipId, roleSlug: "project-editor", ...named });
    expect(given).toMatchObject({
      object: "role_assignment",
      role: { slug: "project-editor" },
      resource: { id: project.id, externalId: project.externalId, resourceTypeSlug: "project" },
    });
    expect(await sdk.check({ ...question, ...named })).toEqual({ authorized: true });
    expect(await sdk.check({ ...question, resourceId: project.id })).toEqual({ authorized: true });
    expect(await sdk.check({ ...question, resourceId: workspace })).toEqual({ authorized: false });
    expect((await sdk.listRoleAssignments({ organizationMembershipId })).data).toEqual([given]);
    const beneath = await sdk.listResourcesForMembership({ ...question, parentResourceId: workspace });
    expect(beneath.data).toEqual([project]);
    const holders = await sdk.listMembershipsForResource({
      resourceId: project.id,
      permissionSlug: "project:edit",
    });
    expect(ids(holders.data)).toEqual([organizationMembershipId]);
    await sdk.removeRole({ organizationMembershipId, roleSlug: "project-editor", resourceId: project.id });
    expect(await sdk.check({ ...question, ...named })).toEqual({ authorized: false });
    const again = await sdk.assignRole({
      organizationMembershipId,
      roleSlug: "workspace-admin",
      resourceId: workspace,
    });
    expect(await sdk.check({ ...question, ...named })).toEqual({ authorized: true });
    await sdk.removeRoleAssignment({ organizationMembershipId, roleAssignmentId: again.id });
    expect(await sdk.check({ ...question, ...named })).toEqual({ authorized: false });
  },
);

test("the official SDK lists every permission on a resource, whatever it comes from", async () => {
  const { authorization } = new WorkOS11(here.apiKey, options());
  const organizationMembershipId = await newMember("auditor");
  const workspace = await newResource("workspace");
  const project = await authorization.getResource(await newResource("project", workspace));
  const slugs = async () => {
    const place = { organizationMembershipId, resourceId: project.id };
    const named = { organizationMembershipId, resourceTypeSlug: "project", externalId: project.externalId };
    const found = (await authorization.listEffectivePermissions(place)).data;
    expect((await authorization.listEffectivePermissionsByExternalId(named)).data).toEqual(found);
    const declared = `${member}/${organizationMembershipId}/resources/${project.id}/permissions`;
    expect(ids((await call("GET", declared)).body.data)).toEqual(ids(found));
    return found.map(({ slug }) => slug).sort();
  };
  expect(await slugs()).toEqual(["project:read"]);
  await assign(organizationMembershipId, "workspace-admin", workspace);
  expect(await slugs()).toEqual(["project:edit", "project:read", "workspace:edit"]);
});

test("roles reach down from the organization, a workspace or the resource, and never up or beside", async () => {
  const [one, other] = [await newResource("workspace"), await newResource("workspace")];
  const [mine, theirs] = [await newResource("project", one), await newResource("project", other)];
  const lowest = await newResource("app", await newResource("folder", mine));
  const who = await newMember();
  await assign(who, "workspace-admin", one);
  for (const [resource, authorized] of [
    [one, true],
    [mine, true],
    [lowest, true],
    [other, false],
    [theirs, false],
  ] as const)
    expect(await can(who, "project:edit", resource)).toBe(authorized);
  const auditor = await newMember("auditor");
  expect(await can(auditor, "project:read", lowest)).toBe(true);
  expect(await can(auditor, "project:edit", lowest)).toBe(false);
  await call("PATCH", `/authorization/resources/${mine}`, { parent_resource_id: other });
  expect(await can(who, "project:edit", lowest)).toBe(false);
});

test("whoever is shut out of the organization may do nothing until they are back", async () => {
  const who = await newMember("auditor");
  const project = await newResource("project");
  const holders = async () => {
    const path = `/authorization/resources/${project}/organization_memberships?permission_slug=project:read`;
    return ids((await call("GET", `${path}&assignment=indirect&limit=100`)).body.data);
  };
  await assign(who, "project-editor", project);
  expect(await holders()).toContain(who);
  await call("PUT", `/user_management/organization_memberships/${who}/deactivate`);
  expect(await can(who, "project:read", project)).toBe(false);
  expect(await holders()).not.toContain(who);
  const permissions = await call("GET", `${member}/${who}/resources/${project}/permissions`);
  expect(permissions.body.data).toEqual([]);
  await call("PUT", `/user_management/organization_memberships/${who}/reactivate`);
  expect(await can(who, "project:read", project)).toBe(true);
});

test("a member of another organization has no access, even with the same roles", async () => {
  const { body: organization } = await call("POST", "/organizations", { name: "Another" });
  const outsider = await newMember("auditor", organization.id);
  const project = await newResource("project");
  expect(await can(outsider, "project:read", project)).toBe(false);
  expect((await assign(outsider, "project-reader", project)).status).toBe(404);
});

test("the organization itself can be asked about before anything lies in it", async () => {
  const { body: organization } = await call("POST", "/organizations", { name: "Empty" });
  const who = await newMember("auditor", organization.id);
  const root = { resource_type_slug: "organization", resource_external_id: organization.id };
  const ask = (permission_slug: string) =>
    call("POST", `${member}/${who}/check`, { permission_slug, ...root });
  expect((await ask("project:read")).body).toEqual({ authorized: true });
  expect((await ask("project:edit")).body).toEqual({ authorized: false });
});

test("who has a permission on a resource is listed: by a role on it, or by any", async () => {
  const workspace = await newResource("workspace");
  const project = await newResource("project", workspace);
  const [direct, above, auditor] = [await newMember(), await newMember(), await newMember("auditor")];
  await assign(direct, "project-reader", project);
  await assign(above, "workspace-admin", workspace);
  const holders = async (query: string) => {
    const { body } = await call(
      "GET",
      `/authorization/resources/${project}/organization_memberships?limit=100&order=asc&permission_slug=${query}`,
    );
    return ids(body.data);
  };
  expect(await holders("project:read")).toEqual([direct]);
  expect(await holders("project:read&assignment=direct")).toEqual([direct]);
  expect(await holders("project:read&assignment=indirect")).toEqual(
    expect.arrayContaining([direct, above, auditor]),
  );
  expect(await holders("project:edit&assignment=indirect")).toEqual([above]);
});

test("a role is given once, on resources of its own type, and cannot be taken away while somebody has it", async () => {
  const who = await newMember();
  const project = await newResource("project");
  const first = await assign(who, "project-reader", project);
  expect(first.body).toMatchObject({ source: { type: "direct", group_role_assignment_id: null } });
  expect(await assign(who, "project-reader", project)).toEqual({ ...first, headers: expect.anything() });
  expect(await assign(who, "workspace-admin", project)).toMatchObject({
    status: 422,
    body: { code: "role_resource_type_mismatch" },
  });
  expect((await assign(who, "no-such-role", project)).status).toBe(404);
  expect((await assign(who, "project-reader", "authz_resource_none")).status).toBe(404);
  const roles = `/authorization/organizations/${here.organizationId}/roles`;
  await call("POST", roles, { slug: "org-own", name: "Own", resource_type_slug: "project" });
  expect((await assign(who, "org-own", project)).status).toBe(201);
  expect(await call("DELETE", `${roles}/org-own`)).toMatchObject({
    status: 409,
    body: { code: "role_has_assignments" },
  });
});

test.each([
  ["check", { permission_slug: "project:read" }],
  ["check", { resource_id: "x" }],
  ["check", { permission_slug: "project:read", resource_id: "x", resource_type_slug: "y" }],
  ["role_assignments", { role_slug: "project-reader" }],
  ["role_assignments", { resource_id: "x" }],
])("refuses %s that does not say enough, or too much: %j", async (what, body) => {
  const who = await newMember();
  expect(await call("POST", `${member}/${who}/${what}`, body)).toMatchObject({
    status: 422,
    body: { code: "invalid_request_parameters" },
  });
});

test("a check of what there is not is 404, not no", async () => {
  const who = await newMember();
  const project = await newResource("project");
  for (const [membership, permission_slug, resource_id] of [
    ["om_none", "project:read", project],
    [who, "no:such", project],
    [who, "project:read", "authz_resource_none"],
  ])
    expect(
      (await call("POST", `${member}/${membership}/check`, { permission_slug, resource_id })).status,
    ).toBe(404);
});

test("another environment can neither ask, list, give nor take away", async () => {
  const who = await newMember();
  const project = await newResource("project");
  const given = (await assign(who, "project-reader", project)).body;
  const theirs = await newResource("project", undefined, elsewhere);
  for (const [method, path, body] of [
    ["POST", `${member}/${who}/check`, { permission_slug: "project:read", resource_id: project }],
    ["GET", `${member}/${who}/resources?permission_slug=project:read&parent_resource_id=${project}`],
    ["GET", `${member}/${who}/resources/${project}/permissions`],
    ["GET", `${member}/${who}/role_assignments`],
    ["POST", `${member}/${who}/role_assignments`, { role_slug: "project-reader", resource_id: theirs }],
    ["DELETE", `${member}/${who}/role_assignments`, { role_slug: "project-reader", resource_id: project }],
    ["DELETE", `${member}/${who}/role_assignments/${given.id}`],
    ["GET", `/authorization/resources/${project}/role_assignments`],
    ["GET", `/authorization/resources/${project}/organization_memberships?permission_slug=project:read`],
  ] as const) {
    const answer = await call(method, path, body, elsewhere);
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, "entity_not_found"]);
  }
  expect(await can(who, "project:read", project)).toBe(true);
  expect((await assign(who, "project-reader", theirs)).status).toBe(404);
});
