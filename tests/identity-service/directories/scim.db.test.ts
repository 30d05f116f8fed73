import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  ENTERPRISE_SCHEMA,
  patchOf,
  prepareDirectory,
  readEvents,
  scimClient,
  USER_SCHEMA,
} from "#tests/support/directories.ts";
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

async function site() {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment);
  return { environment, directory, scim: scimClient(directory) };
}

const user = (name: string, more: Record<string, unknown> = {}) => ({
  schemas: [USER_SCHEMA],
  userName: name,
  ...more,
});

const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

test("only a token of the directory itself opens it, and says no more than that", async () => {
  const [mine, other] = [await site(), await site()];
  const ask = (token: string) =>
    fetch(`${mine.directory.scimUrl}/Users`, { headers: { authorization: `Bearer ${token}` } });
  for (const token of ["wrong", other.directory.token, mine.environment.apiKey, service.managementToken]) {
    const answer = await ask(token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer.json()).toMatchObject({ schemas: [ERROR], status: "401" });
  }
  expect((await ask(mine.directory.token)).status).toBe(200);
  const path = `/environments/${mine.environment.id}/directories/${mine.directory.id}/tokens/rotate`;
  const { body: next } = await service.manage("POST", path, { overlap_hours: 1 });
  expect((await ask(mine.directory.token)).status).toBe(200);
  expect((await ask(next.value ?? "")).status).toBe(200);
  await service.manage("POST", path, { overlap_hours: 0 });
  expect((await ask(mine.directory.token)).status).toBe(401);
  expect((await ask(next.value ?? "")).status).toBe(401);
});

test("another directory's users and groups read as missing, and cannot be members", async () => {
  const [mine, theirs] = [await site(), await site()];
  const { body: theirUser } = await theirs.scim("POST", "/Users", user("ada"));
  const { body: theirGroup } = await theirs.scim("POST", "/Groups", { displayName: "Keepers" });
  for (const [kind, id] of [
    ["Users", theirUser.id],
    ["Groups", theirGroup.id],
  ]) {
    expect((await mine.scim("GET", `/${kind}/${id}`)).status).toBe(404);
    expect((await mine.scim("PUT", `/${kind}/${id}`, user("x", { displayName: "X" }))).status).toBe(404);
    const rename = patchOf({ op: "replace", path: "displayName", value: "X" });
    expect((await mine.scim("PATCH", `/${kind}/${id}`, rename)).status).toBe(404);
    expect((await mine.scim("DELETE", `/${kind}/${id}`)).status).toBe(404);
  }
  const { body: group } = await mine.scim("POST", "/Groups", { displayName: "Mine" });
  const add = patchOf({ op: "add", path: "members", value: [{ value: theirUser.id }] });
  const refused = await mine.scim("PATCH", `/Groups/${group.id}`, add);
  expect(refused).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
});

test("names are unique in any case, in their directory alone", async () => {
  const [mine, other] = [await site(), await site()];
  expect((await mine.scim("POST", "/Users", user("Ada", { externalId: "1" }))).status).toBe(201);
  for (const twin of [user("ADA"), user("ben", { externalId: "1" })]) {
    const refused = await mine.scim("POST", "/Users", twin);
    expect(refused).toMatchObject({ status: 409, body: { schemas: [ERROR], scimType: "uniqueness" } });
  }
  const { body: ben } = await mine.scim("POST", "/Users", user("ben", { externalId: "2" }));
  const renamed = await mine.scim(
    "PATCH",
    `/Users/${ben.id}`,
    patchOf({ op: "replace", path: "userName", value: "ada" }),
  );
  expect(renamed).toMatchObject({ status: 409, body: { scimType: "uniqueness" } });
  expect((await mine.scim("PUT", `/Users/${ben.id}`, user("ada"))).status).toBe(409);
  expect((await other.scim("POST", "/Users", user("Ada", { externalId: "1" }))).status).toBe(201);
});

