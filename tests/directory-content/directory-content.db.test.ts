import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDirectory } from "#lib/directories/commands.ts";
import { readLiveDirectory } from "#lib/directories/queries.ts";
import { CreateDirectoryInput } from "#lib/directories/schema.ts";
import { activateRoles, discardRoles, draftRoles, returnRoles } from "#lib/directory-content/commands.ts";
import {
  findGroups,
  listGroups,
  listOutcomes,
  listPeople,
  readRolePlan,
  watchDirectory,
} from "#lib/directory-content/queries.ts";
import { GROUP_LIST, OUTCOME_LIST, PEOPLE_LIST } from "#lib/directory-content/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 60 }).fill("down");

let site: Site;
let directoryId = "";
let groupId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const { environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  const made = await createDirectory(
    owner,
    CreateDirectoryInput.parse({
      ...{ environmentId, organizationId: "new", organizationName: "Contoso", name: "Contoso staff" },
      ...{ source: "scim", type: "okta scim v2.0", deactivated: "delete" },
    }),
  );
  if (made.state !== "done") throw new Error(made.reason);
  directoryId = made.targetId;
  const live = await readLiveDirectory(owner, directoryId);
  if (live.state !== "answered") throw new Error(live.reason);
  const send = async (path: string, body: object) => {
    const answer = await fetch(`${live.detail.endpoint}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.token}`, "content-type": "application/scim+json" },
      body: JSON.stringify(body),
    });
    return ((await answer.json()) as { id: string }).id;
  };
  const ada = await send("/Users", { userName: "ada@contoso.example", displayName: "Ada" });
  await send("/Users", { userName: "bob@contoso.example", displayName: "Bob" });
  groupId = await send("/Groups", { displayName: "Keepers", members: [{ value: ada }] });
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

async function answered<Answer extends { state: string }>(live: Promise<Answer>) {
  const found = await live;
  if (found.state !== "answered") throw new Error(JSON.stringify(found));
  return found as Extract<Answer, { state: "answered" }>;
}
const people = (params = {}) => answered(listPeople(owner, directoryId, parseListQuery(params, PEOPLE_LIST)));
const plan = () => answered(readRolePlan(owner, directoryId));
const audited = async (action: string) =>
  await asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { action, targetId: directoryId }, orderBy: { id: "asc" } }),
  );

test("people, groups and what came in last are read at the site", async () => {
  expect((await people({ q: "ada", state: "active" })).page).toMatchObject({
    ...{ total: 1, page: 1, pageSize: 25 },
    rows: [
      {
        name: "Ada",
        email: "ada@contoso.example",
        username: "ada@contoso.example",
        groups: [{ name: "Keepers" }],
      },
    ],
  });
  expect((await people({ sort: "-name" })).page.rows.map(({ name }) => name)).toEqual(["Bob", "Ada"]);
  const groups = await answered(listGroups(owner, directoryId, parseListQuery({}, GROUP_LIST)));
  expect(groups.page.rows).toMatchObject([{ name: "Keepers", members: 1 }]);
  expect(await findGroups(owner, { directoryId, search: "keep" })).toEqual({
    groups: [{ id: groupId, name: "Keepers", members: 1 }],
    total: 1,
  });
  const { seen } = await answered(watchDirectory(owner, directoryId));
  expect(seen).toMatchObject({ usersActive: 2, groups: 1, members: 1 });
  expect(seen.arrivals).toHaveLength(3);
});

test("roles are prepared, looked at, switched on and put back, and all of it is on record", async () => {
  const mappings = [{ groupId, role: "member" }];
  expect((await plan()).preview).toBeNull();
  await draftRoles(owner, { directoryId, mappings });
  expect(await plan()).toMatchObject({
    plan: { mappings: [], draft: { version: 1, mappings: [{ groupName: "Keepers", role: "member" }] } },
    preview: { version: 1, total: 2, gaining: 1, losing: 0, without: 1 },
  });
  const query = parseListQuery({ change: "gains", role: "member" }, OUTCOME_LIST);
  const outcomes = await answered(listOutcomes(owner, directoryId, query));
  expect(outcomes.page.rows).toMatchObject([{ name: "Ada", before: [], after: ["member"] }]);
  expect((await people()).page.rows.flatMap(({ roles }) => roles)).toEqual([]);
  await draftRoles(owner, { directoryId, mappings });
  await expect(activateRoles(owner, { directoryId, version: 1 })).rejects.toMatchObject({ kind: "conflict" });
  expect(await activateRoles(owner, { directoryId, version: 2 })).toMatchObject({ state: "done" });
  expect((await people({ role: "member" })).page.rows).toMatchObject([{ name: "Ada", roles: ["member"] }]);
  expect(await returnRoles(owner, { directoryId })).toMatchObject({ state: "done" });
  expect((await people()).page.rows.flatMap(({ roles }) => roles)).toEqual([]);
  await draftRoles(owner, { directoryId, mappings });
  await discardRoles(owner, { directoryId });
  expect((await plan()).plan.draft).toBeNull();
  expect((await audited("directory.draft_roles")).map(({ detail }) => detail)).toMatchObject([
    ...[1, 2, 3].flatMap(() => [
      { mappings: 1, outcome: "asked" },
      { mappings: 1, outcome: "done" },
    ]),
    ...[
      { discarded: true, outcome: "asked" },
      { discarded: true, outcome: "done" },
    ],
  ]);
  // What was refused stands there too: it was wanted.
  expect(await audited("directory.activate_roles")).toMatchObject([
    { targetName: "Contoso staff", detail: { version: 1 } },
    { targetName: "Contoso staff", detail: { version: 2 } },
  ]);
  expect(await audited("directory.return_roles")).toHaveLength(1);
});

test("a site that does not answer is told of in a sentence; switching on waits for it, and happens once", async () => {
  await draftRoles(owner, { directoryId, mappings: [{ groupId, role: "member" }] });
  site.line.spoil(...FOR_GOOD);
  expect(await listPeople(owner, directoryId, parseListQuery({}, PEOPLE_LIST))).toMatchObject({
    state: "silent",
    reason: expect.stringContaining("could not be reached"),
  });
  const { version } = { version: 1 };
  expect(await activateRoles(owner, { directoryId, version })).toMatchObject({ state: "waits" });
  site.line.spoil();
  await asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({ where: { state: "pending" }, data: { nextAttemptAt: new Date(0) } }),
  );
  expect(await carryOutDue(operationKinds)).toEqual({ done: 1, failed: 0 });
  expect((await people({ role: "member" })).page.total).toBe(1);
});

test("a directory that is not there, or not to be seen, is not found", async () => {
  const stranger = anActor("customer_admin", ["cus_other"]);
  await expect(readRolePlan(stranger, directoryId)).rejects.toMatchObject({ kind: "not_found" });
  await expect(draftRoles(stranger, { directoryId, mappings: [] })).rejects.toMatchObject({
    kind: "not_found",
  });
  await expect(watchDirectory(owner, "directory_gone")).rejects.toMatchObject({ kind: "not_found" });
  const auditor = anActor("auditor");
  await expect(activateRoles(auditor, { directoryId, version: 1 })).rejects.toMatchObject({
    kind: "forbidden",
  });
});
