import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  ENTERPRISE_SCHEMA,
  GROUP_SCHEMA,
  patchOf,
  prepareDirectory,
  readEvents,
  type Scim,
  scimClient,
  USER_SCHEMA,
} from "#tests/support/directories.ts";
import { entraGroup, entraUser } from "#tests/support/entra.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";

// Requests shaped as Okta's and Entra's documentation says they are, in the order in which they come.

let service: RunningIdentityService;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
});
afterAll(() => service.close());

async function site(settings: Record<string, unknown> = {}) {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment, settings);
  return {
    scim: scimClient(directory),
    environment,
    heard: async () => {
      const events = await readEvents(database.adminUrl, environment.id);
      return events.filter(({ event }) => !event.startsWith("dsync.token")).map(({ event }) => event);
    },
    user: async (id: string) => {
      const answer = await fetch(`${service.url}/directory_users/${id}`, {
        headers: { authorization: `Bearer ${environment.apiKey}` },
      });
      // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of an answer
      return { status: answer.status, body: (await answer.json()) as any };
    },
  };
}

const oktaUser = (login: string, more: Record<string, unknown> = {}) => ({
  schemas: [USER_SCHEMA],
  userName: login,
  name: { givenName: "Test", familyName: "User" },
  emails: [{ primary: true, value: login, type: "work" }],
  displayName: "Test User",
  locale: "en-US",
  externalId: `00u${login.split("@")[0]}`,
  groups: [],
  password: "1mz050nq",
  active: true,
  ...more,
});

async function create(scim: Scim, body: unknown): Promise<string> {
  const { status, body: made } = await scim("POST", "/Users", body);
  expect(status).toBe(201);
  return made.id;
}

test("Okta: looks a user up, creates it, reads it back, changes and deactivates it", async () => {
  const { scim, heard, user } = await site();
  const none = await scim(
    "GET",
    "/Users?filter=userName%20eq%20%22ada%40example.com%22&startIndex=1&count=100",
  );
  expect(none).toMatchObject({ status: 200, body: { totalResults: 0, itemsPerPage: 0, Resources: [] } });
  expect(none.headers.get("content-type")).toMatch(/^application\/scim\+json/);
  const made = await scim("POST", "/Users", oktaUser("ada@example.com"));
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(made.body.meta.location);
  expect(made.body).toMatchObject({ userName: "ada@example.com", active: true, externalId: "00uada" });
  expect(JSON.stringify(made.body)).not.toContain("1mz050nq");
  const { id } = made.body;
  const found = await scim("GET", "/Users?filter=userName%20eq%20%22ADA%40example.com%22");
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
  const { meta, ...whole } = (await scim("GET", `/Users/${id}`)).body;
  const renamed = { ...whole, name: { givenName: "Other", familyName: "User" }, displayName: "Other User" };
  expect((await scim("PUT", `/Users/${id}`, renamed)).body).toMatchObject({ displayName: "Other User" });
  expect((await user(id)).body).toMatchObject({
    first_name: "Other",
    idp_id: "00uada",
    username: "ada@example.com",
  });
  const deactivated = await scim(
    "PATCH",
    `/Users/${id}`,
    patchOf({ op: "replace", value: { active: false } }),
  );
  expect(deactivated).toMatchObject({ status: 200, body: { id, active: false } });
  expect((await user(id)).status).toBe(404);
  const again = await scim("GET", "/Users?filter=userName%20eq%20%22ada%40example.com%22");
  expect(again.body.Resources).toMatchObject([{ id, active: false }]);
  await scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: true } }));
  expect((await user(id)).body).toMatchObject({ id, state: "active" });
  expect(await heard()).toEqual([
    "dsync.activated",
    "dsync.user.created",
    "dsync.user.updated",
    "dsync.user.deleted",
    "dsync.user.created",
  ]);
});

