import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;
let now = new Date();

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => now });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  for (const slug of ["posts:read", "posts:write"])
    await call("POST", "/authorization/permissions", { slug, name: slug });
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const sdk = () => sdkFor(service, here);
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const at = () => `/organizations/${here.organizationId}/api_keys`;
const newKey = async (body: Record<string, unknown> = {}) =>
  (await call("POST", at(), { name: "Robot", ...body })).body;
const validated = async (value: string, site = here) =>
  (await call("POST", "/api_keys/validations", { value }, site)).body.api_key;

let people = 0;
async function newMember() {
  people += 1;
  const user = await sdk().userManagement.createUser({ email: `keyholder${people}@example.com` });
  const membership = await sdk().userManagement.createOrganizationMembership({
    userId: user.id,
    organizationId: here.organizationId,
  });
  return { userId: user.id, membershipId: membership.id };
}

test("SDK 11 makes a key whose value is shown once, validates it, lists it and deletes it", async () => {
  const { organizationId } = here;
  const { value, ...key } = await sdk().apiKeys.createOrganizationApiKey({
    organizationId,
    name: "Production",
    permissions: ["posts:write", "posts:read", "posts:read"],
  });
  expect(value).toMatch(/^sk_[\w-]{43}$/);
  expect(key).toMatchObject({
    object: "api_key",
    owner: { type: "organization", id: organizationId },
    obfuscatedValue: `sk_...${value.slice(-4)}`,
    lastUsedAt: null,
    permissions: ["posts:read", "posts:write"],
  });
  const { apiKey } = await sdk().apiKeys.createValidation({ value });
  expect(apiKey).toEqual({ ...key, lastUsedAt: now.toISOString() });
  const { data } = await sdk().apiKeys.listOrganizationApiKeys({ organizationId });
  expect(data).toEqual([apiKey]);
  await sdk().apiKeys.deleteApiKey(key.id);
  expect(await sdk().apiKeys.createValidation({ value })).toEqual({ apiKey: null });
  expect((await sdk().apiKeys.listOrganizationApiKeys({ organizationId })).data).toEqual([]);
  for (const what of ["created", "revoked"])
    expect(await eventsOf(admin, here.id, `api_key.${what}`)).toMatchObject([
      { object: "api_key", id: key.id, permissions: ["posts:read", "posts:write"], expires_at: null },
    ]);
});

test("SDK 8 makes, validates, lists and deletes keys too", async () => {
  const { organizationId } = here;
  const settings = { apiHostname: "127.0.0.1", port: service.port, https: false };
  const workos = new WorkOS8(here.apiKey, settings);
  const key = await workos.organizations.createOrganizationApiKey({ organizationId, name: "Old" });
  expect((await workos.apiKeys.validateApiKey({ value: key.value })).apiKey?.id).toBe(key.id);
  const { data } = await workos.organizations.listOrganizationApiKeys({ organizationId });
  expect(data.map(({ id }) => id)).toContain(key.id);
  await workos.apiKeys.deleteApiKey(key.id);
  expect((await workos.apiKeys.validateApiKey({ value: key.value })).apiKey).toBeNull();
});

test("a key's value is nowhere in the database, its events or a list", async () => {
  const { id, value } = await newKey();
  await validated(value);
  const { rows } = await admin.query("SELECT row_to_json(k)::text AS text FROM identity.owned_api_keys AS k");
  const { rows: events } = await admin.query("SELECT data::text AS text FROM identity.events");
  const { body: list } = await call("GET", at());
  const { rows: answers } = await admin.query(
    "SELECT coalesce(answer_sealed, '') AS text FROM identity.idempotent_answers",
  );
  const everything = [...rows, ...events, ...answers, { text: JSON.stringify(list) }];
  expect(everything.some(({ text }) => text.includes(id))).toBe(true);
  expect(everything.filter(({ text }) => text.includes(value.slice(3)))).toEqual([]);
});

test("a user's key is good for one organization, and only while the user is an active member of it", async () => {
  const { userId, membershipId } = await newMember();
  const { organizationId } = here;
  const { value, ...key } = await sdk().userManagement.createUserApiKey(userId, {
    name: "Mine",
    organizationId,
    permissions: ["posts:read"],
  });
  expect(key.owner).toEqual({ type: "user", id: userId, organizationId });
  expect((await sdk().apiKeys.createValidation({ value })).apiKey?.owner).toEqual(key.owner);
  const list = async (filter = {}) => (await sdk().userManagement.listUserApiKeys(userId, filter)).data;
  expect((await list()).map(({ id }) => id)).toEqual([key.id]);
  expect(await list({ organizationId: "org_other" })).toEqual([]);
  const { data } = await sdk().apiKeys.listOrganizationApiKeys({ organizationId });
  expect(data.map(({ id }) => id)).not.toContain(key.id);
  await sdk().userManagement.deactivateOrganizationMembership(membershipId);
  expect(await validated(value)).toBeNull();
  const refused = await call("POST", `/user_management/users/${userId}/api_keys`, {
    name: "Another",
    organization_id: organizationId,
  });
  expect(refused.status).toBe(422);
  await sdk().userManagement.reactivateOrganizationMembership(membershipId);
  expect((await validated(value)).id).toBe(key.id);
  await sdk().userManagement.deleteUser(userId);
  expect(await validated(value)).toBeNull();
});

