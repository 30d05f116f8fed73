import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { patchOf, prepareDirectory, readEvents, type Scim, scimClient } from "#tests/support/directories.ts";
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

interface ModelUser {
  id: string;
  name: string;
  title: string | null;
  active: boolean;
  phones: string[];
}

/** What a directory holds, as plainly as it can be said. */
interface Model {
  users: Map<string, ModelUser>;
  groups: Map<string, { id: string; members: Set<string> }>;
}

type Step = (model: Model, scim: Scim) => Promise<void>;

const names = ["ada", "ben", "cy", "dee"];
const name = fc.constantFrom(...names);
const group = fc.constantFrom("one", "two");
const text = fc.constantFrom("a", "b", 'q"\\', "ü%_");
const some = fc.subarray(names);

/** The ids of those of `wanted` that there are. */
function idsOf(model: Model, wanted: string[]): string[] {
  return wanted.flatMap((each) => model.users.get(each)?.id ?? []);
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({ name, active: fc.boolean() })
    .map(({ name: userName, active }) => async (model: Model, scim: Scim) => {
      const { status, body } = await scim("POST", "/Users", { userName, active });
      expect(status).toBe(model.users.has(userName) ? 409 : 201);
      if (status === 201)
        model.users.set(userName, { id: body.id, name: userName, title: null, active, phones: [] });
    }),
  fc
    .record({ name, title: fc.option(text), active: fc.option(fc.boolean()) })
    .map(({ name: userName, title, active }) => async (model: Model, scim: Scim) => {
      const user = model.users.get(userName);
      const body = { userName, ...(title === null ? {} : { title }), ...(active === null ? {} : { active }) };
      const { status } = await scim("PUT", `/Users/${user?.id ?? "none"}`, body);
      expect(status).toBe(user ? 200 : 404);
      if (user) Object.assign(user, { title, active: active ?? user.active, phones: [] });
    }),
  fc
    .record({ name, title: text, capital: fc.boolean(), path: fc.boolean() })
    .map(({ name: userName, title, capital, path }) => async (model: Model, scim: Scim) => {
      const user = model.users.get(userName);
      if (!user) return;
      const op = capital ? "Replace" : "replace";
      const operation = path ? { op, path: "title", value: title } : { op, value: { title } };
      expect((await scim("PATCH", `/Users/${user.id}`, patchOf(operation))).status).toBe(200);
      user.title = title;
    }),
  fc
    .record({ name, active: fc.boolean() })
    .map(({ name: userName, active }) => async (model: Model, scim: Scim) => {
      const user = model.users.get(userName);
      if (!user) return;
      const value = active ? "True" : "False";
      await scim("PATCH", `/Users/${user.id}`, patchOf({ op: "Replace", path: "active", value }));
      user.active = active;
    }),
  fc
    .record({ name, add: text, remove: text })
    .map(({ name: userName, add, remove }) => async (model: Model, scim: Scim) => {
      const user = model.users.get(userName);
      if (!user) return;
      const quoted = JSON.stringify(remove);
      const patch = patchOf(
        { op: "add", path: "phoneNumbers", value: [{ value: add }] },
        { op: "remove", path: `phoneNumbers[value eq ${quoted}]` },
      );
      await scim("PATCH", `/Users/${user.id}`, patch);
      user.phones = [...new Set([...user.phones, add])].filter((each) => each !== remove);
    }),
  fc.record({ name }).map(({ name: userName }) => async (model: Model, scim: Scim) => {
    const user = model.users.get(userName);
    const { status } = await scim("DELETE", `/Users/${user?.id ?? "none"}`);
    expect(status).toBe(user ? 204 : 404);
    model.users.delete(userName);
    for (const { members } of model.groups.values()) members.delete(userName);
  }),
  fc
    .record({ group, some })
    .map(({ group: displayName, some: wanted }) => async (model: Model, scim: Scim) => {
      if (model.groups.has(displayName)) return;
      const members = idsOf(model, wanted).map((value) => ({ value }));
      const { body } = await scim("POST", "/Groups", { displayName, members });
      const present = wanted.filter((each) => model.users.has(each));
      model.groups.set(displayName, { id: body.id, members: new Set(present) });
    }),
  fc
    .record({ group, add: some, remove: some, all: fc.boolean() })
    .map(({ group: displayName, add, remove, all }) => async (model: Model, scim: Scim) => {
      const target = model.groups.get(displayName);
      if (!target) return;
      const value = idsOf(model, add).map((each) => ({ value: each }));
      const gone = idsOf(model, remove);
      const operations = all
        ? [{ op: "replace", path: "members", value }]
        : [
            ...gone.map((each) => ({ op: "remove", path: `members[value eq "${each}"]` })),
            { op: "Add", path: "members", value },
          ];
      expect((await scim("PATCH", `/Groups/${target.id}`, patchOf(...operations))).status).toBe(204);
      const present = add.filter((each) => model.users.has(each));
      const kept = all ? [] : [...target.members].filter((each) => !remove.includes(each));
      target.members = new Set([...kept, ...present]);
    }),
  fc.record({ group }).map(({ group: displayName }) => async (model: Model, scim: Scim) => {
    const target = model.groups.get(displayName);
    if (!target) return;
    await scim("DELETE", `/Groups/${target.id}`);
    model.groups.delete(displayName);
  }),
);

