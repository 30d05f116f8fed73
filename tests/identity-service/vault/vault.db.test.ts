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
import { takeViolations } from "#tests/support/wire-document/watch.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const sdk = () => sdkFor(service, here);
const sdk8 = () => new WorkOS8(here.apiKey, { apiHostname: "127.0.0.1", port: service.port, https: false });
const kv = "/vault/v1/kv";
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);

let made = 0;
async function newObject(value = "s3cr3t", key_context: Record<string, string> = { team: "red" }) {
  made += 1;
  const { status, body } = await call("POST", kv, { name: `object-${made}`, value, key_context });
  expect(status).toBe(201);
  return body;
}
const readValue = async (id: string) => (await call("GET", `${kv}/${id}`)).body.value;

test("SDK 11 puts an object away, reads, describes, changes, lists and deletes it", async () => {
  const context = { organization_id: here.organizationId };
  const metadata = await sdk().vault.createObject({ name: "db/password", value: "first", context });
  expect(metadata).toMatchObject({
    context,
    environmentId: here.id,
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    updatedBy: { id: expect.stringMatching(/^api_key_/), name: "test" },
  });
  const { id } = metadata;
  expect(await sdk().vault.readObject({ id })).toEqual({ id, name: "db/password", value: "first", metadata });
  expect((await sdk().vault.readObjectByName("db/password")).value).toBe("first");
  expect(await sdk().vault.describeObject({ id })).toEqual({ id, name: "db/password", metadata });
  const changed = await sdk().vault.updateObject({
    id,
    value: "sécond",
    versionCheck: metadata.versionId ?? "",
  });
  expect(changed.metadata.versionId).not.toBe(metadata.versionId);
  expect((await sdk().vault.readObject({ id })).value).toBe("sécond");
  const versions = await sdk().vault.listObjectVersions({ id });
  expect(versions.map((version) => [version.id, version.currentVersion, version.size])).toEqual([
    [changed.metadata.versionId, true, 7],
    [metadata.versionId, false, 5],
  ]);
  expect((await sdk().vault.listObjects()).data).toMatchObject([{ id, name: "db/password" }]);
  await sdk().vault.deleteObject({ id });
  await expect(sdk().vault.readObject({ id })).rejects.toMatchObject({ status: 404 });
  const actor = { actor_id: metadata.updatedBy.id, actor_source: "api", actor_name: "test" };
  for (const [name, data] of [
    ["kek.created", { ...actor, key_id: metadata.keyId, key_name: JSON.stringify(Object.entries(context)) }],
    ["data.created", { ...actor, kv_name: "db/password", key_id: metadata.keyId, key_context: context }],
    ["data.updated", { ...actor, kv_name: "db/password", key_id: metadata.keyId, key_context: context }],
    ["data.read", { ...actor, kv_name: "db/password", key_id: metadata.keyId }],
    ["metadata.read", { ...actor, kv_name: "db/password" }],
    ["names.listed", actor],
    ["data.deleted", { ...actor, kv_name: "db/password" }],
  ] as const)
    expect((await eventsOf(admin, here.id, `vault.${name}`))[0]).toEqual(data);
  expect(await eventsOf(admin, here.id, "vault.data.read")).toHaveLength(3);
});

test("SDK 8 does the same, and both open what either encrypted", async () => {
  const { id } = await sdk8().vault.createObject({ name: "old", value: "one", context: { team: "red" } });
  await sdk8().vault.updateObject({ id, value: "two" });
  expect((await sdk8().vault.readObject({ id })).value).toBe("two");
  expect((await sdk8().vault.readObjectByName("old")).value).toBe("two");
  expect((await sdk8().vault.describeObject({ id })).name).toBe("old");
  expect(await sdk8().vault.listObjectVersions({ id })).toHaveLength(2);
  expect((await sdk8().vault.listObjects({ limit: 5 })).data.map(({ name }) => name)).toContain("old");
  await sdk8().vault.deleteObject({ id });
  const context = { organization_id: here.organizationId };
  const sealed = await sdk8().vault.encrypt("by eight", context, "bound to this");
  expect(await sdk().vault.decrypt(sealed, "bound to this")).toBe("by eight");
  await expect(sdk().vault.decrypt(sealed, "bound to that")).rejects.toThrow();
  expect(await sdk8().vault.decrypt(await sdk().vault.encrypt("by eleven", context))).toBe("by eleven");
  expect(await eventsOf(admin, here.id, "vault.dek.read")).toMatchObject([
    { actor_name: "test", key_ids: [expect.any(String)], key_context: context },
    { key_context: context },
  ]);
  expect(await eventsOf(admin, here.id, "vault.dek.decrypted")).toHaveLength(3);
});

