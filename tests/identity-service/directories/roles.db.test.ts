import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { patchOf, prepareDirectory, readEvents, scimClient } from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
});
afterAll(() => service.close());

test("groups give their members roles, the one with the highest priority first, and take them back", async () => {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment);
  const scim = scimClient(directory);
  const headers = { authorization: `Bearer ${environment.apiKey}`, "content-type": "application/json" };
  await fetch(`${service.url}/authorization/roles`, {
    method: "POST",
    headers,
    body: JSON.stringify({ slug: "keeper", name: "Keeper" }),
  });
  const { body: ada } = await scim("POST", "/Users", { userName: "ada" });
  const members = [{ value: ada.id }];
  const { body: all } = await scim("POST", "/Groups", { displayName: "All", members });
  const { body: keepers } = await scim("POST", "/Groups", { displayName: "Keepers", members });
  const path = `/environments/${environment.id}/directories/${directory.id}/role_mappings`;
  const map = (group_id: string, role_slug: string, priority: number) =>
    service.manage("POST", path, { group_id, role_slug, priority });
  const roles = async () => {
    const answer = await fetch(`${service.url}/directory_users/${ada.id}`, { headers });
    const { role, roles: every } = (await answer.json()) as { role?: unknown; roles?: unknown };
    return { role, roles: every };
  };
  expect(await roles()).toEqual({ role: undefined, roles: undefined });
  const made = await map(all.id, "member", 1);
  expect(made).toMatchObject({ status: 201, body: { group_name: "All", role_slug: "member", priority: 1 } });
  await map(keepers.id, "keeper", 5);
  expect(await roles()).toEqual({
    role: { slug: "keeper" },
    roles: [{ slug: "keeper" }, { slug: "member" }],
  });
  await scim("PATCH", `/Groups/${keepers.id}`, patchOf({ op: "remove", path: "members" }));
  expect(await roles()).toEqual({ role: { slug: "member" }, roles: [{ slug: "member" }] });
  expect((await service.manage("GET", path)).body.data).toHaveLength(2);
  expect((await service.manage("DELETE", `${path}/${made.body.id}`)).status).toBe(204);
  expect(await roles()).toEqual({ role: undefined, roles: undefined });
  const events = await readEvents(database.adminUrl, environment.id);
  const changes = events.filter(({ event }) => event === "dsync.user.updated");
  expect(changes.map(({ data }) => data.previous_attributes)).toEqual([
    { role: null, roles: null },
    { role: { slug: "member" }, roles: [{ slug: "member" }] },
    { role: { slug: "keeper" }, roles: [{ slug: "keeper" }, { slug: "member" }] },
    { role: { slug: "member" }, roles: [{ slug: "member" }] },
  ]);
  await map(all.id, "member", 1);
  await scim("DELETE", `/Groups/${all.id}`);
  expect(await roles()).toEqual({ role: undefined, roles: undefined });
});

test("a mapping needs a group of its directory and a role of its organization, once", async () => {
  const environment = await prepareEnvironment(service);
  const [one, two] = [
    await prepareDirectory(service, environment),
    await prepareDirectory(service, environment),
  ];
  const { body: group } = await scimClient(one)("POST", "/Groups", { displayName: "All" });
  const map = (directoryId: string, role_slug: string) =>
    service.manage("POST", `/environments/${environment.id}/directories/${directoryId}/role_mappings`, {
      group_id: group.id,
      role_slug,
    });
  expect((await map(two.id, "member")).status).toBe(404);
  expect((await map(one.id, "nobody")).status).toBe(404);
  expect((await map(one.id, "member")).status).toBe(201);
  expect((await map(one.id, "member")).status).toBe(409);
});
