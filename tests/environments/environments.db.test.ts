import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKey, revokeKey } from "#lib/api-keys/commands.ts";
import {
  checkEnvironment,
  createEnvironment,
  removeEnvironment,
  renameEnvironment,
} from "#lib/environments/commands.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { giveUpOperation, retryOperation } from "#lib/operations/commands.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { addRedirectUri, chooseDefaultRedirectUri, removeRedirectUri } from "#lib/redirect-uris/commands.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { anActor } from "#tests/support/actors.ts";
import { type Site, startSite, type Trouble } from "./a-site.ts";
import { keysOf, urisOf } from "./lists.ts";

const owner = anActor();
// A broken line is tried about six times within the patience of one call.
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");

let site: Site;
let serviceId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  serviceId = service?.id ?? "";
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const make = (name: string, kind: "production" | "staging" = "production") =>
  createEnvironment(owner, { driver: "offline", deploymentId: site.deploymentId, name, kind, serviceId });
const read = async (environmentId: string) => {
  const found = (await listEnvironments(owner, site.deploymentId)).find(({ id }) => id === environmentId);
  if (!found) throw new Error("It should be listed.");
  return found;
};
const remoteEnvironments = async () => {
  const { body } = await site.service.manage<{ data: { name: string }[] }>("GET", "/environments?limit=100");
  return body.data.map(({ name }) => name);
};
const audited = (targetId: string) =>
  asSystem("a test reads the audit log", (tx) => tx.auditEvent.findMany({ where: { targetId } }));
/** Makes what waits due now, as if its pause had passed. */
const letTimePass = () =>
  asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({
      where: { state: "pending" },
      data: { nextAttemptAt: new Date(0), leasedUntil: null },
    }),
  );

test("the service of this installation registers itself when somebody needs it", () => {
  expect(serviceId).toMatch(/^svc_/);
});

describe("an environment", () => {
  test("is made at the service, with a client id and a key of the console's own, and is on the audit log", async () => {
    const { environmentId, state } = await make("Production");
    expect(state).toBe("done");
    const environment = await read(environmentId);
    expect(environment).toMatchObject({ state: "active", name: "Production", baseUrl: site.line.url });
    expect(environment.clientId).toMatch(/^client_/);
    expect(await keysOf(environment.id)).toMatchObject([{ name: "Sallyport console", ofConsole: true }]);
    expect(await audited(environmentId)).toMatchObject([{ action: "environment.create", actorId: owner.id }]);
  });

  test("whose creation was lost on the way is made once, however often it is tried", async () => {
    site.line.spoil("lost", "lost", 500);
    const { environmentId, state } = await make("Lost once");
    expect(state).toBe("done");
    expect((await read(environmentId)).state).toBe("active");
    expect((await remoteEnvironments()).filter((name) => name === "Lost once")).toHaveLength(1);
  });

  test("that could not be made waits, says why, and is made by the worker later", async () => {
    // The environment itself is made; the key after it is not: the middle of the work.
    site.line.spoil(null, ...FOR_GOOD);
    const made = await make("Half done");
    expect(made).toMatchObject({ state: "waits", reason: expect.stringContaining("could not be reached") });
    expect((await read(made.environmentId)).state).toBe("provisioning");
    const [open] = await listOpenOperations(owner, site.deploymentId);
    expect(open).toMatchObject({ name: "Create environment", state: "pending", attempts: 1 });
    site.line.spoil();
    expect(await carryOutDue(operationKinds)).toEqual({ done: 0, failed: 0 });
    await letTimePass();
    expect(await carryOutDue(operationKinds)).toEqual({ done: 1, failed: 0 });
    expect((await read(made.environmentId)).state).toBe("active");
    expect((await remoteEnvironments()).filter((name) => name === "Half done")).toHaveLength(1);
    expect(await listOpenOperations(owner, site.deploymentId)).toEqual([]);
  }, 60_000);

  test("that the service refuses leaves nothing behind, and the form says why", async () => {
    site.line.spoil(403);
    await expect(make("Refused")).rejects.toMatchObject({ kind: "forbidden", message: /does not allow/ });
    const names = (await listEnvironments(owner, site.deploymentId)).map(({ name }) => name);
    expect(names).not.toContain("Refused");
    expect(await listOpenOperations(owner, site.deploymentId)).toEqual([]);
  });

  test("of a name that is taken is refused beside the field", async () => {
    await make("Twice");
    await expect(make("Twice")).rejects.toMatchObject({
      kind: "conflict",
      fields: { name: expect.any(String) },
    });
  });

  test("that does not answer shows as failing with the reason, and as active when it answers again", async () => {
    const { environmentId } = await make("Shaky");
    site.line.spoil(401);
    await expect(checkEnvironment(owner, { environmentId })).rejects.toMatchObject({
      kind: "unauthenticated",
    });
    expect(await read(environmentId)).toMatchObject({
      state: "failing",
      stateReason: /does not accept our key/,
    });
    await checkEnvironment(owner, { environmentId });
    expect(await read(environmentId)).toMatchObject({ state: "active", stateReason: "" });
  });

  test("is renamed here and at the service, and removed with its name typed", async () => {
    const { environmentId } = await make("Old name", "staging");
    await renameEnvironment(owner, { environmentId, name: "New name" });
    expect(await remoteEnvironments()).toContain("New name");
    await expect(removeEnvironment(owner, { environmentId, confirm: "Old name" })).rejects.toMatchObject({
      kind: "invalid",
    });
    expect(await removeEnvironment(owner, { environmentId, confirm: "New name" })).toMatchObject({
      state: "done",
    });
    expect(await remoteEnvironments()).not.toContain("New name");
    await expect(read(environmentId)).rejects.toThrow();
    expect((await audited(environmentId)).map(({ action }) => action)).toContain("environment.remove");
  });

  test("keeps its key sealed: no secret is in any row as it is", async () => {
    const { environmentId } = await make("Sealed");
    const { body } = await site.service.manage<{ data: { name: string; obfuscated_value: string }[] }>(
      "GET",
      `/environments/${await remoteIdOf(environmentId)}/api_keys`,
    );
    const end = body.data[0]?.obfuscated_value.slice(-4) ?? "";
    const rows = await asSystem("a test looks for secrets", (tx) =>
      Promise.all([tx.environment.findMany(), tx.operation.findMany(), tx.auditEvent.findMany()]),
    );
    expect(end).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toMatch(/sk_(live|test)_\w{8}/);
  });
});

