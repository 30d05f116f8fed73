import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
});
afterAll(async () => await service.close());

const at = "/authorization/resources";
const sdk = () => sdkFor(service, here).authorization;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);

let made = 0;
async function make(parent?: string, type = "folder"): Promise<string> {
  made += 1;
  const { body } = await call("POST", at, {
    organization_id: here.organizationId,
    resource_type_slug: type,
    external_id: `thing-${made}`,
    name: `Thing ${made}`,
    ...(parent === undefined ? {} : { parent_resource_id: parent }),
  });
  return body.id;
}
const read = async (id: string) => (await call("GET", `${at}/${id}`)).body;

test("the official SDK makes a tree beneath the organization, and reads, changes and removes it by either address", async () => {
  const { organizationId } = here;
  const workspace = await sdk().createResource({
    organizationId,
    resourceTypeSlug: "workspace",
    externalId: "ws/1 a",
    name: "Engineering",
  });
  const root = await sdk().getResourceByExternalId({
    organizationId,
    resourceTypeSlug: "organization",
    externalId: organizationId,
  });
  expect(root).toMatchObject({ name: "Example", parentResourceId: null, organizationId });
  expect(workspace).toMatchObject({
    object: "authorization_resource",
    externalId: "ws/1 a",
    resourceTypeSlug: "workspace",
    name: "Engineering",
    description: null,
    parentResourceId: root.id,
  });
  const project = await sdk().createResource({
    organizationId,
    resourceTypeSlug: "project",
    externalId: "p1",
    name: "Web",
    description: "The site",
    parentResourceExternalId: "ws/1 a",
    parentResourceTypeSlug: "workspace",
  });
  expect(project.parentResourceId).toBe(workspace.id);
  const place = { organizationId, resourceTypeSlug: "project", externalId: "p1" };
  expect(await sdk().getResource(project.id)).toEqual(project);
  expect(await sdk().getResourceByExternalId(place)).toEqual(project);
  expect(await sdk().updateResource({ resourceId: project.id, name: "Website" })).toMatchObject({
    name: "Website",
    description: "The site",
  });
  const changed = await sdk().updateResourceByExternalId({ ...place, description: null });
  expect(changed).toMatchObject({ name: "Website", description: null, parentResourceId: workspace.id });
  for (const filter of [
    { parentResourceId: workspace.id },
    { parentResourceTypeSlug: "workspace", parentExternalId: "ws/1 a" },
    { organizationId, resourceTypeSlug: "project" },
  ])
    expect((await sdk().listResources(filter)).data).toEqual([changed]);
  await expect(sdk().deleteResource({ resourceId: workspace.id })).rejects.toMatchObject({ status: 409 });
  await sdk().deleteResourceByExternalId(place);
  await expect(sdk().getResource(project.id)).rejects.toMatchObject({ status: 404 });
  await sdk().deleteResource({ resourceId: workspace.id, cascadeDelete: false });
});

test("cascade_delete takes everything beneath, and nothing beside", async () => {
  const [top, beside] = [await make(), await make()];
  const below = await make(top);
  const lowest = await make(below);
  expect(await call("DELETE", `${at}/${top}`)).toMatchObject({
    status: 409,
    body: { code: "resource_has_dependents" },
  });
  expect((await call("DELETE", `${at}/${top}?cascade_delete=true`)).status).toBe(204);
  for (const id of [top, below, lowest]) expect((await call("GET", `${at}/${id}`)).status).toBe(404);
  expect((await call("GET", `${at}/${beside}`)).status).toBe(200);
});

test("a resource moves with all beneath it, never beneath itself", async () => {
  const [one, other] = [await make(), await make()];
  const below = await make(one);
  const lowest = await make(below);
  expect((await call("PATCH", `${at}/${below}`, { parent_resource_id: other })).body).toMatchObject({
    parent_resource_id: other,
  });
  for (const beneath of [below, lowest])
    expect(await call("PATCH", `${at}/${below}`, { parent_resource_id: beneath })).toMatchObject({
      status: 422,
      body: { code: "parent_resource_cycle" },
    });
});

