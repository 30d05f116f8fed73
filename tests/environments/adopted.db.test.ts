import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmulator, type Emulator } from "workos/emulate";
import { createKey } from "#lib/api-keys/commands.ts";
import { changeConnectionState, createSetupLink } from "#lib/connections/commands.ts";
import { listConnectionPlaces, listConnections, readLiveConnection } from "#lib/connections/queries.ts";
import { syncEnvironment } from "#lib/connections/sync.ts";
import { adoptEnvironment, createEnvironment, replaceKey } from "#lib/environments/commands.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { keysOf } from "./lists.ts";

const owner = anActor();
const KEY = "sk_test_only_for_this_test";
const OTHER_KEY = "sk_test_second_of_this_test";

let emulator: Emulator;
let deploymentId = "";
let strangerDeploymentId = "";
let airGappedId = "";

beforeAll(async () => {
  await testDatabase();
  const environment = { environment: "test" };
  emulator = await createEmulator({
    port: 0,
    seed: { apiKeys: { [KEY]: environment, [OTHER_KEY]: environment } },
  });
  process.env.SALLYPORT_WORKOS_URL = emulator.url;
  deploymentId = await aDeployment("Contoso", "connected");
  strangerDeploymentId = await aDeployment("Fabrikam", "connected");
  airGappedId = await aDeployment("Aurora", "air_gapped");
});
afterAll(async () => {
  await emulator.close();
  await closeDatabase();
});

const adopt = (over: Partial<Parameters<typeof adoptEnvironment>[1]> = {}) =>
  adoptEnvironment(owner, {
    ...{ deploymentId, name: "Production", kind: "production", clientId: "client_contoso_1", key: KEY },
    ...over,
  });

test("a pasted key is checked by a call before anything is kept", async () => {
  await expect(adopt({ key: "sk_test_wrong_wrong" })).rejects.toMatchObject({ kind: "unauthenticated" });
  expect(await listEnvironments(owner, deploymentId)).toEqual([]);
});

test("a pasted environment is taken under care, its key kept sealed", async () => {
  const { environmentId } = await adopt();
  const [environment] = await listEnvironments(owner, deploymentId);
  expect(environment).toMatchObject({
    id: environmentId,
    state: "active",
    driver: "workos",
    clientId: "client_contoso_1",
  });
  expect(await keysOf(environment?.id ?? "")).toMatchObject([{ ofConsole: true, hint: "sk_test_…test" }]);
  const rows = await asSystem("a test looks for secrets", (tx) =>
    Promise.all([tx.environment.findMany(), tx.auditEvent.findMany(), tx.apiKey.findMany()]),
  );
  expect(JSON.stringify(rows)).not.toContain(KEY);
});

test("a key that another customer uses is refused, without saying whose it is", async () => {
  const taken = adopt({ deploymentId: strangerDeploymentId, clientId: "client_fabrikam_1" });
  await expect(taken).rejects.toMatchObject({
    kind: "conflict",
    fields: { key: expect.not.stringContaining("Contoso") },
  });
  const clientTaken = adopt({ deploymentId: strangerDeploymentId, key: OTHER_KEY });
  await expect(clientTaken).rejects.toMatchObject({
    kind: "conflict",
    fields: { clientId: expect.any(String) },
  });
});

test("an air-gapped deployment takes none: nothing there reaches a cloud", async () => {
  await expect(adopt({ deploymentId: airGappedId })).rejects.toMatchObject({
    kind: "invalid",
    message: /air-gapped/,
  });
});

test("where no Platform credentials are set, an environment cannot be made, and the sentence says what to do", async () => {
  const made = createEnvironment(owner, { driver: "workos", deploymentId, name: "New", kind: "staging" });
  await expect(made).rejects.toMatchObject({ kind: "invalid", message: /Paste a client id and a key/ });
});

test("what WorkOS does not do by API is said, never silently left out", async () => {
  const [environment] = await listEnvironments(owner, deploymentId);
  const environmentId = environment?.id ?? "";
  expect(environment?.whyNoKeys).toMatch(/WorkOS dashboard/);
  const key = createKey(owner, { environmentId, name: "App", lifetime: "90" });
  await expect(key).rejects.toMatchObject({ kind: "invalid", message: /WorkOS dashboard/ });
  expect(await listConnectionPlaces(owner, deploymentId)).toMatchObject([
    { whyNoConnections: /Admin Portal/ },
  ]);
});

test("its connections are mirrored, and those that are gone there go here", async () => {
  const [environment] = await listEnvironments(owner, deploymentId);
  const environmentId = environment?.id ?? "";
  const { id: organization } = await post<{ id: string }>("/organizations", { name: "Contoso" });
  const body = { organization_id: organization, name: "Contoso Okta", connection_type: "OktaSAML" };
  const { id } = await post<{ id: string }>("/connections", body);
  expect(await syncEnvironment(environmentId)).toBe(true);
  const listed = await list();
  expect(listed.rows).toMatchObject([
    { id, organizationName: "Contoso", provider: "Okta (SAML)", state: "active" },
  ]);
  expect(await readLiveConnection(owner, id)).toMatchObject({ state: "untold" });
  await expect(changeConnectionState(owner, { connectionId: id, state: "inactive" })).rejects.toMatchObject({
    kind: "invalid",
    message: /set-up link/,
  });
  const headers = { Authorization: `Bearer ${KEY}` };
  await fetch(`${emulator.url}/connections/${id}`, { method: "DELETE", headers });
  await syncEnvironment(environmentId);
  expect((await list()).total).toBe(0);
});

test("a set-up link leads the customer's own people, and its making is on the audit log", async () => {
  const [environment] = await listEnvironments(owner, deploymentId);
  const environmentId = environment?.id ?? "";
  const link = await createSetupLink(owner, {
    purpose: "connection",
    environmentId,
    organizationId: "new",
    organizationName: "Lamna",
  });
  expect(link.url).toMatch(/^http/);
  const events = await asSystem("a test reads the audit log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId: environmentId, action: "connection.create" } }),
  );
  expect(JSON.stringify(events)).not.toContain(link.url);
  expect(events).toHaveLength(1);
});

test("the console's key is replaced by another of the same environment", async () => {
  const [environment] = await listEnvironments(owner, deploymentId);
  await replaceKey(owner, { environmentId: environment?.id ?? "", key: OTHER_KEY });
  const [changed] = await listEnvironments(owner, deploymentId);
  expect((await keysOf(changed?.id ?? "")).map(({ state }) => state)).toEqual(["active", "revoked"]);
  expect(await syncEnvironment(environment?.id ?? "")).toBe(true);
});

async function list() {
  const filters = { state: [], environment: [], certificate: [] };
  return await listConnections(owner, deploymentId, {
    ...{ page: 1, pageSize: 25, sort: "name", direction: "asc", search: "", filters },
  });
}

async function post<Answer>(path: string, body: unknown): Promise<Answer> {
  const headers = { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" };
  const response = await fetch(emulator.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

async function aDeployment(name: string, mode: "connected" | "air_gapped"): Promise<string> {
  const [customerId, id] = [newId("cus"), newId("dep")];
  await asSystem("a test prepares its customers", async (tx) => {
    await tx.customer.create({ data: { id: customerId, name, slug: name.toLowerCase() } });
    await tx.deployment.create({ data: { id, customerId, name: "Main", mode } });
  });
  return id;
}