test("a changed resource is not overwritten by who has not seen the change", async () => {
  const { scim } = await site();
  const { body: ada, headers } = await scim("POST", "/Users", user("ada"));
  const first = headers.get("etag") ?? "";
  expect(first).toBe(ada.meta.version);
  expect((await scim("GET", `/Users/${ada.id}`, undefined, { "if-none-match": first })).status).toBe(304);
  const title = (value: string) => patchOf({ op: "replace", path: "title", value });
  const second = await scim("PATCH", `/Users/${ada.id}`, title("Keeper"), { "if-match": first });
  expect(second.status).toBe(200);
  expect(second.headers.get("etag")).not.toBe(first);
  const late = await scim("PATCH", `/Users/${ada.id}`, title("Warden"), { "if-match": first });
  expect(late).toMatchObject({ status: 412, body: { status: "412" } });
  expect((await scim("DELETE", `/Users/${ada.id}`, undefined, { "if-match": first })).status).toBe(412);
  expect((await scim("GET", `/Users/${ada.id}`, undefined, { "if-none-match": first })).status).toBe(200);
  // What changes nothing is no new version.
  const same = await scim("PATCH", `/Users/${ada.id}`, title("Keeper"));
  expect(same.headers.get("etag")).toBe(second.headers.get("etag"));
  expect((await scim("DELETE", `/Users/${ada.id}`, undefined, { "if-match": "*" })).status).toBe(204);
});

test("a list is sorted, paged and counted", async () => {
  const { scim } = await site();
  for (const name of ["cy", "ada", "ben", "dee"])
    await scim("POST", "/Users", user(name, { name: { familyName: name === "ada" ? "Z" : name } }));
  const names = async (query: string) => {
    const { body } = await scim("GET", `/Users?${query}`);
    return [body.totalResults, ...body.Resources.map(({ userName }: { userName: string }) => userName)];
  };
  expect(await names("sortBy=userName&count=2")).toEqual([4, "ada", "ben"]);
  expect(await names("sortBy=userName&count=2&startIndex=3")).toEqual([4, "cy", "dee"]);
  expect(await names("sortBy=userName&count=2&startIndex=9")).toEqual([4]);
  expect(await names("sortBy=name.familyName&sortOrder=descending")).toEqual([4, "ada", "dee", "cy", "ben"]);
  expect(await names("count=0")).toEqual([4]);
  expect(await names("startIndex=-3&count=1")).toEqual([4, "cy"]);
  const search = { schemas: [], filter: 'userName sw "b"', startIndex: 1, count: 10 };
  const { body } = await scim("POST", "/Users/.search", search);
  expect(body).toMatchObject({ totalResults: 1, Resources: [{ userName: "ben" }] });
});

test("an answer has the attributes that were asked for, and always the id", async () => {
  const { scim } = await site();
  const full = user("ada", {
    title: "Keeper",
    name: { givenName: "Given", familyName: "Family" },
    emails: [{ value: "a@example.com", type: "work" }],
    [ENTERPRISE_SCHEMA]: { department: "Gate", division: "East" },
  });
  const { body: made } = await scim("POST", "/Users?attributes=userName", full);
  expect(Object.keys(made).sort()).toEqual(["id", "schemas", "userName"]);
  const ask = async (query: string) => (await scim("GET", `/Users/${made.id}?${query}`)).body;
  const some = await ask(`attributes=NAME.givenname,emails.value,${ENTERPRISE_SCHEMA}:department`);
  expect(some).toEqual({
    schemas: made.schemas,
    id: made.id,
    name: { givenName: "Given" },
    emails: [{ value: "a@example.com" }],
    [ENTERPRISE_SCHEMA]: { department: "Gate" },
  });
  const rest = await ask(`excludedAttributes=id,emails,name.familyName,${ENTERPRISE_SCHEMA}:division`);
  expect(rest).toMatchObject({ id: made.id, name: { givenName: "Given" }, title: "Keeper" });
  expect(rest).not.toHaveProperty("emails");
  expect(rest.name).not.toHaveProperty("familyName");
  expect(rest[ENTERPRISE_SCHEMA]).toEqual({ department: "Gate" });
});

