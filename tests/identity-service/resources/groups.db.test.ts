import { WorkOS } from "@workos-inc/node";
import { afterAll, beforeAll, expect, test } from "vitest";
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
let project: string;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  await call("POST", "/authorization/permissions", { slug: "project:read", name: "Read" });
  for (const [slug, type] of [
    ["reader", "project"],
    ["other-reader", "project"],
    ["auditor", "organization"],
  ]) {
    await call("POST", "/authorization/roles", { slug, name: slug, resource_type_slug: type });
    await call("PUT", `/authorization/roles/${slug}/permissions`, { permissions: ["project:read"] });
  }
  const { body } = await call("POST", "/authorization/resources", {
    organization_id: here.organizationId,
    resource_type_slug: "project",
    external_id: "p",
    name: "P",
  });
  project = body.id;
});
afterAll(async () => await service.close());

const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const sdk = () =>
  new WorkOS(here.apiKey, { apiHostname: "127.0.0.1", port: service.port, https: false }).authorization;
const member = "/authorization/organization_memberships";

let made = 0;
/** A group with one member. */
async function newGroup(): Promise<{ groupId: string; who: string }> {
  made += 1;
  const user = await call("POST", "/user_management/users", { email: `in-group${made}@example.com` });
  const wanted = { user_id: user.body.id, organization_id: here.organizationId };
  const who = (await call("POST", "/user_management/organization_memberships", wanted)).body.id;
  const groups = `/organizations/${here.organizationId}/groups`;
  const groupId = (await call("POST", groups, { name: `Group ${made}` })).body.id;
  await call("POST", `${groups}/${groupId}/organization-memberships`, { organization_membership_id: who });
  return { groupId, who };
}
const can = async (who: string) =>
  (await call("POST", `${member}/${who}/check`, { permission_slug: "project:read", resource_id: project }))
    .body.authorized;

test("the official SDK gives a group a role on a resource: its members have it while they are in it", async () => {
  const { groupId, who } = await newGroup();
  const given = await sdk().createGroupRoleAssignment({
    groupId,
    roleSlug: "reader",
    resourceExternalId: "p",
    resourceTypeSlug: "project",
  });
  expect(given).toMatchObject({
    object: "group_role_assignment",
    groupId,
    role: { slug: "reader" },
    resource: { id: project, externalId: "p", resourceTypeSlug: "project" },
  });
  expect(await can(who)).toBe(true);
  const place = { groupId, roleAssignmentId: given.id };
  expect(await sdk().getGroupRoleAssignment(place)).toEqual(given);
  expect((await sdk().listGroupRoleAssignments({ groupId })).data).toEqual([given]);
  const [seen, ...more] = (await sdk().listRoleAssignments({ organizationMembershipId: who })).data;
  expect(more).toEqual([]);
  expect(seen).toMatchObject({
    organizationMembershipId: who,
    role: { slug: "reader" },
    source: { type: "group", groupRoleAssignmentId: given.id },
  });
  expect((await sdk().listRoleAssignmentsForResource({ resourceId: project })).data).toEqual([seen]);
  expect((await call("DELETE", `${member}/${who}/role_assignments/${seen?.id}`)).status).toBe(403);
  const holders = await call(
    "GET",
    `/authorization/resources/${project}/organization_memberships?permission_slug=project:read`,
  );
  expect(holders.body.data).toMatchObject([{ id: who }]);
  const listed = `/organizations/${here.organizationId}/groups/${groupId}/organization-memberships/${who}`;
  await call("DELETE", listed);
  expect(await can(who)).toBe(false);
  await sdk().removeGroupRoleAssignment(place);
  await expect(sdk().getGroupRoleAssignment(place)).rejects.toMatchObject({ status: 404 });
});

test("without a resource a group has the role in the whole organization", async () => {
  const { groupId, who } = await newGroup();
  const given = await sdk().createGroupRoleAssignment({ groupId, roleSlug: "auditor" });
  expect(given.resource).toMatchObject({
    externalId: here.organizationId,
    resourceTypeSlug: "organization",
  });
  expect(await can(who)).toBe(true);
  await sdk().removeGroupRoleAssignments({ groupId, roleSlug: "auditor" });
  expect(await can(who)).toBe(false);
});

test("a group's roles are replaced together: what stays keeps its id, and one that is wrong changes nothing", async () => {
  const { groupId, who } = await newGroup();
  const kept = await sdk().createGroupRoleAssignment({ groupId, roleSlug: "reader", resourceId: project });
  await sdk().createGroupRoleAssignment({ groupId, roleSlug: "auditor" });
  const path = `/authorization/groups/${groupId}/role_assignments`;
  const wrong = [{ role_slug: "other-reader", resource_id: project }, { role_slug: "reader" }];
  expect((await call("PUT", path, { role_assignments: wrong })).status).toBe(422);
  expect((await call("GET", path)).body.data).toHaveLength(2);
  const list = await sdk().replaceGroupRoleAssignments({
    groupId,
    roleAssignments: [
      { roleSlug: "reader", resourceId: project },
      { roleSlug: "other-reader", resourceId: project },
    ],
  });
  expect(list.data.map(({ role }) => role.slug).sort()).toEqual(["other-reader", "reader"]);
  expect(list.data).toContainEqual(kept);
  await sdk().replaceGroupRoleAssignments({ groupId, roleAssignments: [] });
  expect((await call("GET", path)).body.data).toEqual([]);
  expect(await can(who)).toBe(false);
});

test("a group has a role on a resource once", async () => {
  const { groupId } = await newGroup();
  const path = `/authorization/groups/${groupId}/role_assignments`;
  const wanted = { role_slug: "reader", resource_id: project };
  const { body } = await call("POST", path, wanted);
  expect(await call("POST", path, wanted)).toMatchObject({
    status: 409,
    body: { code: "duplicate_group_role_assignment" },
  });
  expect((await call("DELETE", path, { ...wanted, role_slug: "other-reader" })).status).toBe(404);
  expect((await call("DELETE", path, wanted)).status).toBe(204);
  expect((await call("GET", `${path}/${body.id}`)).status).toBe(404);
});

test("another environment finds no group, and no assignment of one", async () => {
  const { groupId } = await newGroup();
  const path = `/authorization/groups/${groupId}/role_assignments`;
  const wanted = { role_slug: "reader", resource_id: project };
  const { body } = await call("POST", path, wanted);
  for (const [method, at, sent] of [
    ["GET", path],
    ["POST", path, { role_slug: "member" }],
    ["PUT", path, { role_assignments: [] }],
    ["DELETE", path, wanted],
    ["GET", `${path}/${body.id}`],
    ["DELETE", `${path}/${body.id}`],
  ] as const) {
    const answer = await call(method, at, sent, elsewhere);
    expect([method, answer.status, answer.body.code]).toEqual([method, 404, "entity_not_found"]);
  }
  expect((await call("GET", path)).body.data).toHaveLength(1);
});
