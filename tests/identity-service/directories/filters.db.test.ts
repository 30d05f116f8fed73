import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFilter, parsePath } from "#lib/identity-service/scim/filter.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  ENTERPRISE_SCHEMA,
  patchOf,
  prepareDirectory,
  type Scim,
  scimClient,
} from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let scim: Scim;
const ids: Record<string, string> = {};

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  scim = scimClient(await prepareDirectory(service, await prepareEnvironment(service)));
  const people = [
    {
      userName: "Ada@Example.com",
      externalId: "A-1",
      title: "Keeper",
      userType: "Employee",
      name: { familyName: "O'Malley", givenName: "Ada" },
      emails: [
        { type: "work", value: "ada@example.com", primary: true },
        { type: "home", value: "ada@home.example" },
      ],
      [ENTERPRISE_SCHEMA]: { department: "Gate", manager: { value: "7" } },
    },
    {
      userName: "ben@example.com",
      title: "Warden",
      userType: "Intern",
      active: false,
      emails: [{ type: "home", value: "ben@example.com" }],
      level: 12,
    },
    {
      userName: "cy%_@example.com",
      title: "Keeper",
      nickName: 'Q"\\',
      [ENTERPRISE_SCHEMA]: { department: "Wall" },
      level: 7,
    },
  ];
  for (const person of people) {
    const { body } = await scim("POST", "/Users", person);
    ids[person.userName.slice(0, 2).replace("cy", "cy").toLowerCase()] = body.id;
  }
  const { body } = await scim("POST", "/Groups", { displayName: "Keepers", members: [{ value: ids.ad }] });
  ids.group = body.id;
});
afterAll(() => service.close());

test.each<[string, string[]]>([
  ['userName eq "ada@example.com"', ["ad"]],
  ['USERNAME Eq "ADA@EXAMPLE.COM"', ["ad"]],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ada"', ["ad"]],
  ['userName co "%_"', ["cy"]],
  ['userName ew ".com"', ["ad", "be", "cy"]],
  ['userName ne "ben@example.com"', ["ad", "cy"]],
  ['userName gt "b"', ["be", "cy"]],
  ['externalId eq "A-1"', ["ad"]],
  ['externalId eq "a-1"', []],
  ["externalId pr", ["ad"]],
  ["not (externalId pr)", ["be", "cy"]],
  ["externalId eq null", ["be", "cy"]],
  ["active eq true", ["ad", "cy"]],
  ["active eq false", ["be"]],
  ['active eq "False"', ["be"]],
  ["active ne true", ["be"]],
  ['title eq "keeper" and userType eq "Employee"', ["ad"]],
  ['title eq "warden" or title eq "keeper" and userType eq "Employee"', ["ad", "be"]],
  ['(title eq "warden" or title eq "keeper") and userType pr', ["ad", "be"]],
  ['not (title eq "keeper")', ["be"]],
  ['title ne "keeper"', ["be"]],
  ["nickName pr", ["cy"]],
  ['nickName eq "q\\"\\\\"', ["cy"]],
  ['name.familyName co "o\'m"', ["ad"]],
  ['emails eq "ada@home.example"', ["ad"]],
  ['emails.value co "home"', ["ad"]],
  ['emails.type eq "home"', ["ad", "be"]],
  ['emails[type eq "work"]', ["ad"]],
  ['emails[type eq "work" and value co "home"]', []],
  ['emails[type eq "home" and value ew "example.com"]', ["be"]],
  ['emails[type eq "home" and not (value ew "example.com")]', ["ad"]],
  ["emails[primary eq true]", ["ad"]],
  ['emails[type eq "work"].value eq "ada@example.com"', ["ad"]],
  ["emails pr", ["ad", "be"]],
  [`${ENTERPRISE_SCHEMA}:department eq "gate"`, ["ad"]],
  [`${ENTERPRISE_SCHEMA}:department pr`, ["ad", "cy"]],
  [`${ENTERPRISE_SCHEMA}:manager.value eq "7"`, ["ad"]],
  [`${ENTERPRISE_SCHEMA}:manager eq "7"`, ["ad"]],
  ["level ge 8", ["be"]],
  ["level lt 1.2e1", ["cy"]],
  ["level eq 12", ["be"]],
  ['meta.created gt "2020-01-01T00:00:00Z"', ["ad", "be", "cy"]],
  ['meta.lastModified lt "2020-01-01T00:00:00Z"', []],
  ['meta.resourceType eq "User"', ["ad", "be", "cy"]],
  ['groups.display eq "Keepers"', ["ad"]],
  ["groups pr", ["ad"]],
  ['noSuchAttribute eq "x"', []],
  ["noSuchAttribute pr", []],
  ["userName eq \"x' OR 'a'='a\"", []],
])("the filter %s finds %j", async (filter, expected) => {
  const { status, body } = await scim("GET", `/Users?sortBy=userName&filter=${encodeURIComponent(filter)}`);
  expect(status).toBe(200);
  const found = body.Resources.map(({ userName }: { userName: string }) =>
    userName.slice(0, 2).toLowerCase(),
  );
  expect(found).toEqual(expected);
  expect(body.totalResults).toBe(expected.length);
});

