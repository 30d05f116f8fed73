import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createSetupLink } from "#lib/connections/commands.ts";
import { listOrganizations } from "#lib/connections/queries.ts";
import { syncDue, syncEnvironment } from "#lib/connections/sync.ts";
import {
  changeDirectory,
  createDirectory,
  removeDirectory,
  rotateDirectoryToken,
  showDirectoryToken,
} from "#lib/directories/commands.ts";
import { getDirectory, listDirectories, readLiveDirectory } from "#lib/directories/queries.ts";
import { CreateDirectoryInput, type DirectoryListQuery } from "#lib/directories/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");

let site: Site;
let environmentId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const draft = (organizationName: string) =>
  CreateDirectoryInput.parse({
    ...{ environmentId, organizationId: "new", organizationName },
    ...{ name: `${organizationName} staff`, source: "scim", type: "okta scim v2.0", deactivated: "delete" },
  });
const list = (over: Partial<DirectoryListQuery> = {}) =>
  listDirectories(owner, site.deploymentId, {
    ...{ page: 1, pageSize: 25, sort: "name", direction: "asc", search: "" },
    filters: { state: [], environment: [], sync: [] },
    ...over,
  });
const make = async (organizationName: string) => {
  const made = await createDirectory(owner, draft(organizationName));
  if (made.state !== "done" || made.token === null) throw new Error("The directory was not made.");
  return { id: made.targetId, token: made.token };
};
const live = async (id: string) => {
  const answer = await readLiveDirectory(owner, id);
  if (answer.state !== "answered") throw new Error(answer.reason);
  return answer.detail;
};
const send = async (id: string, token: string, userName: string) => {
  const { endpoint } = await live(id);
  const answer = await fetch(`${endpoint}/Users`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    body: JSON.stringify({ userName }),
  });
  return answer.status;
};
const lateWork = async () => {
  await asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({ where: { state: "pending" }, data: { nextAttemptAt: new Date(0) } }),
  );
  return await carryOutDue(operationKinds);
};

test("a directory is made with its organization, and its token is nowhere but in the answer", async () => {
  const { id, token } = await make("Contoso");
  expect(await getDirectory(owner, site.deploymentId, id)).toMatchObject({
    ...{ name: "Contoso staff", organizationName: "Contoso", provider: "Okta", state: "inactive" },
    ...{ usersActive: 0, groupCount: 0, lastSyncAt: null, tokenWaits: false, whyNoChange: null },
  });
  const { organizations } = await listOrganizations(owner, environmentId);
  expect(organizations.map(({ name }) => name)).toEqual(["Contoso"]);
  const rows = await asSystem("a test looks for secrets", (tx) =>
    Promise.all([tx.operation.findMany(), tx.auditEvent.findMany(), tx.directory.findMany()]),
  );
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(await send(id, token, "ada")).toBe(201);
  const second = await createDirectory(owner, {
    ...draft("Contoso"),
    organizationId: organizations[0]?.id ?? "",
    name: "Contoso contractors",
  });
  expect(
    (await getDirectory(owner, site.deploymentId, second.state === "done" ? second.targetId : ""))
      .organizationName,
  ).toBe("Contoso");
});

test("the worker hears of people and groups, and of directories that are gone", async () => {
  const [{ id, token }, gone] = [await make("Globex"), await make("Initech")];
  await send(id, token, "ada");
  await send(id, token, "ben");
  await site.service.manage("DELETE", `/environments/${await remoteId()}/directories/${gone.id}`);
  expect(await syncEnvironment(environmentId)).toBe(true);
  expect(await getDirectory(owner, site.deploymentId, id)).toMatchObject({
    ...{ state: "active", usersActive: 2, usersInactive: 0, lastSyncAt: expect.any(Date), problem: "" },
    organizationName: "Globex",
  });
  await expect(getDirectory(owner, site.deploymentId, gone.id)).rejects.toMatchObject({ kind: "not_found" });
  expect(
    (await list({ filters: { state: ["active"], environment: [], sync: ["day"] } })).rows,
  ).toContainEqual(expect.objectContaining({ id }));
});

async function remoteId(): Promise<string> {
  const found = await asSystem("a test asks for the site's own id", (tx) =>
    tx.environment.findUniqueOrThrow({ where: { id: environmentId } }),
  );
  return found.remoteId ?? "";
}

test("a rotated token overlaps with the one before it, or cuts it off", async () => {
  const { id, token } = await make("Umbrella");
  const next = await rotateDirectoryToken(owner, { directoryId: id, overlap: "24" });
  expect([await send(id, token, "ada"), await send(id, next.token ?? "", "ben")]).toEqual([201, 201]);
  expect((await live(id)).tokens).toMatchObject([{ expiresAt: null }, { expiresAt: expect.any(Date) }]);
  const last = await rotateDirectoryToken(owner, { directoryId: id, overlap: "0" });
  expect(await send(id, token, "cy")).toBe(401);
  expect(await send(id, last.token ?? "", "cy")).toBe(201);
});

