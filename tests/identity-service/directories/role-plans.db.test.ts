import { afterAll, beforeAll, expect, test } from "vitest";
import { applyGroups } from "#lib/identity-service/directories/ingest/groups.ts";
import { changeMembers } from "#lib/identity-service/directories/ingest/members.ts";
import { applyUsers } from "#lib/identity-service/directories/ingest/users.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  incomingUser,
  ingesting,
  openIdentityDatabase,
  prepareDirectory,
  readEvents,
  type Scim,
  scimClient,
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

beforeAll(async () => {
  database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
});
afterAll(() => service.close());

// biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of an answer
type Answer = { status: number; body: any };

interface Place {
  environment: TestEnvironment;
  directory: TestDirectory;
  scim: Scim;
  ask: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

/** A directory, and roles to give: admin and editor besides member. */
async function place(settings: Record<string, unknown> = {}): Promise<Place> {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment, settings);
  for (const slug of ["admin-of-it", "editor"])
    await fetch(`${service.url}/authorization/roles`, {
      method: "POST",
      headers: { authorization: `Bearer ${environment.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ slug, name: slug }),
    });
  const at = `/environments/${environment.id}/directories/${directory.id}`;
  const ask = (method: string, path: string, body?: unknown) =>
    service.manage<Answer["body"]>(method, `${at}${path}`, body);
  return { environment, directory, scim: scimClient(directory), ask };
}

async function team({ scim }: Place) {
  const make = async (name: string) => {
    const person = {
      userName: `${name}@example.com`,
      displayName: name,
      emails: [{ value: `${name}@example.com` }],
    };
    return (await scim("POST", "/Users", person)).body.id as string;
  };
  const [ada, bob, cy] = [await make("Ada"), await make("Bob"), await make("Cy")];
  const group = async (displayName: string, ...ids: string[]) =>
    (await scim("POST", "/Groups", { displayName, members: ids.map((value) => ({ value })) })).body
      .id as string;
  return { ada, bob, cy, it: await group("IT", ada, bob), all: await group("All", ada, bob, cy) };
}

const roles = async ({ ask }: Place) => {
  const { body } = await ask("GET", "/people?sort=name&order=asc&limit=100");
  return Object.fromEntries(
    body.data.map((each: { name: string; role_slugs: string[] }) => [each.name, each.role_slugs]),
  );
};

test("a draft changes nobody's role; its preview says who would have which, and who would lose theirs", async () => {
  const at = await place();
  const { it, all } = await team(at);
  await at.ask("POST", "/role_mappings", { group_id: all, role_slug: "editor" });
  const before = await roles(at);
  expect(before).toEqual({ Ada: ["editor"], Bob: ["editor"], Cy: ["editor"] });
  const draft = { mappings: [{ group_id: it, role_slug: "admin-of-it" }] };
  const drafted = await at.ask("PUT", "/role_plan/draft", draft);
  expect(drafted).toMatchObject({
    status: 200,
    body: {
      mappings: [{ group_name: "All", members: 3, role_slug: "editor" }],
      draft: {
        version: 1,
        mappings: [{ group_id: it, group_name: "IT", members: 2, role_slug: "admin-of-it" }],
      },
      previous: null,
    },
  });
  expect(drafted.body.roles.map(({ slug }: { slug: string }) => slug)).toContain("editor");
  expect(await roles(at)).toEqual(before);
  const { body: preview } = await at.ask("GET", "/role_plan/preview");
  expect(preview).toMatchObject({
    version: 1,
    people: { total: 3, changed: 3, gaining: 2, losing: 3, without: 1 },
    roles: [
      { slug: "admin-of-it", before: 0, after: 2, gains: 2, losses: 0 },
      { slug: "editor", before: 3, after: 0, gains: 0, losses: 3 },
    ],
  });
  const losing = await at.ask("GET", "/role_plan/preview/people?change=loses&search=cy&sort=name&order=asc");
  expect(losing.body).toMatchObject({
    total: 1,
    data: [{ name: "Cy", before: ["editor"], after: [], gains: [], loses: ["editor"] }],
  });
  const gaining = await at.ask("GET", "/role_plan/preview/people?change=gains&sort=name&order=asc");
  expect(gaining.body.data.map(({ name }: { name: string }) => name)).toEqual(["Ada", "Bob"]);
  expect((await at.ask("GET", "/role_plan/preview/people?change=maybe")).status).toBe(422);
  expect((await at.ask("DELETE", "/role_plan/draft")).status).toBe(204);
  expect((await at.ask("GET", "/role_plan")).body.draft).toBeNull();
});

test("a draft is switched on in one step as it was looked at, and what was before comes back in one", async () => {
  const at = await place({ provisioning: true });
  const { it, all } = await team(at);
  await at.ask("POST", "/role_mappings", { group_id: all, role_slug: "editor" });
  const mappings = [
    { group_id: it, role_slug: "admin-of-it" },
    { group_id: all, role_slug: "member" },
  ];
  await at.ask("PUT", "/role_plan/draft", { mappings: mappings.slice(0, 1) });
  await at.ask("PUT", "/role_plan/draft", { mappings });
  const unseen = await at.ask("POST", "/role_plan/activate", { version: 1 });
  expect(unseen).toMatchObject({ status: 409, body: { code: "directory_role_draft_changed" } });
  const on = await at.ask("POST", "/role_plan/activate", { version: 2 });
  expect(on).toMatchObject({
    status: 200,
    body: {
      draft: null,
      mappings: [
        { group_name: "IT", role_slug: "admin-of-it" },
        { group_name: "All", role_slug: "member" },
      ],
      previous: { mappings: [{ group_name: "All", role_slug: "editor" }] },
    },
  });
  const after = { Ada: ["admin-of-it", "member"], Bob: ["admin-of-it", "member"], Cy: ["member"] };
  expect(await roles(at)).toEqual(after);
  const told = (await readEvents(database.adminUrl, at.environment.id)).filter(
    ({ event, data }) =>
      event === "dsync.user.updated" && (data.role as { slug?: string })?.slug === "admin-of-it",
  );
  expect(told).toHaveLength(2);
  expect((await at.ask("POST", "/role_plan/activate", { version: 2 })).status).toBe(409);
  await at.ask("POST", "/role_plan/return");
  expect(await roles(at)).toEqual({ Ada: ["editor"], Bob: ["editor"], Cy: ["editor"] });
  await at.ask("POST", "/role_plan/return");
  expect(await roles(at)).toEqual(after);
  // A group that has gone gives nobody anything, and keeps nobody from returning.
  await at.ask("POST", "/role_plan/return");
  await at.scim("DELETE", `/Groups/${it}`);
  expect((await at.ask("POST", "/role_plan/return")).status).toBe(200);
  expect(await roles(at)).toEqual({ Ada: ["member"], Bob: ["member"], Cy: ["member"] });
});

test("there is nothing to return to before anything was switched on; groups and roles have to be there", async () => {
  const at = await place();
  const other = await place();
  const [{ it }, theirs] = [await team(at), await team(other)];
  expect((await at.ask("POST", "/role_plan/return")).status).toBe(409);
  const draft = (group_id: string, role_slug: string) =>
    at.ask("PUT", "/role_plan/draft", { mappings: [{ group_id, role_slug }] });
  expect((await draft(theirs.it, "member")).status).toBe(404);
  expect((await draft(it, "nobody")).status).toBe(404);
  await draft(it, "editor");
  await at.scim("DELETE", `/Groups/${it}`);
  expect((await at.ask("GET", "/role_plan")).body.draft.mappings).toMatchObject([
    { group_name: null, members: 0 },
  ]);
  expect((await at.ask("POST", "/role_plan/activate", { version: 1 })).status).toBe(404);
});

test("with 12,000 people each page of people, groups and the preview is whole, and one step changes 8,000 roles", async () => {
  const at = await place();
  const [PEOPLE, STAFF] = [12_000, 8_000];
  const db = openIdentityDatabase(database.identityUrl);
  const groups = await ingesting(db, at.environment.id, at.directory.id, async (ingest) => {
    const users = await applyUsers(
      ingest,
      Array.from({ length: PEOPLE }, (_, index) => incomingUser(`person-${String(index).padStart(5, "0")}`)),
    );
    const made = await applyGroups(
      ingest,
      ["Staff", "Everybody"].map((name) => ({ idpId: name, name, rawAttributes: {} })),
    );
    const ids = users.map(({ row }) => row.id);
    await changeMembers(ingest, made[0]?.row.id ?? "", { add: ids.slice(0, STAFF) });
    await changeMembers(ingest, made[1]?.row.id ?? "", { add: ids });
    return made.map(({ row }) => row.id);
  });
  await db.close();
  const mappings = [{ group_id: groups[0], role_slug: "editor" }];
  await at.ask("PUT", "/role_plan/draft", { mappings });
  const { body: preview } = await at.ask("GET", "/role_plan/preview");
  expect(preview.people).toMatchObject({ total: PEOPLE, changed: STAFF, gaining: STAFF, losing: 0 });
  const page = await at.ask(
    "GET",
    "/role_plan/preview/people?change=gains&sort=name&order=asc&page=80&limit=100",
  );
  expect(page.body).toMatchObject({ total: STAFF, more: false });
  expect(page.body.data.at(-1).name).toBe("First person-07999");
  expect(await at.ask("POST", "/role_plan/activate", { version: 1 })).toMatchObject({ status: 200 });
  const { body: editors } = await at.ask("GET", "/people?role_slug=editor&sort=name&order=desc&limit=100");
  expect(editors).toMatchObject({ total: STAFF });
  expect(editors.data[0]).toMatchObject({ name: "First person-07999", group_count: 2 });
  const emails: string[] = [];
  for (const number of [1, 60, 120, 121]) {
    const { body } = await at.ask("GET", `/people?sort=email&order=asc&limit=100&page=${number}`);
    emails.push(...body.data.map(({ email }: { email: string }) => email));
  }
  const nth = (index: number) => `person-${String(index).padStart(5, "0")}@example.com`;
  const expected = [0, 5_900, 11_900].flatMap((from) =>
    Array.from({ length: 100 }, (_, at) => nth(from + at)),
  );
  expect(emails).toEqual(expected);
  const { body: found } = await at.ask("GET", "/people?search=PERSON-11999&state=active");
  expect(found).toMatchObject({ total: 1, data: [{ email: "person-11999@example.com" }] });
  const { body: listed } = await at.ask("GET", "/groups?sort=members&order=desc");
  expect(listed.data).toMatchObject([
    { name: "Everybody", members: PEOPLE, role_slugs: [] },
    { name: "Staff", members: STAFF, role_slugs: ["editor"] },
  ]);
});