test("groups are found by their members", async () => {
  const count = async (filter: string) =>
    (await scim("GET", `/Groups?filter=${encodeURIComponent(filter)}`)).body.totalResults;
  expect(await count(`members eq "${ids.ad}"`)).toBe(1);
  expect(await count(`members[value eq "${ids.ad}"]`)).toBe(1);
  expect(await count(`members.value eq "${ids.be}"`)).toBe(0);
  expect(await count(`members[value eq "${ids.be}" or value eq "${ids.ad}"] and displayName sw "keep"`)).toBe(
    1,
  );
  expect(await count("not (members pr)")).toBe(0);
  expect(await count(`groups[value eq "${ids.group}"]`)).toBe(0);
  const byGroup = await scim("GET", `/Users?filter=${encodeURIComponent(`groups[value eq "${ids.group}"]`)}`);
  expect(byGroup.body.Resources).toMatchObject([{ id: ids.ad }]);
});

test.each([
  "",
  "userName",
  "userName is 1",
  "userName eq",
  "userName eq x",
  "userName eq 'x'",
  'userName eq "x',
  'userName eq "x" and',
  'userName eq "x")',
  '(userName eq "x"',
  'emails[type eq "x"',
  "emails[]",
  'not userName eq "x"',
  'urn:x: eq "x"',
  '1name eq "x"',
  `${"(".repeat(60)}a pr${")".repeat(60)}`,
  `userName eq "${"x".repeat(20_000)}"`,
])("the filter %s is refused as one", (filter) => {
  expect(() => parseFilter(filter)).toThrow(/The filter cannot be read at character \d+/);
});

test("a path says where it aims", () => {
  const plain = { extension: null, part: null, filter: null };
  expect(parsePath("title")).toEqual({ ...plain, name: "title" });
  expect(parsePath("name.familyName")).toEqual({ ...plain, name: "name", part: "familyName" });
  expect(parsePath(`${ENTERPRISE_SCHEMA}:manager.value`)).toEqual({
    ...plain,
    extension: ENTERPRISE_SCHEMA,
    name: "manager",
    part: "value",
  });
  expect(parsePath('emails[type eq "work"].value')).toMatchObject({
    name: "emails",
    part: "value",
    filter: { kind: "compare", operator: "eq", value: "work" },
  });
  expect(() => parsePath('emails[type eq "work"]value')).toThrow(/The path cannot be read/);
});

test("a patch is worked out before anything is written", async () => {
  const before = (await scim("GET", `/Users/${ids.ad}`)).body;
  const half = patchOf({ op: "replace", path: "title", value: "X" }, { op: "remove", path: "userName" });
  expect((await scim("PATCH", `/Users/${ids.ad}`, half)).status).toBe(400);
  expect((await scim("GET", `/Users/${ids.ad}`)).body).toEqual(before);
});
