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

const sdk = () => sdkFor(service, here);
const at = () => `/organizations/${here.organizationId}/groups`;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);

let made = 0;
async function newMember(organizationId = here.organizationId): Promise<string> {
  made += 1;
  const user = await sdk().userManagement.createUser({ email: `grouped${made}@example.com` });
  return (await sdk().userManagement.createOrganizationMembership({ userId: user.id, organizationId })).id;
}

test("the official SDK makes, reads, changes and removes a group, and each is an event", async () => {
  const { organizationId } = here;
  const group = await sdk().groups.createGroup({
    organizationId,
    name: "Night shift",
    description: "After six",
  });
  expect(group).toMatchObject({ object: "group", name: "Night shift", description: "After six" });
  const place = { organizationId, groupId: group.id };
  expect(await sdk().groups.getGroup(place)).toEqual(group);
  const changed = await sdk().groups.updateGroup({
    ...place,
    name: "Nights",
    description: "After six", // left out, this SDK would send null
  });
  expect(changed).toMatchObject({ name: "Nights", description: "After six" });
  expect((await sdk().groups.listGroups({ organizationId })).data).toEqual([changed]);
  await sdk().groups.deleteGroup(place);
  await expect(sdk().groups.getGroup(place)).rejects.toMatchObject({ status: 404 });
  for (const [what, name] of [
    ["created", "Night shift"],
    ["updated", "Nights"],
    ["deleted", "Nights"],
  ] as const)
    expect(await eventsOf(admin, here.id, `group.${what}`)).toMatchObject([
      { object: "group", id: group.id, organization_id: organizationId, name, description: "After six" },
    ]);
});

test("members of a group are added once, listed from both sides, and taken out", async () => {
  const { body: group } = await call("POST", at(), { name: "Crew" });
  const [one, other] = [await newMember(), await newMember()];
  const members = `${at()}/${group.id}/organization-memberships`;
  for (const organization_membership_id of [one, one, other])
    expect((await call("POST", members, { organization_membership_id })).body).toEqual(group);
  const { body: list } = await call("GET", `${members}?order=asc`);
  expect(list.data.map(({ id }: { id: string }) => id)).toEqual([one, other]);
  expect(list.data[0]).toMatchObject({ object: "organization_membership", status: "active" });
  const groups = await call("GET", `/user_management/organization_memberships/${one}/groups`);
  expect(groups.body.data).toEqual([group]);
  expect((await call("DELETE", `${members}/${one}`)).status).toBe(204);
  expect((await call("DELETE", `${members}/${one}`)).status).toBe(404);
  expect((await call("GET", members)).body.data).toHaveLength(1);
  expect(await eventsOf(admin, here.id, "group.member_added")).toEqual([
    { group_id: group.id, organization_membership_id: one },
    { group_id: group.id, organization_membership_id: other },
  ]);
  expect(await eventsOf(admin, here.id, "group.member_removed")).toEqual([
    { group_id: group.id, organization_membership_id: one },
  ]);
});

test("whoever leaves the organization leaves its groups", async () => {
  const { body: group } = await call("POST", at(), { name: "Leaving" });
  const member = await newMember();
  const members = `${at()}/${group.id}/organization-memberships`;
  await call("POST", members, { organization_membership_id: member });
  await call("DELETE", `/user_management/organization_memberships/${member}`);
  expect((await call("GET", members)).body.data).toEqual([]);
});

test("a description is taken away by null; a change that changes nothing is no event", async () => {
  const { body: group } = await call("POST", at(), { name: "Same", description: "Told" });
  const before = (await eventsOf(admin, here.id, "group.updated")).length;
  expect((await call("PATCH", `${at()}/${group.id}`, { name: "Same" })).body).toEqual(group);
  expect(await eventsOf(admin, here.id, "group.updated")).toHaveLength(before);
  expect((await call("PATCH", `${at()}/${group.id}`, { description: null })).body.description).toBeNull();
});

test.each([
  ["without a name", {}],
  ["with an empty name", { name: " " }],
  ["with an endless name", { name: "a".repeat(257) }],
  ["with an endless description", { name: "a", description: "a".repeat(151) }],
])("refuses a group %s", async (_what, body) => {
  expect(await call("POST", at(), body)).toMatchObject({
    status: 422,
    body: { code: "invalid_request_parameters" },
  });
});

test("groups, members and organizations from elsewhere are not found", async () => {
  const { body: group } = await call("POST", at(), { name: "Walled" });
  const member = await newMember();
  const { body: other } = await call("POST", "/organizations", { name: "Other" });
  const stranger = await newMember(other.id);
  const mine = `${at()}/${group.id}`;
  const others = `/organizations/${other.id}/groups/${group.id}`;
  for (const [method, path, body] of [
    ["GET", others],
    ["PATCH", others, { name: "Mine" }],
    ["DELETE", others],
    ["GET", `${others}/organization-memberships`],
    ["POST", `${others}/organization-memberships`, { organization_membership_id: stranger }],
    ["POST", `${mine}/organization-memberships`, { organization_membership_id: stranger }],
    ["DELETE", `${mine}/organization-memberships/${member}`],
    ["POST", "/organizations/org_x/groups", { name: "Nowhere" }],
    ["GET", "/organizations/org_x/groups"],
  ] as const)
    expect([method, path, (await call(method, path, body)).status]).toEqual([method, path, 404]);
  for (const [method, path, body] of [
    ["GET", at()],
    ["POST", at(), { name: "Mine" }],
    ["GET", mine],
    ["PATCH", mine, { name: "Mine" }],
    ["DELETE", mine],
    ["GET", `${mine}/organization-memberships`],
    ["POST", `${mine}/organization-memberships`, { organization_membership_id: member }],
    ["GET", `/user_management/organization_memberships/${member}/groups`],
  ] as const)
    expect([method, path, (await call(method, path, body, elsewhere)).status]).toEqual([method, path, 404]);
});

test("10,000 members of a group are read page by page, each once", async () => {
  const { body: group } = await call("POST", at(), { name: "Everybody" });
  await admin.query(
    `INSERT INTO identity.users (id, environment_id, email, email_key)
     SELECT 'user_g' || lpad(i::text, 25, '0'), $1, i || '@many.example.com', i || '@many.example.com' FROM generate_series(1, 10000) AS i`,
    [here.id],
  );
  await admin.query(
    `INSERT INTO identity.organization_memberships (id, environment_id, user_id, organization_id, status, role_slugs)
     SELECT 'om_g' || lpad(i::text, 25, '0'), $1, 'user_g' || lpad(i::text, 25, '0'), $2, 'active', '{member}'
     FROM generate_series(1, 10000) AS i`,
    [here.id, here.organizationId],
  );
  await admin.query(
    `INSERT INTO identity.group_members (environment_id, group_id, membership_id)
     SELECT $1, $2, id FROM identity.organization_memberships WHERE id LIKE 'om\\_g%'`,
    [here.id, group.id],
  );
  const seen: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const cursor: string = after === "" ? "" : `&after=${after}`;
    const path: string = `${at()}/${group.id}/organization-memberships?limit=100&order=asc${cursor}`;
    const { body } = await call("GET", path);
    seen.push(...body.data.map(({ id }: { id: string }) => id));
    after = body.list_metadata.after;
  }
  expect(seen).toHaveLength(10_000);
  expect(new Set(seen).size).toBe(10_000);
});
