import { WorkOS as WorkOS11 } from "@workos-inc/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS8 } from "workos-node-8";
import type { Database } from "#lib/identity-service/db.ts";
import { applyUsers } from "#lib/identity-service/directories/ingest/users.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  incomingUser,
  ingesting,
  openIdentityDatabase,
  prepareDirectory,
  scimClient,
  type TestDirectory,
} from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

const PEOPLE = 230;

let service: RunningIdentityService;
let db: Database;
let environment: TestEnvironment;
let directory: TestDirectory;
let groupId: string;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  db = openIdentityDatabase(database.identityUrl);
  environment = await prepareEnvironment(service);
  directory = await prepareDirectory(service, environment);
  const people = Array.from({ length: PEOPLE }, (_, index) => incomingUser(`user-${index}`));
  const made = await ingesting(db, environment.id, directory.id, (ingest) => applyUsers(ingest, people));
  // Every second one, the first of them among the newest.
  const members = made.filter((_, index) => index % 2 === 1).map(({ row }) => ({ value: row.id }));
  const { body } = await scimClient(directory)("POST", "/Groups", { displayName: "Keepers", members });
  groupId = body.id;
});
afterAll(async () => {
  await db.close();
  await service.close();
});

const options = () => ({
  apiHostname: "127.0.0.1",
  port: service.port,
  https: false,
  clientId: environment.clientId,
});
const sdks = [
  ["11", () => new WorkOS11(environment.apiKey, options()).directorySync],
  ["8", () => new WorkOS8(environment.apiKey, options()).directorySync],
] as const;

test.each(sdks)(
  "SDK %s walks all users and the members of a group, none twice and none left out",
  async (_, start) => {
    const sync = start();
    const walk = async (filter: { directory?: string; group?: string }, order?: "asc") => {
      const list = await sync.listUsers({ ...filter, ...(order ? { order } : {}) });
      return (await list.autoPagination()).map(({ idpId }) => idpId);
    };
    const everybody = await walk({ directory: directory.id });
    expect(everybody).toHaveLength(PEOPLE);
    expect(new Set(everybody).size).toBe(PEOPLE);
    expect(await walk({ directory: directory.id }, "asc")).toEqual([...everybody].reverse());
    const members = everybody.filter((idpId) => Number(idpId.slice(5)) % 2 === 1);
    expect(await walk({ group: groupId })).toEqual(members);
    expect(await walk({ directory: directory.id, group: groupId }, "asc")).toEqual([...members].reverse());
  },
);

test.each(sdks)("SDK %s reads directories, users and groups in its own words", async (_, start) => {
  const sync = start();
  const { data: directories } = await sync.listDirectories({ organizationId: environment.organizationId });
  expect(directories).toMatchObject([
    { id: directory.id, state: "active", externalKey: directory.externalKey },
  ]);
  expect(await sync.getDirectory(directory.id)).toMatchObject({ id: directory.id, type: "okta scim v2.0" });
  const {
    data: [user],
  } = await sync.listUsers({ group: groupId, limit: 1 });
  const whole = await sync.getUser(user?.id ?? "");
  expect(whole).toMatchObject({
    state: "active",
    email: user?.email,
    groups: [{ id: groupId, name: "Keepers" }],
  });
  const { data: groups } = await sync.listGroups({ user: user?.id ?? "" });
  expect(groups).toMatchObject([{ id: groupId, directoryId: directory.id }]);
  expect(await sync.getGroup(groupId)).toMatchObject({ name: "Keepers" });
  await expect(sync.getGroup("directory_group_none")).rejects.toMatchObject({ status: 404 });
});

test.each(sdks)("SDK %s deletes a directory", async (_, start) => {
  const sync = start();
  const { id } = await prepareDirectory(service, environment);
  expect(await sync.deleteDirectory(id)).toBeUndefined();
  await expect(sync.getDirectory(id)).rejects.toMatchObject({ status: 404 });
});