test("a token made while nobody waited is shown once, to one person, and that is on record", async () => {
  const { id } = await make("Soylent");
  site.line.spoil(...FOR_GOOD);
  const rotated = await rotateDirectoryToken(owner, { directoryId: id, overlap: "0" });
  expect(rotated).toMatchObject({ state: "waits", token: null });
  site.line.spoil();
  expect(await lateWork()).toEqual({ done: 1, failed: 0 });
  expect((await getDirectory(owner, site.deploymentId, id)).tokenWaits).toBe(true);
  const { token } = await showDirectoryToken(owner, { directoryId: id });
  expect(await send(id, token, "ada")).toBe(201);
  await expect(showDirectoryToken(owner, { directoryId: id })).rejects.toMatchObject({ kind: "not_found" });
  const events = await asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId: id }, orderBy: { occurredAt: "asc" } }),
  );
  expect(events.map(({ action }) => action)).toEqual(["directory.rotate_token", "directory.rotate_token"]);
});

test("whose answer was lost is made once all the same, and its token is there to be shown", async () => {
  // The look for an organization of this name and its making go through; the directory is made, and nobody hears of it.
  site.line.spoil(null, null, "lost", ...FOR_GOOD);
  const made = await createDirectory(owner, draft("Hooli"));
  expect(made.state).toBe("waits");
  site.line.spoil();
  expect(await lateWork()).toEqual({ done: 1, failed: 0 });
  const { rows } = await list({ search: "hooli" });
  expect(rows).toHaveLength(1);
  const id = rows[0]?.id ?? "";
  const { token } = await showDirectoryToken(owner, { directoryId: id });
  expect(await send(id, token, "ada")).toBe(201);
});

test("is renamed, told what becomes of its people, and deleted with its name typed", async () => {
  const { id } = await make("Stark");
  await changeDirectory(owner, {
    directoryId: id,
    name: "Stark people",
    deactivated: "keep",
    provisioning: "on",
  });
  expect((await live(id)).options).toEqual({ deactivated: "keep", provisioning: true });
  const wrong = removeDirectory(owner, { directoryId: id, confirm: "Stark staff" });
  await expect(wrong).rejects.toMatchObject({ kind: "invalid", fields: { confirm: expect.any(String) } });
  await removeDirectory(owner, { directoryId: id, confirm: "Stark people" });
  expect((await list({ search: "stark" })).total).toBe(0);
  await expect(getDirectory(owner, site.deploymentId, id)).rejects.toMatchObject({ kind: "not_found" });
});

test("a site that does not answer is said to be silent, and what was heard last still stands", async () => {
  const { id } = await make("Wayne");
  site.line.spoil(...FOR_GOOD);
  expect(await readLiveDirectory(owner, id)).toMatchObject({
    state: "silent",
    reason: /could not be reached/,
  });
  expect(await getDirectory(owner, site.deploymentId, id)).toMatchObject({ name: "Wayne staff" });
  expect((await syncDue()).silent).toBeLessThanOrEqual(1);
});

test("another customer's directories are not there", async () => {
  const { id } = await make("Acme");
  const stranger = anActor("customer_admin", [site.strangerId]);
  await expect(getDirectory(stranger, site.deploymentId, id)).rejects.toMatchObject({ kind: "not_found" });
  await expect(readLiveDirectory(stranger, id)).rejects.toMatchObject({ kind: "not_found" });
  await expect(getDirectory(owner, site.strangerDeploymentId, id)).rejects.toMatchObject({
    kind: "not_found",
  });
  const rotate = rotateDirectoryToken(stranger, { directoryId: id, overlap: "24" });
  await expect(rotate).rejects.toMatchObject({ kind: "not_found" });
});

test("a set-up link for a directory says so", async () => {
  const { organizations } = await listOrganizations(owner, environmentId);
  const organizationId = organizations[0]?.id ?? "";
  const { url } = await createSetupLink(owner, { environmentId, organizationId, purpose: "directory" });
  expect(await (await fetch(url)).text()).toMatch(/director/i);
});

test("an environment that is not ready says so, where a directory or connection would be made in it", async () => {
  const set = async (driverKeySealed: string | null) =>
    await asSystem("a test takes the key away", (tx) =>
      tx.environment.update({ where: { id: environmentId }, data: { driverKeySealed } }),
    );
  const { driverKeySealed } = await asSystem("a test reads the key", (tx) =>
    tx.environment.findUniqueOrThrow({ where: { id: environmentId } }),
  );
  await set(null);
  expect(await listOrganizations(owner, environmentId)).toEqual({
    organizations: [],
    problem: expect.stringContaining("not ready yet"),
  });
  await set(driverKeySealed);
});