test("Okta: pushes a group, renames it, adds and removes members, and takes it away", async () => {
  const { scim, heard, user } = await site();
  const [ada, ben] = [
    await create(scim, oktaUser("ada@example.com")),
    await create(scim, oktaUser("ben@example.com")),
  ];
  const pushed = await scim("POST", "/Groups", {
    schemas: [GROUP_SCHEMA],
    displayName: "Keepers",
    members: [{ value: ada, display: "ada@example.com" }],
  });
  expect(pushed.status).toBe(201);
  expect(pushed.body.members).toMatchObject([{ value: ada }]);
  const { id } = pushed.body;
  const rename = patchOf({ op: "replace", value: { id, displayName: "Gate keepers" } });
  expect((await scim("PATCH", `/Groups/${id}`, rename)).status).toBe(204);
  const swap = patchOf(
    { op: "remove", path: `members[value eq "${ada}"]` },
    { op: "add", path: "members", value: [{ value: ben, display: "ben@example.com" }] },
  );
  expect((await scim("PATCH", `/Groups/${id}`, swap)).status).toBe(204);
  const group = await scim("GET", `/Groups/${id}`);
  expect(group.body).toMatchObject({ displayName: "Gate keepers", members: [{ value: ben }] });
  expect((await user(ben)).body.groups).toMatchObject([{ id, name: "Gate keepers" }]);
  const all = patchOf({ op: "replace", path: "members", value: [{ value: ada }, { value: ben }] });
  await scim("PATCH", `/Groups/${id}`, all);
  const found = await scim("GET", "/Groups?filter=displayName%20eq%20%22Gate%20keepers%22");
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id, members: [{}, {}] }] });
  expect((await scim("DELETE", `/Groups/${id}`)).status).toBe(204);
  expect((await scim("GET", `/Groups/${id}`)).status).toBe(404);
  expect((await heard()).slice(3)).toEqual([
    "dsync.group.created",
    "dsync.group.user_added",
    "dsync.group.updated",
    "dsync.group.user_removed",
    "dsync.group.user_added",
    "dsync.group.user_added",
    "dsync.group.deleted",
  ]);
});

test("Entra: tests the credentials with a user that is not there", async () => {
  const { scim, heard } = await site();
  const probe = await scim("GET", '/Users?filter=userName+eq+"e4ad5e9b-6f1f-4f84-9d8f-c3b7b3e2d111"');
  expect(probe).toMatchObject({ status: 200, body: { totalResults: 0 } });
  expect(await heard()).toEqual(["dsync.activated"]);
});

test("Entra: patches with capital verbs, paths into values, text for booleans, and dotted keys", async () => {
  const { scim, user } = await site();
  const id = await create(scim, entraUser("ada"));
  const send = async (...operations: unknown[]) => {
    const { status, body } = await scim("PATCH", `/Users/${id}`, patchOf(...operations));
    expect(status).toBe(200);
    return body;
  };
  const changed = await send(
    { op: "Replace", path: 'emails[type eq "work"].value', value: "updated@example.com" },
    { op: "Replace", path: "name.familyName", value: "Changed" },
    { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "+1 555 0100" },
    { op: "Add", path: `${ENTERPRISE_SCHEMA}:department`, value: "Gate" },
    { op: "Add", path: `${ENTERPRISE_SCHEMA}:manager`, value: "manager-7" },
    { op: "Add", path: 'roles[primary eq "True"].value', value: "keeper" },
    {
      op: "Replace",
      value: { title: "Keeper", "name.givenName": "New", [`${ENTERPRISE_SCHEMA}:division`]: "East" },
    },
  );
  expect(changed).toMatchObject({
    emails: [{ primary: true, type: "work", value: "updated@example.com" }],
    name: { familyName: "Changed", givenName: "New" },
    phoneNumbers: [{ type: "mobile", value: "+1 555 0100" }],
    roles: [{ primary: true, value: "keeper" }],
    title: "Keeper",
    [ENTERPRISE_SCHEMA]: { department: "Gate", division: "East", manager: { value: "manager-7" } },
  });
  expect((await user(id)).body).toMatchObject({
    email: "updated@example.com",
    last_name: "Changed",
    job_title: "Keeper",
    idp_id: "ada",
  });
  const removed = await send(
    { op: "Remove", path: `${ENTERPRISE_SCHEMA}:manager` },
    { op: "Replace", path: "title", value: "" },
    { op: "Remove", path: 'phoneNumbers[type eq "mobile"]' },
    { op: "Replace", path: "active", value: "False" },
  );
  expect(removed).toMatchObject({
    active: false,
    [ENTERPRISE_SCHEMA]: { department: "Gate", division: "East" },
  });
  for (const gone of ["title", "phoneNumbers"]) expect(removed).not.toHaveProperty(gone);
  expect(removed[ENTERPRISE_SCHEMA]).not.toHaveProperty("manager");
});

