import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepOnce } from "#lib/identity-service/sweeper.ts";
import { testDatabase } from "#tests/support/database.ts";
import { openIdentityDatabase, prepareDirectory, readEvents } from "#tests/support/directories.ts";
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

async function wire(environment: TestEnvironment, path: string, method = "GET") {
  const answer = await fetch(`${service.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${environment.apiKey}` },
  });
  const text = await answer.text();
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    body: (text ? JSON.parse(text) : null) as Record<string, unknown>,
  };
}

test("a directory is made, read, changed and removed, and its removal is all that is told", async () => {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment);
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  const read = await wire(environment, `/directories/${directory.id}`);
  expect(read.body).toEqual({
    object: "directory",
    id: directory.id,
    organization_id: environment.organizationId,
    external_key: directory.externalKey,
    type: "okta scim v2.0",
    state: "unlinked",
    name: "Staff",
    metadata: { users: { active: 0, inactive: 0 }, groups: 0 },
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  const changed = await service.manage("PATCH", path, { name: "People", domain: "Example.COM" });
  expect(changed.body).toMatchObject({ name: "People", domain: "example.com", source: "scim" });
  expect(JSON.stringify(changed.body)).not.toContain(directory.token);
  const found = await wire(environment, "/directories?domain=example.com&search=peop");
  expect(found.body.data).toMatchObject([{ id: directory.id, domain: "example.com" }]);
  const gone = await wire(environment, `/directories/${directory.id}`, "DELETE");
  expect(gone).toMatchObject({ status: 202, type: null, body: null });
  expect((await wire(environment, `/directories/${directory.id}`)).status).toBe(404);
  const events = await readEvents(database.adminUrl, environment.id);
  expect(events.map(({ event }) => event)).toEqual(["dsync.token.created", "dsync.deleted"]);
  expect(events[1]?.data).toMatchObject({ state: "deleting", type: "okta scim v2.0" });
  expect(events[1]?.data).not.toHaveProperty("external_key");
});

test("another environment's directories, users and groups read as those that never were", async () => {
  const [mine, theirs] = [await prepareEnvironment(service), await prepareEnvironment(service)];
  const { id } = await prepareDirectory(service, theirs);
  const never = id.slice(0, -4).concat("0000");
  for (const path of ["/directories/", "/directory_users?directory=", "/directory_groups?directory="]) {
    const [foreign, missing] = [await wire(mine, `${path}${id}`), await wire(mine, `${path}${never}`)];
    expect(foreign.status).toBe(404);
    expect(JSON.stringify(foreign.body).replaceAll(id, "")).toBe(
      JSON.stringify(missing.body).replaceAll(never, ""),
    );
  }
  expect((await wire(mine, `/directories/${id}`, "DELETE")).status).toBe(404);
  const managed = `/environments/${mine.id}/directories/${id}`;
  expect((await service.manage("GET", managed)).status).toBe(404);
  expect((await service.manage("POST", `${managed}/tokens/rotate`, {})).status).toBe(404);
});

test("a directory needs an organization of its own environment, and a type that needs no Internet", async () => {
  const [mine, theirs] = [await prepareEnvironment(service), await prepareEnvironment(service)];
  const make = (body: unknown) => service.manage("POST", `/environments/${mine.id}/directories`, body);
  expect((await make({ organization_id: theirs.organizationId, name: "Staff" })).status).toBe(404);
  const wrong = { organization_id: mine.organizationId, name: "Staff", type: "gsuite directory" };
  expect((await make(wrong)).status).toBe(422);
  const ldap = await make({ organization_id: mine.organizationId, name: "Staff", source: "ldap" });
  expect(ldap.body).toMatchObject({ type: "generic scim v2.0", scim_url: null, token: null });
});

test("email and idp_id are looked for within a directory", async () => {
  const environment = await prepareEnvironment(service);
  expect((await wire(environment, "/directory_users?email=a@example.com")).status).toBe(422);
  expect((await wire(environment, "/directory_users?idp_id=7")).status).toBe(422);
});

test("a rotated token overlaps with its successor, and ends on record", async () => {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment);
  const path = `/environments/${environment.id}/directories/${directory.id}`;
  interface Token {
    id: string;
    value: string;
    token_suffix: string;
  }
  const rotated = await service.manage<Token>("POST", `${path}/tokens/rotate`, { overlap_hours: 1 });
  expect(rotated.status).toBe(201);
  expect(rotated.body.value.endsWith(rotated.body.token_suffix)).toBe(true);
  const { body: both } = await service.manage<{ tokens: unknown[] }>("GET", path);
  expect(both.tokens).toMatchObject([{ expires_at: null }, { expires_at: expect.any(String) }]);
  const at_once = await service.manage<Token>("POST", `${path}/tokens/rotate`, { overlap_hours: 0 });
  const { body: one } = await service.manage<{ tokens: { id: string }[] }>("GET", path);
  expect(one.tokens.map(({ id }) => id)).toEqual([at_once.body.id]);
  await service.manage("POST", `${path}/tokens/rotate`, { overlap_hours: 0.000_01 });
  await new Promise((resolve) => setTimeout(resolve, 60));
  const db = openIdentityDatabase(database.identityUrl);
  await sweepOnce(db);
  await db.close();
  const events = await readEvents(database.adminUrl, environment.id);
  const count = (name: string) => events.filter(({ event }) => event === name).length;
  expect([count("dsync.token.created"), count("dsync.token.revoked")]).toEqual([4, 3]);
  expect(JSON.stringify(events)).not.toContain(rotated.body.value);
  expect((await service.manage("DELETE", `${path}/tokens/${rotated.body.id}`)).status).toBe(204);
  expect((await service.manage("DELETE", `${path}/tokens/directory_token_none`)).status).toBe(404);
});

test("where a directory is limited as in the cloud, its users are listed four times a second, by whatever instance", async () => {
  const environment = await prepareEnvironment(service);
  const second = await startIdentityService(database.identityUrl, { baseUrl: service.url });
  const [limited, free] = [
    await prepareDirectory(service, environment, { rate_limit: true }),
    await prepareDirectory(service, environment),
  ];
  const ask = async (url: string, id: string) =>
    await fetch(`${url}/directory_users?directory=${id}`, {
      headers: { authorization: `Bearer ${environment.apiKey}` },
    });
  const forty = async (id: string) =>
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => ask(index % 2 ? second.url : service.url, id)),
    );
  const answers = await forty(limited.id);
  const refused = answers.filter(({ status }) => status === 429);
  // Even on a machine that needs seconds for forty requests, they are more than its windows let through.
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(4);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
  expect(await refused[0]?.json()).toEqual({ message: "Too many requests.", code: "rate_limit_exceeded" });
  expect((await forty(free.id)).every(({ status }) => status === 200)).toBe(true);
  await second.close();
});
