import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { patchOf, prepareDirectory, scimClient } from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
/** Ahead of the system's where a test says so. */
let aheadMs = 0;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl, { clock: () => new Date(Date.now() + aheadMs) });
});
afterAll(() => service.close());

async function place() {
  const environment = await prepareEnvironment(service);
  const directory = await prepareDirectory(service, environment);
  const at = `/environments/${environment.id}/directories/${directory.id}/arrivals`;
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of an answer
  const arrivals = async (query = ""): Promise<any> =>
    (await service.manage<unknown>("GET", `${at}${query}`)).body;
  return { environment, directory, scim: scimClient(directory), arrivals };
}

test("who and what comes into a directory is shown newest first, with counts, and on from a cursor", async () => {
  const { scim, arrivals } = await place();
  expect(await arrivals()).toMatchObject({
    state: "unlinked",
    counts: { users: { active: 0, inactive: 0 }, groups: 0, members: 0 },
    last_sync_at: null,
    failures: [],
    data: [],
    sync: null,
  });
  const { body: ada } = await scim("POST", "/Users", { userName: "ada@example.com", displayName: "Ada" });
  await scim("POST", "/Users", { userName: "bob@example.com", displayName: "Bob" });
  await scim("POST", "/Groups", { displayName: "All", members: [{ value: ada.id }] });
  const first = await arrivals();
  expect(first).toMatchObject({
    state: "linked",
    counts: { users: { active: 2, inactive: 0 }, groups: 1, members: 1 },
    data: [
      { kind: "group", name: "All" },
      { kind: "user", name: "Bob" },
      { kind: "user", name: "Ada", state: "active" },
    ],
  });
  expect(first.last_sync_at).not.toBeNull();
  // What came just before a look may come again; a minute later it does not.
  aheadMs = 60_000;
  const { cursor } = await arrivals();
  await scim("POST", "/Users", { userName: "cy@example.com", displayName: "Cy" });
  aheadMs = 0;
  expect((await arrivals(`?after=${Number(cursor) - 120_000}`)).data).toHaveLength(4);
  expect((await arrivals(`?after=${cursor}`)).data).toEqual([]);
  expect((await arrivals("?limit=1")).data).toMatchObject([{ name: "Cy" }]);
  expect(await arrivals("?after=yesterday")).toMatchObject({ errors: [{ field: "after" }] });
});

test("what a provider is refused is kept by kind: how often, and what it was told last", async () => {
  const { scim, arrivals } = await place();
  await scim("POST", "/Users", { userName: "ada@example.com" });
  await scim("POST", "/Users", { userName: "ada@example.com" });
  await scim("POST", "/Users", { userName: "ADA@example.com" });
  await scim("POST", "/Users", {});
  await scim("PATCH", "/Users/directory_user_none", patchOf({ op: "replace", path: "active", value: false }));
  // Looking for what is not there is no failure.
  await scim("GET", "/Users/directory_user_none");
  const { failures } = await arrivals();
  expect(failures).toHaveLength(3);
  expect(failures).toContainEqual(
    expect.objectContaining({ kind: "Users:409:uniqueness", status: 409, method: "POST", count: 2 }),
  );
  expect(failures).toContainEqual(expect.objectContaining({ kind: "Users:404", method: "PATCH", count: 1 }));
});

test("the operations of a bulk request that were refused are kept, too", async () => {
  const { scim, arrivals } = await place();
  const create = (bulkId: string) => ({ method: "POST", path: "/Users", bulkId, data: { userName: "same" } });
  await scim("POST", "/Bulk", {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [create("a"), create("b"), create("c")],
  });
  expect((await arrivals()).failures).toMatchObject([{ kind: "Users:409:uniqueness", count: 2 }]);
});

test("whoever comes with a token that is none here is told apart: of another directory, replaced, unknown, none at all", async () => {
  const kindAfter = async (
    token: string | null,
    { directory, arrivals }: Awaited<ReturnType<typeof place>>,
  ) => {
    const headers = new Headers(token === null ? [] : [["authorization", `Bearer ${token}`]]);
    expect((await fetch(`${directory.scimUrl}/Users`, { headers })).status).toBe(401);
    const { failures } = await arrivals();
    return failures.map(({ kind }: { kind: string }) => kind);
  };
  const other = await place();
  expect(await kindAfter(other.directory.token, await place())).toEqual(["token_of_another"]);
  expect((await other.arrivals()).failures).toEqual([]);
  expect(await kindAfter("nothing-that-was-ever-given-out", await place())).toEqual(["token_unknown"]);
  expect(await kindAfter(null, await place())).toEqual(["token_missing"]);
  const rotated = await place();
  await service.manage(
    "POST",
    `/environments/${rotated.environment.id}/directories/${rotated.directory.id}/tokens/rotate`,
    { overlap_hours: 0 },
  );
  expect(await kindAfter(rotated.directory.token, rotated)).toEqual(["token_over"]);
});
