import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#lib/identity-service/db.ts";
import { activateDirectory, noteSync } from "#lib/identity-service/directories/commands.ts";
import {
  applyGroups,
  type IncomingGroup,
  removeGroups,
} from "#lib/identity-service/directories/ingest/groups.ts";
import type { Ingest } from "#lib/identity-service/directories/ingest/ingest.ts";
import { changeMembers } from "#lib/identity-service/directories/ingest/members.ts";
import {
  applyUsers,
  type IncomingUser,
  removeUsers,
} from "#lib/identity-service/directories/ingest/users.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  incomingUser,
  ingesting,
  openIdentityDatabase,
  prepareDirectory,
  readEvents,
  type TestDirectory,
} from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  db = openIdentityDatabase(database.identityUrl);
});
afterAll(async () => {
  await db.close();
  await service.close();
});

/** A directory of its own environment, and what happens in it. */
async function site(settings: Record<string, unknown> = {}) {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment, settings);
  return {
    environment,
    directory,
    take: async <T>(work: (ingest: Ingest) => Promise<T>) =>
      await ingesting(db, environment.id, directory.id, work),
    heard: async () => {
      const all = await readEvents(database.adminUrl, environment.id);
      return all.filter(({ event }) => !event.startsWith("dsync.token"));
    },
  };
}

const group = (idpId: string, name = idpId): IncomingGroup => ({
  idpId,
  name,
  rawAttributes: { displayName: name },
});

async function wire(environment: TestEnvironment, path: string) {
  const answer = await fetch(`${service.url}${path}`, {
    headers: { authorization: `Bearer ${environment.apiKey}` },
  });
  return { status: answer.status, body: (await answer.json()) as { data: Record<string, unknown>[] } };
}
const one = (directory: TestDirectory, more = "") => `/directory_users?directory=${directory.id}${more}`;

test("a user is told of once, however often the provider says the same", async () => {
  const { take, heard, environment, directory } = await site();
  const say = async (user: IncomingUser) => (await take((ingest) => applyUsers(ingest, [user])))[0]?.change;
  expect(await say(incomingUser("ada"))).toBe("created");
  expect(await say(incomingUser("ada"))).toBe("unchanged");
  const renamed = incomingUser("ada", {
    lastName: "Other",
    rawAttributes: { userName: "ada@example.com", title: "Keeper" },
  });
  expect(await say(renamed)).toBe("updated");
  expect(await say(renamed)).toBe("unchanged");
  const events = await heard();
  expect(events.map(({ event }) => event)).toEqual(["dsync.user.created", "dsync.user.updated"]);
  expect(events[1]?.data.previous_attributes).toEqual({ last_name: "ada", raw_attributes: { title: null } });
  expect(events[1]?.organization_id).toBe(environment.organizationId);
  const { body } = await wire(environment, one(directory));
  const { previous_attributes, ...told } = events[1]?.data ?? {};
  expect(body.data).toEqual([{ ...told, groups: [] }]);
});

test("a deactivated user is gone to applications, and comes anew with its groups", async () => {
  const { take, heard, environment, directory } = await site();
  const [ada] = await take((ingest) => applyUsers(ingest, [incomingUser("ada")]));
  const [staff] = await take((ingest) => applyGroups(ingest, [group("staff")]));
  await take((ingest) =>
    changeMembers(ingest, staff?.row.id ?? "", { add: [ada?.row.id ?? ""], remove: "all" }),
  );
  await take((ingest) => applyUsers(ingest, [incomingUser("ada", { state: "inactive" })]));
  expect((await wire(environment, one(directory))).body.data).toEqual([]);
  expect((await wire(environment, `/directory_users/${ada?.row.id}`)).status).toBe(404);
  await take((ingest) => applyUsers(ingest, [incomingUser("ada")]));
  expect((await wire(environment, one(directory))).body.data).toMatchObject([
    { id: ada?.row.id, state: "active" },
  ]);
  expect((await heard()).map(({ event }) => event)).toEqual([
    "dsync.user.created",
    "dsync.group.created",
    "dsync.group.user_added",
    "dsync.user.deleted",
    "dsync.user.created",
    "dsync.group.user_added",
  ]);
});

test("where deactivated users are kept, they are inactive", async () => {
  const { take, heard, environment, directory } = await site({ deactivated_users: "keep" });
  await take((ingest) => applyUsers(ingest, [incomingUser("ada")]));
  await take((ingest) => applyUsers(ingest, [incomingUser("ada", { state: "inactive" })]));
  expect((await wire(environment, one(directory))).body.data).toMatchObject([{ state: "inactive" }]);
  const [, event] = await heard();
  expect(event).toMatchObject({
    event: "dsync.user.updated",
    data: { state: "inactive", previous_attributes: { state: "active" } },
  });
});