test("a key expires when it was said, at once, or after all never", async () => {
  const hour = 3_600_000;
  const soon = new Date(now.getTime() + hour).toISOString();
  const { id, value } = await newKey({ expires_at: soon });
  expect((await validated(value)).expires_at).toBe(soon);
  const expire = (body: unknown) => call("POST", `/api_keys/${id}/expire`, body);
  expect((await expire({ expires_at: null })).body.expires_at).toBeNull();
  expect((await expire({ expires_at: soon })).body.expires_at).toBe(soon);
  const start = now;
  now = new Date(start.getTime() + hour);
  expect(await validated(value)).toBeNull();
  expect(await expire({ expires_at: null })).toMatchObject({
    status: 409,
    body: { code: "api_key_already_expired" },
  });
  now = start;
  const { body } = await expire({});
  expect(body.expires_at).toBe(now.toISOString());
  expect(await validated(value)).toBeNull();
  const told = await eventsOf(admin, here.id, "api_key.updated");
  expect(told.map(({ expires_at, previous_attributes }) => [expires_at, previous_attributes])).toEqual([
    [null, { expires_at: soon }],
    [soon, { expires_at: null }],
    [now.toISOString(), { expires_at: soon }],
  ]);
});

test("last_used_at moves on once a minute", async () => {
  const { value } = await newKey();
  const start = now;
  const uses: string[] = [];
  for (const seconds of [0, 30, 61]) {
    now = new Date(start.getTime() + seconds * 1_000);
    uses.push((await validated(value)).last_used_at);
  }
  expect(uses).toEqual([start, start, now].map((at) => at.toISOString()));
  now = start;
});

test("a permission that is taken away is taken from keys too", async () => {
  await call("POST", "/authorization/permissions", { slug: "posts:erase", name: "Erase" });
  const { value } = await newKey({ permissions: ["posts:erase", "posts:read"] });
  await call("DELETE", "/authorization/permissions/posts:erase");
  expect((await validated(value)).permissions).toEqual(["posts:read"]);
});

test("keys go in pages, and with their organization", async () => {
  const { body: organization } = await call("POST", "/organizations", { name: "Paged" });
  const path = `/organizations/${organization.id}/api_keys`;
  const values: string[] = [];
  for (let i = 0; i < 5; i++) values.push((await call("POST", path, { name: `Key ${i}` })).body.value);
  const seen: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const { body }: { body: { data: { name: string }[]; list_metadata: { after: string | null } } } =
      await call("GET", `${path}?limit=2&order=asc${after && `&after=${after}`}`);
    seen.push(...body.data.map(({ name }) => name));
    after = body.list_metadata.after;
  }
  expect(seen).toEqual([0, 1, 2, 3, 4].map((i) => `Key ${i}`));
  await call("DELETE", `/organizations/${organization.id}`);
  expect(await validated(values[0] ?? "")).toBeNull();
});

test.each([
  ["without a name", {}],
  ["with a permission that does not exist", { name: "a", permissions: ["posts:none"] }],
  ["that has expired already", { name: "a", expires_at: "2020-01-01T00:00:00Z" }],
  ["that expires at no time", { name: "a", expires_at: "soon" }],
])("refuses a key %s", async (_what, body) => {
  const answer = await call("POST", at(), body);
  expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request_parameters" } });
  expect(answer.body.errors[0]).toHaveProperty("field");
});

test("keys from elsewhere are not found, and not valid", async () => {
  const { id, value } = await newKey();
  const { userId } = await newMember();
  expect(await validated(value, elsewhere)).toBeNull();
  for (const [method, path, body] of [
    ["GET", at()],
    ["POST", at(), { name: "Mine" }],
    ["DELETE", `/api_keys/${id}`],
    ["POST", `/api_keys/${id}/expire`, {}],
    ["GET", `/user_management/users/${userId}/api_keys`],
    [
      "POST",
      `/user_management/users/${userId}/api_keys`,
      { name: "a", organization_id: elsewhere.organizationId },
    ],
  ] as const)
    expect([method, path, (await call(method, path, body, elsewhere)).status]).toEqual([method, path, 404]);
  const strange = { name: "a", organization_id: elsewhere.organizationId };
  expect((await call("POST", `/user_management/users/${userId}/api_keys`, strange)).status).toBe(404);
  expect((await validated(value)).id).toBe(id);
});

test("a customer's key opens nothing of this service itself", async () => {
  const { value } = await newKey();
  const answer = await fetch(`${service.url}/organizations`, {
    headers: { authorization: `Bearer ${value}` },
  });
  expect(answer.status).toBe(401);
});