test("a PUT replaces a user, but brings back nobody who was shut out", async () => {
  const { scim } = await site();
  const { body: ada } = await scim("POST", "/Users", user("ada", { title: "Keeper", active: false }));
  const { body: put } = await scim(
    "PUT",
    `/Users/${ada.id}`,
    user("ada", { nickName: "A", id: "other", meta: {} }),
  );
  expect(put).toMatchObject({ id: ada.id, nickName: "A", active: false });
  expect(put).not.toHaveProperty("title");
});

test.each<[string, string, unknown, string | undefined]>([
  ["POST", "/Users", { schemas: [USER_SCHEMA] }, "invalidValue"],
  ["POST", "/Users", { userName: 7, name: "text" }, "invalidValue"],
  ["POST", "/Users", { userName: "x", active: "perhaps" }, "invalidValue"],
  ["POST", "/Users", [], "invalidSyntax"],
  ["POST", "/Users", "{", "invalidSyntax"],
  ["POST", "/Users", { userName: "a\u0000b" }, "invalidSyntax"],
  ["POST", "/Groups", { displayName: " " }, "invalidValue"],
  ["POST", "/Groups", { displayName: "x", members: [{ type: "Group", value: "y" }] }, "invalidValue"],
  ["POST", "/Groups", { displayName: "x", members: [{}] }, "invalidValue"],
  ["GET", "/Users?filter=userName", undefined, "invalidFilter"],
  ["GET", "/Users?filter=active%20gt%20true", undefined, "invalidFilter"],
  ["GET", "/Users?filter=meta.created%20eq%20%22soon%22", undefined, "invalidFilter"],
  ["GET", "/Users?filter=userName%20eq%20%22%00%22", undefined, "invalidFilter"],
  ["GET", "/Users?filter=userName%20eq%20%22%5Cu0000%22", undefined, "invalidSyntax"],
  ["GET", "/Users?sortBy=groups", undefined, "invalidPath"],
  ["GET", "/Users?count=many", undefined, "invalidValue"],
  ["GET", "/Users?attributes=a&excludedAttributes=b", undefined, "invalidValue"],
  ["POST", "/Bulk", { Operations: [{ method: "GET", path: "/Users" }] }, "invalidSyntax"],
])("%s %s %j is refused in SCIM's own shape", async (method, path, body, scimType) => {
  const { scim } = await site();
  const answer = await scim(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toMatch(/^application\/scim\+json/);
  expect(answer.body).toEqual({ schemas: [ERROR], status: "400", scimType, detail: expect.any(String) });
});

test.each<[unknown, number, string]>([
  [patchOf({ op: "move", path: "title" }), 400, "invalidSyntax"],
  [patchOf({ op: "remove" }), 400, "noTarget"],
  [patchOf({ op: "replace", path: "title[", value: "x" }), 400, "invalidPath"],
  [patchOf({ op: "replace", path: "id", value: "x" }), 400, "mutability"],
  [patchOf({ op: "remove", path: "userName" }), 400, "invalidValue"],
  [patchOf({ op: "replace", path: 'emails[value co "x"].type', value: "home" }), 400, "noTarget"],
  [patchOf({ op: "replace", path: 'name[givenName eq "x"]', value: {} }), 400, "invalidPath"],
  [patchOf({ op: "add", value: "x" }), 400, "invalidValue"],
  [{ Operations: {} }, 400, "invalidSyntax"],
])("the patch %j changes nothing", async (patch, status, scimType) => {
  const { scim } = await site();
  const { body: ada } = await scim("POST", "/Users", user("ada", { title: "Keeper" }));
  const before = (await scim("GET", `/Users/${ada.id}`)).body;
  expect(await scim("PATCH", `/Users/${ada.id}`, patch)).toMatchObject({ status, body: { scimType } });
  expect((await scim("GET", `/Users/${ada.id}`)).body).toEqual(before);
});

test("what is asked for beside the resources says what the service can do", async () => {
  const { scim } = await site();
  const { body: config } = await scim("GET", "/ServiceProviderConfig");
  for (const feature of ["patch", "bulk", "filter", "sort", "etag"])
    expect(config[feature].supported).toBe(true);
  const { body: types } = await scim("GET", "/ResourceTypes");
  expect(types.Resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([
    "/Users",
    "/Groups",
  ]);
  const { body: all } = await scim("GET", "/Schemas");
  expect(all.totalResults).toBe(3);
  const { body: schema } = await scim("GET", `/Schemas/${USER_SCHEMA}`);
  expect(schema.attributes.find(({ name }: { name: string }) => name === "userName")).toMatchObject({
    required: true,
    uniqueness: "server",
  });
  expect((await scim("GET", "/Schemas/constructor")).status).toBe(404);
  const nowhere = await scim("GET", "/Things");
  expect(nowhere).toMatchObject({ status: 404, body: { schemas: [ERROR] } });
});

test("a bulk request makes a group of people that it makes later, and each operation stands for itself", async () => {
  const { scim, environment } = await site();
  const { body: twin } = await scim("POST", "/Users", user("twin"));
  const { status, body } = await scim("POST", "/Bulk", {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [
      {
        method: "POST",
        path: "/Groups",
        bulkId: "keepers",
        data: { displayName: "Keepers", members: [{ value: "bulkId:ada" }, { value: "bulkId:ben" }] },
      },
      { method: "POST", path: "/Users", bulkId: "ada", data: user("ada") },
      { method: "POST", path: "/Users", bulkId: "ben", data: user("ben") },
      { method: "POST", path: "/Users", bulkId: "again", data: user("TWIN") },
      {
        method: "PATCH",
        path: "/Users/bulkId:ada",
        data: patchOf({ op: "replace", path: "title", value: "Keeper" }),
      },
      { method: "DELETE", path: `/Users/${twin.id}`, version: 'W/"1"' },
      { method: "DELETE", path: "/Users/directory_user_none" },
      {
        method: "POST",
        path: "/Groups",
        bulkId: "x",
        data: { displayName: "X", members: [{ value: "bulkId:again" }] },
      },
    ],
  });
  expect(status).toBe(200);
  const outcomes = body.Operations as { bulkId?: string; status: string; location?: string }[];
  expect(outcomes.map(({ status: code }) => code)).toEqual([
    "201",
    "201",
    "201",
    "409",
    "200",
    "204",
    "404",
    "409",
  ]);
  const group = await fetch(outcomes[0]?.location ?? "", {
    headers: { authorization: `Bearer ${(await tokenOf(environment.id)).value}` },
  });
  expect(group.status).toBe(401);
  const listed = await scim("GET", '/Groups?filter=displayName eq "Keepers"');
  expect(listed.body.Resources[0].members).toHaveLength(2);
  const ada = await scim("GET", '/Users?filter=userName eq "ada"');
  expect(ada.body.Resources).toMatchObject([{ title: "Keeper" }]);
});

async function tokenOf(environmentId: string) {
  const { body } = await service.manage("POST", `/environments/${environmentId}/api_keys`, { name: "other" });
  return { value: body.value };
}

test("a bulk request stops after as many failures as it says", async () => {
  const { scim } = await site();
  const bad = { method: "DELETE", path: "/Users/directory_user_none" };
  const good = { method: "POST", path: "/Users", bulkId: "a", data: user("ada") };
  const { body } = await scim("POST", "/Bulk", { failOnErrors: 1, Operations: [bad, good] });
  expect(body.Operations).toHaveLength(1);
  expect((await scim("GET", "/Users")).body.totalResults).toBe(0);
});

test("two patches of one user at once, and of one group, lose nothing", async () => {
  const { scim, environment } = await site();
  const { body: ada } = await scim("POST", "/Users", user("ada"));
  const numbers = Array.from({ length: 12 }, (_, index) => `+1 555 01${index}`);
  const answers = await Promise.all(
    numbers.map((value) =>
      scim(
        "PATCH",
        `/Users/${ada.id}`,
        patchOf({ op: "add", path: "phoneNumbers", value: [{ value, type: value }] }),
      ),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 200));
  const { body: after } = await scim("GET", `/Users/${ada.id}`);
  expect(after.phoneNumbers.map(({ value }: { value: string }) => value).sort()).toEqual([...numbers].sort());
  const { body: group } = await scim("POST", "/Groups", { displayName: "Keepers" });
  const people = await Promise.all(
    numbers.map(async (_, index) => (await scim("POST", "/Users", user(`user-${index}`))).body.id as string),
  );
  await Promise.all(
    people.flatMap((value, index) => [
      scim("PATCH", `/Groups/${group.id}`, patchOf({ op: "add", path: "members", value: [{ value }] })),
      scim(
        "PATCH",
        `/Groups/${group.id}`,
        patchOf({ op: "replace", path: "externalId", value: `x${index}` }),
      ),
    ]),
  );
  const { body: whole } = await scim("GET", `/Groups/${group.id}`);
  expect(whole.members.map(({ value }: { value: string }) => value).sort()).toEqual([...people].sort());
  const events = await readEvents(database.adminUrl, environment.id);
  expect(events.filter(({ event }) => event === "dsync.group.user_added")).toHaveLength(people.length);
  expect(events.filter(({ event }) => event === "dsync.user.updated")).toHaveLength(numbers.length);
});

test("of two who create the same user at once, one does", async () => {
  const { scim } = await site();
  const answers = await Promise.all(Array.from({ length: 6 }, () => scim("POST", "/Users", user("ada"))));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
});

test("a token that was good a moment ago is refused as soon as it is revoked, whatever it asks for", async () => {
  const { scim, directory, environment } = await site();
  const { body: ada } = await scim("POST", "/Users", user("ada"));
  const patch = patchOf({ op: "replace", path: "title", value: "Keeper" });
  const requests: [string, string, unknown?][] = [
    ["GET", "/Users"],
    ["GET", "/Users?count=0"],
    ["POST", "/Users/.search", {}],
    ["GET", `/Users/${ada.id}`],
    ["GET", "/Users/directory_user_none"],
    ["POST", "/Users", user("ben")],
    ["POST", "/Users", user("ada")],
    ["PUT", `/Users/${ada.id}`, user("ada")],
    ["PATCH", `/Users/${ada.id}`, patch],
    ["DELETE", `/Users/${ada.id}`],
    ["GET", "/Groups"],
    ["POST", "/Groups", { displayName: "Keepers" }],
    ["POST", "/Bulk", { Operations: [] }],
    ["GET", "/Schemas"],
  ];
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  const { body } = await service.manage<{ tokens: { id: string }[] }>("GET", path);
  await service.manage("DELETE", `${path}/tokens/${body.tokens[0]?.id}`);
  for (const [method, where, sent] of requests)
    expect.soft((await scim(method, where, sent)).status, `${method} ${where}`).toBe(401);
  const { body: next } = await service.manage("POST", `${path}/tokens`, {});
  const after = scimClient({ ...directory, token: next.value ?? "" });
  expect((await after("GET", "/Users")).body.Resources).toMatchObject([
    { id: ada.id, meta: { version: 'W/"1"' } },
  ]);
});

test("what was set for a directory holds for the next request, also where its provider is well known", async () => {
  const { scim, directory, environment } = await site();
  await scim("POST", "/Users", user("ada", { title: "Keeper" }));
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  await service.manage("PATCH", path, { settings: { attribute_map: { position: "title" } } });
  const { body: ben } = await scim("POST", "/Users", user("ben", { title: "Warden" }));
  const events = await readEvents(database.adminUrl, environment.id);
  const told = events.findLast(({ data }) => data.id === ben.id);
  expect(told?.data.custom_attributes).toEqual({ position: "Warden" });
  await service.manage("DELETE", path);
  expect((await scim("POST", "/Users", user("cy"))).status).toBe(401);
});