test("members come and go by themselves, and leave the user's time of change alone", async () => {
  const { take, heard, environment, directory } = await site();
  const users = await take((ingest) =>
    applyUsers(
      ingest,
      ["a", "b", "c"].map((name) => incomingUser(name)),
    ),
  );
  const [a = "", b = "", c = ""] = users.map(({ row }) => row.id);
  const [staff] = await take((ingest) => applyGroups(ingest, [group("staff")]));
  const id = staff?.row.id ?? "";
  await take((ingest) => changeMembers(ingest, id, { add: [a, b] }));
  await take((ingest) => changeMembers(ingest, id, { add: [a, b] }));
  await take((ingest) => changeMembers(ingest, id, { add: [b, c], remove: "all" }));
  await take((ingest) => changeMembers(ingest, id, { remove: [c, "directory_user_gone"] }));
  const told = (await heard()).filter(({ event }) => event.startsWith("dsync.group.user_"));
  const summary = told.map(({ event, data }) => [event.slice(17), (data.user as { idp_id: string }).idp_id]);
  expect(summary).toEqual([
    ["added", "a"],
    ["added", "b"],
    ["removed", "a"],
    ["added", "c"],
    ["removed", "c"],
  ]);
  expect(Object.keys(told[0]?.data ?? {}).sort()).toEqual(["directory_id", "group", "user"]);
  const { body } = await wire(environment, one(directory, `&group=${id}`));
  expect(body.data).toMatchObject([{ idp_id: "b", groups: [{ id }] }]);
  expect(body.data[0]?.updated_at).toBe(users[1]?.row.updated_at.toISOString());
  const groups = await wire(environment, `/directory_groups?user=${b}`);
  expect(groups.body.data).toMatchObject([{ id, name: "staff" }]);
});

test("a member that the directory does not have is named, and nothing is changed", async () => {
  const { take } = await site();
  const [a] = await take((ingest) => applyUsers(ingest, [incomingUser("a")]));
  const [staff] = await take((ingest) => applyGroups(ingest, [group("staff")]));
  const add = [a?.row.id ?? "", "directory_user_gone"];
  const outcome = await take((ingest) => changeMembers(ingest, staff?.row.id ?? "", { add }));
  expect(outcome).toMatchObject({ unknown: "directory_user_gone", group: { version: 1 } });
});

test("a group that goes is told of alone, and a user that goes likewise", async () => {
  const { take, heard } = await site();
  const [a] = await take((ingest) => applyUsers(ingest, [incomingUser("a")]));
  const [staff] = await take((ingest) => applyGroups(ingest, [group("staff", "Staff")]));
  await take((ingest) => applyGroups(ingest, [group("staff", "Everybody")]));
  await take((ingest) =>
    changeMembers(ingest, staff?.row.id ?? "", { add: [a?.row.id ?? ""], remove: "all" }),
  );
  expect(await take((ingest) => removeGroups(ingest, ["staff", "other"]))).toBe(1);
  expect(await take((ingest) => removeUsers(ingest, ["a", "other"]))).toBe(1);
  const events = await heard();
  expect(events.map(({ event }) => event).slice(2)).toEqual([
    "dsync.group.updated",
    "dsync.group.user_added",
    "dsync.group.deleted",
    "dsync.user.deleted",
  ]);
  expect(events[2]?.data.previous_attributes).toEqual({
    name: "Staff",
    raw_attributes: { displayName: "Staff" },
  });
});

test("custom attributes follow the directory's map, also when the map changes later", async () => {
  const { take, heard, environment, directory } = await site();
  const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const rawAttributes = {
    title: "Keeper",
    addresses: [
      { type: "home", locality: "Here" },
      { type: "work", locality: "There" },
    ],
    [enterprise]: { department: "Gate", manager: { value: "7" } },
  };
  await take((ingest) => applyUsers(ingest, [incomingUser("ada", { rawAttributes })]));
  const attribute_map = {
    department: `${enterprise}:department`,
    manager: `${enterprise}:manager.value`,
    town: 'addresses[type eq "work"].locality',
    position: "Title",
    desk: "desk",
  };
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  expect((await service.manage("PATCH", path, { settings: { attribute_map } })).status).toBe(200);
  const expected = { department: "Gate", manager: "7", town: "There", position: "Keeper", desk: null };
  expect((await wire(environment, one(directory))).body.data).toMatchObject([
    { custom_attributes: expected },
  ]);
  expect((await heard())[1]?.data.previous_attributes).toEqual({
    custom_attributes: { department: null, manager: null, town: null, position: null, desk: null },
  });
});

test("a directory is told of as active when its provider is first heard from, and not again", async () => {
  const { take, heard, environment, directory } = await site();
  for (let times = 0; times < 2; times++)
    await take(({ run, directory: row, now }) => activateDirectory(run, row, now));
  const events = await heard();
  expect(events).toMatchObject([
    {
      event: "dsync.activated",
      data: {
        id: directory.id,
        state: "active",
        external_key: directory.externalKey,
        domains: [{ object: "organization_domain", domain: "example.com" }],
      },
    },
  ]);
  expect((await wire(environment, `/directories/${directory.id}`)).body).toMatchObject({ state: "linked" });
  await take(({ run, directory: row, now }) => noteSync(run, row, now, "It did not answer."));
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  expect((await service.manage("GET", path)).body).toMatchObject({
    last_error: "It did not answer.",
    last_sync_at: null,
  });
  await take(({ run, directory: row, now }) => noteSync(run, row, now, null));
  expect((await service.manage("GET", path)).body).toMatchObject({
    last_error: null,
    last_sync_at: expect.any(String),
  });
});