test("of two moves at once that would make a ring together, one is refused", async () => {
  for (let round = 0; round < 5; round += 1) {
    const [one, other] = [await make(), await make()];
    const answers = await Promise.all([
      call("PATCH", `${at}/${one}`, { parent_resource_id: other }),
      call("PATCH", `${at}/${other}`, { parent_resource_id: one }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  }
});

test("ten levels lie beneath the organization, made one by one or moved together", async () => {
  const line: string[] = [];
  for (let level = 0; level < 10; level += 1) line.push(await make(line.at(-1)));
  const wanted = {
    organization_id: here.organizationId,
    resource_type_slug: "folder",
    external_id: "eleventh",
    name: "Eleventh",
  };
  const deep = { status: 422, body: { code: "resource_hierarchy_too_deep" } };
  expect(await call("POST", at, { ...wanted, parent_resource_id: line[9] })).toMatchObject(deep);
  const top = await make();
  await make(top);
  expect(await call("PATCH", `${at}/${top}`, { parent_resource_id: line[8] })).toMatchObject(deep);
  expect((await call("PATCH", `${at}/${top}`, { parent_resource_id: line[7] })).status).toBe(200);
});

test("the organization's own resource follows its name, and cannot be changed, removed or made", async () => {
  const { body: organization } = await call("POST", "/organizations", { name: "Before" });
  const own = `/authorization/organizations/${organization.id}/resources/organization/${organization.id}`;
  expect((await call("GET", own)).body.name).toBe("Before");
  await call("PUT", `/organizations/${organization.id}`, { name: "After" });
  const { body: root } = await call("GET", own);
  expect(root).toMatchObject({ name: "After", external_id: organization.id, parent_resource_id: null });
  expect((await call("PATCH", own, { name: "Else" })).status).toBe(403);
  expect((await call("DELETE", `${at}/${root.id}?cascade_delete=true`)).status).toBe(403);
  const another = { organization_id: organization.id, resource_type_slug: "organization", external_id: "x" };
  expect((await call("POST", at, { ...another, name: "x" })).status).toBe(422);
  await call("DELETE", `/organizations/${organization.id}`);
  expect((await call("GET", `${at}/${root.id}`)).status).toBe(404);
});

test("an external id is taken once in an organization and type", async () => {
  const wanted = { organization_id: here.organizationId, external_id: "main", name: "Main" };
  expect((await call("POST", at, { ...wanted, resource_type_slug: "a" })).status).toBe(201);
  expect((await call("POST", at, { ...wanted, resource_type_slug: "b" })).status).toBe(201);
  expect(await call("POST", at, { ...wanted, resource_type_slug: "a" })).toMatchObject({
    status: 409,
    body: { code: "authorization_resource_external_id_conflict" },
  });
});

test.each([
  ["without a name", { name: undefined }],
  ["with an external id of other letters", { external_id: "é" }],
  ["with an endless external id", { external_id: "a".repeat(129) }],
  ["with a type that is no slug", { resource_type_slug: "Big Project" }],
  ["with half a parent", { parent_resource_external_id: "x" }],
  [
    "with two parents",
    { parent_resource_id: "x", parent_resource_external_id: "x", parent_resource_type_slug: "y" },
  ],
])("refuses a resource %s", async (_what, spoilt) => {
  const { organizationId: organization_id } = here;
  const good = { organization_id, resource_type_slug: "folder", external_id: "good", name: "Good" };
  expect(await call("POST", at, { ...good, ...spoilt })).toMatchObject({
    status: 422,
    body: { code: "invalid_request_parameters" },
  });
});

test("an external id alone does not say which resource is meant", async () => {
  expect(await call("GET", `${at}?resource_external_id=x`)).toMatchObject({
    status: 400,
    body: { code: "missing_organization_id_or_resource_type_slug" },
  });
});

test("another environment finds no resource, and can put nothing beneath one", async () => {
  const id = await make();
  const { external_id } = await read(id);
  const outside = (method: string, path: string, body?: unknown) => call(method, path, body, elsewhere);
  for (const path of [
    `${at}/${id}`,
    `/authorization/organizations/${here.organizationId}/resources/folder/${external_id}`,
  ])
    for (const [method, body] of [["GET"], ["PATCH", { name: "x" }], ["DELETE"]] as const) {
      const answer = await outside(method, path, body);
      expect([answer.status, answer.body.code]).toEqual([404, "entity_not_found"]);
    }
  const wanted = { resource_type_slug: "folder", external_id: "x", name: "x", parent_resource_id: id };
  for (const { organizationId } of [here, elsewhere])
    expect((await outside("POST", at, { ...wanted, organization_id: organizationId })).status).toBe(404);
  expect((await outside("GET", `${at}?organization_id=${here.organizationId}`)).body.data).toEqual([]);
  expect((await outside("GET", `${at}?parent_resource_id=${id}`)).body.data).toEqual([]);
});