interface Held {
  userName: string;
  displayName: string;
  title?: string;
  active: boolean;
  phoneNumbers?: { value: string }[];
  members: { value: string }[];
}

async function heldBy(scim: Scim) {
  const users: Held[] = (await scim("GET", "/Users?sortBy=userName")).body.Resources;
  const groups: Held[] = (await scim("GET", "/Groups?sortBy=displayName")).body.Resources;
  const values = (list: { value: string }[] = []) => list.map(({ value }) => value);
  return {
    users: users.map((user) => [user.userName, user.title ?? null, user.active, values(user.phoneNumbers)]),
    groups: groups.map((group) => [group.displayName, values(group.members).sort()]),
  };
}

function expectedOf({ users, groups }: Model) {
  return {
    users: [...users.values()]
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((user) => [user.name, user.title, user.active, user.phones]),
    groups: [...groups.entries()]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([displayName, { members }]) => [
        displayName,
        [...members].map((each) => users.get(each)?.id ?? "").sort(),
      ]),
  };
}

/** What an application knows that does nothing but listen to events. */
async function toldBy(environmentId: string) {
  const users = new Map<string, unknown>();
  const members = new Set<string>();
  for (const { event, data } of await readEvents(database.adminUrl, environmentId)) {
    const { id, username, job_title, state } = data;
    if (event === "dsync.user.created" || event === "dsync.user.updated")
      users.set(String(id), [username, job_title, state]);
    if (event === "dsync.user.deleted" || event === "dsync.group.deleted") {
      users.delete(String(id));
      for (const pair of members) if (pair.includes(String(id))) members.delete(pair);
    }
    const [user, group] = [data.user as { id: string } | undefined, data.group as { id: string } | undefined];
    if (event === "dsync.group.user_added") members.add(`${group?.id} ${user?.id}`);
    if (event === "dsync.group.user_removed") members.delete(`${group?.id} ${user?.id}`);
  }
  return { users: [...users.values()].sort(), members: [...members].sort() };
}

test("whatever is sent, the directory holds what a simple model holds, and events alone tell the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 25 }), async (sequence) => {
      const environment = await prepareEnvironment(service);
      const scim = scimClient(await prepareDirectory(service, environment));
      const model: Model = { users: new Map(), groups: new Map() };
      for (const step of sequence) await step(model, scim);
      expect(await heldBy(scim)).toEqual(expectedOf(model));
      const active = [...model.users.values()].filter((user) => user.active);
      expect(await toldBy(environment.id)).toEqual({
        users: active.map((user) => [user.name, user.title, "active"]).sort(),
        members: [...model.groups.values()]
          .flatMap(({ id, members }) =>
            active.filter((user) => members.has(user.name)).map((user) => `${id} ${user.id}`),
          )
          .sort(),
      });
    }),
    { numRuns: 12 },
  );
}, 120_000);