test("a data key is 256 bits, another each time, and the same when it is unwrapped or wrapped anew", async () => {
  const one = await sdk().vault.createDataKey({ context: { team: "red" } });
  const other = await sdk().vault.createDataKey({ context: { team: "red" } });
  expect(Buffer.from(one.dataKey.key, "base64")).toHaveLength(32);
  expect(one.dataKey.key).not.toBe(other.dataKey.key);
  expect(await sdk().vault.decryptDataKey({ keys: one.encryptedKeys })).toEqual(one.dataKey);
  const again = await sdk().vault.createRekey({
    context: { team: "blue" },
    encryptedKeys: one.encryptedKeys,
  });
  expect(again).toMatchObject({ context: { team: "blue" }, dataKey: one.dataKey.key, id: one.dataKey.id });
  expect(again.encryptedKeys).not.toBe(one.encryptedKeys);
  expect(await sdk().vault.decryptDataKey({ keys: again.encryptedKeys ?? "" })).toEqual(one.dataKey);
});

test("a context has one key, whatever the order of its entries, and another context another", async () => {
  const key = async (context: Record<string, string>) => (await newObject("v", context)).key_id;
  const [one, same, other, none] = [
    await key({ a: "1", b: "2" }),
    await key({ b: "2", a: "1" }),
    await key({ a: "1" }),
    await key({}),
  ];
  expect(same).toBe(one);
  expect(new Set([one, other, none]).size).toBe(3);
  const at_once = await Promise.all(Array.from({ length: 8 }, () => key({ made: "at once" })));
  expect(new Set(at_once).size).toBe(1);
});

test("neither values nor keys are anywhere in the clear: tables, events or answers kept for repeats", async () => {
  const value = "the-one-value-to-look-for";
  const { id } = await newObject(value);
  await sdk().vault.updateObject({ id, value: `${value}-again` });
  const { dataKey, encryptedKeys } = await sdk().vault.createDataKey({ context: { team: "red" } });
  await sdk().vault.decryptDataKey({ keys: encryptedKeys });
  const tables = ["vault_keys", "vault_objects", "vault_versions", "events", "idempotent_answers"];
  for (const table of tables) {
    const { rows } = await admin.query(`SELECT row_to_json(t)::text AS text FROM identity.${table} AS t`);
    expect(rows.length).toBeGreaterThan(0);
    for (const secret of [value, Buffer.from(value).toString("base64").slice(0, 20), dataKey.key])
      expect([table, rows.some(({ text }) => text.includes(secret))]).toEqual([table, false]);
  }
  expect(await readValue(id)).toBe(`${value}-again`);
});

test("an older value, or another object's, does not open in an object's place", async () => {
  const sealed = "data_key_sealed, value_sealed";
  const { id } = await newObject("old");
  const { id: other } = await newObject("other");
  const { rows } = await admin.query(`SELECT ${sealed} FROM identity.vault_objects WHERE id = $1`, [id]);
  await call("PUT", `${kv}/${id}`, { value: "new" });
  const put = (into: string) =>
    admin.query(`UPDATE identity.vault_objects SET data_key_sealed = $2, value_sealed = $3 WHERE id = $1`, [
      into,
      rows[0].data_key_sealed,
      rows[0].value_sealed,
    ]);
  for (const into of [id, other]) {
    await put(into);
    expect((await call("GET", `${kv}/${into}`)).status).toBe(500);
  }
  // Damage is what a 5xx is for, and no operation declares it.
  expect(takeViolations()).toHaveLength(2);
});

test("of many who change the same version at once, one does; a delete checks its version too", async () => {
  const { id, version_id } = await newObject("start");
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      call("PUT", `${kv}/${id}`, { value: `by ${i}`, version_check: version_id }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  const winner = answers.findIndex(({ status }) => status === 201);
  expect(await readValue(id)).toBe(`by ${winner}`);
  const loser = answers.find(({ status }) => status === 409);
  expect(Object.keys(loser?.body)).toEqual(["error"]);
  expect((await call("DELETE", `${kv}/${id}?version_check=${version_id}`)).status).toBe(409);
  const gone = await call("DELETE", `${kv}/${id}?version_check=${answers[winner]?.body.metadata.version_id}`);
  expect(gone).toMatchObject({
    status: 200,
    body: { success: true, name: expect.stringMatching(/^object-/) },
  });
});

test("objects are listed in pages, by a part of their name, and by when they changed", async () => {
  for (const name of ["paged/a%b", "paged/b", "paged/c"])
    await call("POST", kv, { name, value: "v", key_context: {} });
  const seen: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const path: string = `${kv}?limit=2&order=asc&search=paged${after && `&after=${after}`}`;
    const { body } = await call("GET", path);
    expect(Object.keys(body).sort()).toEqual(["data", "list_metadata"]);
    seen.push(...body.data.map(({ name }: { name: string }) => name));
    after = body.list_metadata.after;
  }
  expect(seen.sort()).toEqual(["paged/a%b", "paged/b", "paged/c"]);
  expect((await call("GET", `${kv}?search=a%25b`)).body.data).toHaveLength(1);
  const later = new Date(Date.now() + 60_000).toISOString();
  for (const name of ["updatedAfter", "updated_after"])
    expect((await call("GET", `${kv}?${name}=${later}`)).body.data).toEqual([]);
});