describe("a redirect URI", () => {
  test("follows the rules of its environment's kind, and is added, chosen and removed at the service too", async () => {
    const { environmentId } = await make("Uris");
    const refused = addRedirectUri(owner, { environmentId, uri: "http://app.example.com/cb" });
    await expect(refused).rejects.toMatchObject({
      kind: "invalid",
      fields: { uri: expect.stringContaining("https") },
    });
    await addRedirectUri(owner, { environmentId, uri: "https://one.example.com/cb" });
    await addRedirectUri(owner, { environmentId, uri: "https://*.example.com/cb" });
    await addRedirectUri(owner, { environmentId, uri: "https://two.example.com/cb" });
    const at = async (uri: string) => (await urisOf(environmentId)).find((one) => one.uri === uri)?.id ?? "";
    await chooseDefaultRedirectUri(owner, { redirectUriId: await at("https://two.example.com/cb") });
    expect((await urisOf(environmentId))[0]).toMatchObject({
      uri: "https://two.example.com/cb",
      isDefault: true,
    });
    const wild = chooseDefaultRedirectUri(owner, { redirectUriId: await at("https://*.example.com/cb") });
    await expect(wild).rejects.toMatchObject({ kind: "conflict", message: /wildcard/ });
    const ofDefault = removeRedirectUri(owner, { redirectUriId: await at("https://two.example.com/cb") });
    await expect(ofDefault).rejects.toMatchObject({ kind: "conflict" });
    await removeRedirectUri(owner, { redirectUriId: await at("https://one.example.com/cb") });
    expect(await urisOf(environmentId)).toHaveLength(2);
  });

  test("whose adding was lost on the way is added once", async () => {
    const { environmentId } = await make("Lost uri");
    site.line.spoil("lost");
    expect(await addRedirectUri(owner, { environmentId, uri: "https://app.example.com/cb" })).toMatchObject({
      state: "done",
    });
    expect(await urisOf(environmentId)).toHaveLength(1);
  });
});

describe("an operation that waits", () => {
  test("can be tried again by hand, and can be given up", async () => {
    const { environmentId } = await make("By hand");
    site.line.spoil(...FOR_GOOD);
    await addRedirectUri(owner, { environmentId, uri: "https://a.example.com/cb" });
    site.line.spoil(...FOR_GOOD);
    await addRedirectUri(owner, { environmentId, uri: "https://b.example.com/cb" });
    site.line.spoil();
    const [second, first] = await listOpenOperations(owner, site.deploymentId);
    expect(await retryOperation(owner, { operationId: first?.id ?? "" })).toMatchObject({ state: "done" });
    await giveUpOperation(owner, { operationId: second?.id ?? "" });
    expect((await urisOf(environmentId)).map(({ uri }) => uri)).toEqual(["https://a.example.com/cb"]);
    expect(await listOpenOperations(owner, site.deploymentId)).toEqual([]);
  }, 120_000);
});

describe("another customer's actor", () => {
  test("sees nothing and changes nothing: everything reads as not found", async () => {
    const { environmentId } = await make("Walled");
    const key = await createKey(owner, { environmentId, name: "App", lifetime: "90" });
    await addRedirectUri(owner, { environmentId, uri: "https://app.example.com/cb" });
    const stranger = anActor("customer_admin", [site.strangerId]);
    const notFound = { kind: "not_found" };
    await expect(listEnvironments(stranger, site.deploymentId)).rejects.toMatchObject(notFound);
    await expect(createKey(stranger, { environmentId, name: "Mine", lifetime: "90" })).rejects.toMatchObject(
      notFound,
    );
    await expect(revokeKey(stranger, { apiKeyId: key.apiKeyId, confirm: "App" })).rejects.toMatchObject(
      notFound,
    );
    await expect(
      addRedirectUri(stranger, { environmentId, uri: "https://evil.example/" }),
    ).rejects.toMatchObject(notFound);
    expect(await listOpenOperations(stranger, site.deploymentId)).toEqual([]);
    const admin = anActor("admin", [site.strangerId]);
    await expect(removeEnvironment(admin, { environmentId, confirm: "Walled" })).rejects.toMatchObject(
      notFound,
    );
  });

  test("who may read but not change is told so", async () => {
    const support = anActor("support");
    const made = createEnvironment(support, {
      ...{ driver: "offline", deploymentId: site.deploymentId, name: "No", kind: "staging", serviceId },
    });
    await expect(made).rejects.toMatchObject({ kind: "forbidden" });
  });
});

async function remoteIdOf(environmentId: string): Promise<string> {
  const found = await asSystem("a test looks an environment up", (tx) =>
    tx.environment.findUniqueOrThrow({ where: { id: environmentId } }),
  );
  return found.remoteId ?? "";
}