test("Entra, before it kept to the standard: single values in lists, and plain values in objects", async () => {
  const { scim } = await site();
  const id = await create(scim, entraUser("ada"));
  const { body } = await scim(
    "PATCH",
    `/Users/${id}`,
    patchOf(
      { op: "Replace", path: "displayName", value: [{ $ref: null, value: "Given name" }] },
      { op: "Replace", path: "active", value: [{ $ref: null, value: "False" }] },
      { op: "Add", path: `${ENTERPRISE_SCHEMA}:manager`, value: [{ $ref: "http://x/Users/7", value: "7" }] },
    ),
  );
  expect(body).toMatchObject({
    displayName: "Given name",
    active: false,
    [ENTERPRISE_SCHEMA]: { manager: { value: "7" } },
  });
});

test("Entra: asks whether somebody is in a group, adds without a filter, removes by value", async () => {
  const { scim } = await site();
  const [ada, ben] = [await create(scim, entraUser("ada")), await create(scim, entraUser("ben"))];
  const described = entraGroup("Keepers", "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159");
  const { body: group } = await scim("POST", "/Groups", described);
  const path = `/Groups/${group.id}`;
  expect((await scim("GET", `${path}?excludedAttributes=members`)).body).not.toHaveProperty("members");
  const isIn = async (user: string) => {
    const filter = encodeURIComponent(`id eq "${group.id}" and members eq "${user}"`);
    return (await scim("GET", `/Groups?excludedAttributes=members&filter=${filter}`)).body.totalResults;
  };
  const add = patchOf({
    op: "Add",
    path: "members",
    value: [
      { $ref: null, value: ada },
      { $ref: null, value: ben },
    ],
  });
  expect((await scim("PATCH", path, add)).status).toBe(204);
  expect([await isIn(ada), await isIn(ben)]).toEqual([1, 1]);
  const remove = patchOf({ op: "Remove", path: "members", value: [{ $ref: null, value: ada }] });
  expect((await scim("PATCH", path, remove)).status).toBe(204);
  expect([await isIn(ada), await isIn(ben)]).toEqual([0, 1]);
  const none = patchOf({ op: "Remove", path: "members", value: [] });
  expect((await scim("PATCH", path, none)).status).toBe(204);
  expect(await isIn(ben)).toBe(1);
  const rename = patchOf({ op: "Replace", path: "displayName", value: "Wardens" });
  expect((await scim("PATCH", path, rename)).status).toBe(204);
  const found = await scim("GET", '/Groups?filter=externalId+eq+"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"');
  expect(found.body.Resources).toMatchObject([{ displayName: "Wardens" }]);
});

test("Entra: soft-deletes, brings back, and deletes for good", async () => {
  const { scim, heard, user } = await site({ deactivated_users: "keep" });
  const id = await create(scim, entraUser("ada"));
  await scim("PATCH", `/Users/${id}`, patchOf({ op: "Replace", path: "active", value: "False" }));
  expect((await user(id)).body.state).toBe("inactive");
  await scim("PATCH", `/Users/${id}`, patchOf({ op: "Replace", path: "active", value: "True" }));
  expect((await user(id)).body.state).toBe("active");
  expect((await scim("DELETE", `/Users/${id}`)).status).toBe(204);
  expect((await scim("DELETE", `/Users/${id}`)).status).toBe(404);
  expect(await heard()).toEqual([
    "dsync.activated",
    "dsync.user.created",
    "dsync.user.updated",
    "dsync.user.updated",
    "dsync.user.deleted",
  ]);
});

test("custom extensions are kept, and mapped to custom attributes", async () => {
  const urn = "urn:ietf:params:scim:schemas:extension:site:2.0:User";
  const { scim, user } = await site({
    attribute_map: { badge: `${urn}:badgeNumber`, department: `${ENTERPRISE_SCHEMA}:department` },
  });
  const id = await create(scim, {
    ...entraUser("ada"),
    [urn]: { badgeNumber: "1204" },
    [ENTERPRISE_SCHEMA]: { department: "Gate" },
  });
  const patched = await scim(
    "PATCH",
    `/Users/${id}`,
    patchOf(
      { op: "Replace", path: `${urn}:badgeNumber`, value: "1205" },
      { op: "add", value: { [urn]: { floor: 3 } } },
    ),
  );
  expect(patched.body[urn]).toEqual({ badgeNumber: "1205", floor: 3 });
  expect(patched.body.schemas).toContain(urn);
  expect((await user(id)).body).toMatchObject({
    custom_attributes: { badge: "1205", department: "Gate" },
    raw_attributes: { [urn]: { badgeNumber: "1205", floor: 3 } },
  });
});