test.each([
  ["without a name", { value: "v", key_context: {} }, 422, "name"],
  ["without a context", { name: "n", value: "v" }, 422, "key_context"],
  ["with a long name", { name: "n".repeat(201), value: "v", key_context: {} }, 422, "name"],
  ["with a context of objects", { name: "n", value: "v", key_context: { a: {} } }, 422, "key_context.a"],
  [
    "with a context too wide",
    {
      name: "n",
      value: "v",
      key_context: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, "v"])),
    },
    422,
    "key_context",
  ],
  ["with a value that is no text", { name: "n", value: 1, key_context: {} }, 422, "value"],
])("refuses an object %s in the vault's own shape", async (_what, body, status, field) => {
  const answer = await call("POST", kv, body);
  expect([answer.status, Object.keys(answer.body)]).toEqual([status, ["error"]]);
  expect(answer.body.error).toContain(`${field}: `);
});

test("a name is taken once", async () => {
  const given = { name: "taken", value: "v", key_context: {} };
  expect((await call("POST", kv, given)).status).toBe(201);
  expect(await call("POST", kv, given)).toMatchObject({ status: 409, body: { error: expect.any(String) } });
  expect((await call("POST", kv, given, elsewhere)).status).toBe(201);
});

test("objects from elsewhere are not found, and keys wrapped elsewhere or altered do not open", async () => {
  const { id } = await newObject();
  for (const [method, path, body] of [
    ["GET", `${kv}/${id}`],
    ["GET", `${kv}/name/object-${made}`],
    ["GET", `${kv}/${id}/metadata`],
    ["GET", `${kv}/${id}/versions`],
    ["PUT", `${kv}/${id}`, { value: "mine" }],
    ["DELETE", `${kv}/${id}`],
  ] as const) {
    const answer = await call(method, path, body, elsewhere);
    expect([method, path, answer.status, Object.keys(answer.body)]).toEqual([method, path, 404, ["error"]]);
  }
  expect((await call("GET", `${kv}?search=object`, undefined, elsewhere)).body.data).toEqual([]);
  const { body: mine } = await call("POST", "/vault/v1/keys/data-key", { context: { team: "red" } });
  const { body: theirs } = await call(
    "POST",
    "/vault/v1/keys/data-key",
    { context: { team: "red" } },
    elsewhere,
  );
  const bytes = Buffer.from(mine.encrypted_keys, "base64");
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
  const swapped = Buffer.from(mine.encrypted_keys, "base64").toString().split("|");
  swapped[1] = theirs.id;
  for (const keys of [
    theirs.encrypted_keys,
    bytes.toString("base64"),
    Buffer.from(swapped.join("|")).toString("base64"),
    "no keys at all",
    Buffer.from("\u0000|no|key").toString("base64"),
  ]) {
    const refused = { status: 400, body: { error: expect.stringContaining("not encrypted by this vault") } };
    expect(await call("POST", "/vault/v1/keys/decrypt", { keys })).toMatchObject(refused);
    const rekey = { encrypted_keys: keys, context: { team: "red" } };
    expect(await call("POST", "/vault/v1/keys/rekey", rekey)).toMatchObject(refused);
  }
  const unauthorized = await fetch(`${service.url}${kv}`);
  expect([unauthorized.status, await unauthorized.json()]).toEqual([401, { message: "Unauthorized" }]);
});

test("an environment's keys go with it", async () => {
  const site = await prepareEnvironment(service);
  await call("POST", kv, { name: "gone", value: "v", key_context: {} }, site);
  expect((await service.manage("DELETE", `/environments/${site.id}`)).status).toBe(204);
  const { rows } = await admin.query("SELECT id FROM identity.vault_keys WHERE environment_id = $1", [
    site.id,
  ]);
  expect(rows).toEqual([]);
});
