import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
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

const users = () => sdkFor(service, here).userManagement;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, `/user_management/users${path}`, body);
const GOOD = "a harbour with two gates";

test("the official SDK makes, finds, changes and removes a user, and each is an event", async () => {
  const made = await users().createUser({
    email: "Ada@Example.com",
    firstName: "Ada",
    lastName: "L",
    password: GOOD,
    externalId: "crm 1",
    metadata: { team: "night" },
  });
  expect(made).toMatchObject({
    email: "Ada@Example.com",
    emailVerified: false,
    externalId: "crm 1",
    metadata: { team: "night" },
    lastSignInAt: null,
    profilePictureUrl: null,
  });
  expect((await users().getUser(made.id)).id).toBe(made.id);
  expect((await users().getUserByExternalId("crm 1")).id).toBe(made.id);
  const changed = await users().updateUser({ userId: made.id, firstName: "Augusta", locale: "en-GB" });
  expect(changed).toMatchObject({ firstName: "Augusta", lastName: "L", locale: "en-GB" });
  const { data } = await users().listUsers({ email: "ada@example.COM" });
  expect(data.map(({ id }) => id)).toEqual([made.id]);
  await users().deleteUser(made.id);
  await expect(users().getUser(made.id)).rejects.toMatchObject({ status: 404 });

  expect(await eventsOf(admin, here.id, "user.created")).toMatchObject([
    { object: "user", id: made.id, email: "Ada@Example.com", name: null, locale: null },
  ]);
  expect(await eventsOf(admin, here.id, "user.updated")).toMatchObject([{ first_name: "Augusta" }]);
  expect(await eventsOf(admin, here.id, "user.deleted")).toMatchObject([{ id: made.id }]);
});

test("every key is there, null where nothing is known, and no hash is shown", async () => {
  const { body } = await call("POST", "", { email: "keys@example.com", password: GOOD });
  expect(Object.keys(body).sort()).toEqual(
    "created_at email email_verified external_id first_name id last_name last_sign_in_at locale metadata name object profile_picture_url updated_at".split(
      " ",
    ),
  );
});

test("a change that changes nothing is no event", async () => {
  const { body } = await call("POST", "", { email: "same@example.com", first_name: "Same" });
  const before = (await eventsOf(admin, here.id, "user.updated")).length;
  const again = await call("PUT", `/${body.id}`, { first_name: "Same" });
  expect(again.body).toEqual(body);
  expect(await eventsOf(admin, here.id, "user.updated")).toHaveLength(before);
});

test("a new e-mail address is unverified, unless it is said to be verified in the same breath", async () => {
  const { body } = await call("POST", "", { email: "old@example.com", email_verified: true });
  const spelled = await call("PUT", `/${body.id}`, { email: "Old@example.com" });
  expect(spelled.body).toMatchObject({ email: "Old@example.com", email_verified: true });
  const moved = await call("PUT", `/${body.id}`, { email: "new@example.com" });
  expect(moved.body).toMatchObject({ email: "new@example.com", email_verified: false });
  const said = await call("PUT", `/${body.id}`, { email: "newer@example.com", email_verified: true });
  expect(said.body).toMatchObject({ email: "newer@example.com", email_verified: true });
});

test("metadata is merged: null takes one pair away, {} all", async () => {
  const { body } = await call("POST", "", { email: "meta@example.com", metadata: { a: "1", b: "2" } });
  const merged = await call("PUT", `/${body.id}`, { metadata: { b: null, c: "3" } });
  expect(merged.body.metadata).toEqual({ a: "1", c: "3" });
  expect((await call("PUT", `/${body.id}`, { metadata: {} })).body.metadata).toEqual({});
});

const bcrypt = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
test.each<[string, object, number, string]>([
  ["no e-mail address", {}, 422, "invalid_request_parameters"],
  ["what is no e-mail address", { email: "two words@example.com" }, 422, "invalid_request_parameters"],
  ["an address that somebody has", { email: "TAKEN@example.com" }, 400, "user_creation_error"],
  ["an external id that somebody has", { external_id: "taken" }, 400, "external_id_already_used"],
  ["an external id that is not ASCII", { external_id: "é" }, 422, "invalid_request_parameters"],
  ["too much metadata", { metadata: { a: "é" } }, 400, "invalid_metadata"],
  ["a locale that is none", { locale: "english!" }, 400, "invalid_locale"],
  ["a short password", { password: "short" }, 400, "password_strength_error"],
  ["an endless password", { password: "ab c".repeat(51) }, 400, "password_strength_error"],
  ["a common password", { password: "Password-2026!" }, 400, "password_strength_error"],
  [
    "the address as password",
    { email: "harbour@example.com", password: "Harbour@example.com1" },
    400,
    "password_strength_error",
  ],
  [
    "a password and a hash",
    { password: GOOD, password_hash: bcrypt },
    400,
    "password_and_password_hash_provided",
  ],
  [
    "a password and a hash type",
    { password: GOOD, password_hash_type: "bcrypt" },
    400,
    "password_and_password_hash_type_provided",
  ],
  [
    "a salt position alone",
    { password_salt_position: "prefix" },
    400,
    "password_salt_position_requires_password_hash",
  ],
  [
    "a salt position for bcrypt",
    { password_hash: bcrypt, password_hash_type: "bcrypt", password_salt_position: "prefix" },
    400,
    "invalid_password_hash",
  ],
  [
    "a hash of another type",
    { password_hash: bcrypt, password_hash_type: "argon2" },
    400,
    "invalid_password_hash",
  ],
  ["a hash without its type", { password_hash: bcrypt }, 422, "invalid_request_parameters"],
  ["a type without its hash", { password_hash_type: "bcrypt" }, 422, "invalid_request_parameters"],
  [
    "an unknown hash type",
    { password_hash: bcrypt, password_hash_type: "md5" },
    422,
    "invalid_request_parameters",
  ],
])("refuses %s", async (what, body, status, code) => {
  await call("POST", "", { email: "taken@example.com", external_id: "taken" });
  const email = what === "no e-mail address" ? {} : { email: "free@example.com" };
  expect(await call("POST", "", { ...email, ...body })).toMatchObject({ status, body: { code } });
  expect((await call("GET", "?email=free@example.com")).body.data).toEqual([]);
});

test.each<[string, object, number, string]>([
  ["an address that is none", { email: "nowhere" }, 400, "invalid_email"],
  ["an address that somebody has", { email: "taken@example.com" }, 400, "email_not_available"],
  ["an external id that somebody has", { external_id: "taken" }, 400, "external_id_already_used"],
  ["a locale that is none", { locale: 7 }, 400, "invalid_locale"],
  ["too much metadata", { metadata: "all" }, 400, "invalid_metadata"],
  ["a weak password", { password: "1234567890" }, 400, "password_strength_error"],
])("refuses to change a user to %s", async (_what, change, status, code) => {
  await call("POST", "", { email: "taken@example.com", external_id: "taken" });
  await call("POST", "", { email: "changing@example.com" });
  const { body } = await call("GET", "?email=changing@example.com");
  expect(await call("PUT", `/${body.data[0].id}`, change)).toMatchObject({ status, body: { code } });
  expect((await call("GET", `/${body.data[0].id}`)).body).toEqual(body.data[0]);
});

test("a password error says what is wrong with the password", async () => {
  const { body } = await call("POST", "", { email: "weak@example.com", password: "short" });
  expect(body.errors).toEqual([{ code: "password_too_short", message: "Use at least 10 characters." }]);
});

test("how long a password must be is the environment's to say", async () => {
  const at = `/environments/${elsewhere.id}`;
  const { body } = await service.manage<{ settings: object }>("PATCH", at, {
    settings: { password: { minimum_length: 24 } },
  });
  expect(body.settings).toMatchObject({ password: { minimum_length: 24 } });
  const wanted = { email: "long@example.com", password: GOOD.slice(0, 23) };
  expect((await call("POST", "", wanted, elsewhere)).body.code).toBe("password_strength_error");
  expect((await call("POST", "", wanted)).status).toBe(201);
  await service.manage("PATCH", at, { settings: { password: null } });
  expect((await call("POST", "", wanted, elsewhere)).status).toBe(201);
});

test("a user of another environment is not found, whatever is asked of it", async () => {
  const { body } = await call("POST", "", { email: "walled@example.com", external_id: "walled" });
  const missing = await call("GET", "/user_missing", undefined, elsewhere);
  for (const [method, path, change] of [
    ["GET", `/${body.id}`],
    ["PUT", `/${body.id}`, { first_name: "Mine" }],
    ["DELETE", `/${body.id}`],
    ["GET", "/external_id/walled"],
  ] as const) {
    const { status, body: answer } = await call(method, path, change, elsewhere);
    expect(status).toBe(404);
    expect(Object.keys(answer)).toEqual(Object.keys(missing.body));
  }
  expect((await call("GET", "?email=walled@example.com", undefined, elsewhere)).body.data).toEqual([]);
  expect((await call("POST", "", { email: "walled@example.com" }, elsewhere)).status).toBe(201);
});

test("two requests for one new address make one user", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => call("POST", "", { email: "race@example.com" })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === "user_creation_error")).toHaveLength(7);
});

test("10,000 users are read page by page, each once, both ways and by organization", async () => {
  const site = await prepareEnvironment(service);
  await admin.query(
    `INSERT INTO identity.users (id, environment_id, email, email_key)
     SELECT 'user_' || lpad(i::text, 26, '0'), $1, i || '@example.com', i || '@example.com' FROM generate_series(1, 10000) AS i`,
    [site.id],
  );
  await admin.query(
    `INSERT INTO identity.organization_memberships (id, environment_id, user_id, organization_id, status, role_slugs)
     SELECT 'om_' || lpad(i::text, 26, '0'), $1, 'user_' || lpad(i::text, 26, '0'), $2, 'active', '{member}'
     FROM generate_series(5, 10000, 5) AS i`,
    [site.id, site.organizationId],
  );
  const readAll = async (filter: string) => {
    const ids: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const cursor: string = after === "" ? "" : `&after=${after}`;
      const { body } = await call("GET", `?limit=100${filter}${cursor}`, undefined, site);
      ids.push(...body.data.map(({ id }: { id: string }) => id));
      after = body.list_metadata.after;
    }
    return ids;
  };
  const newestFirst = await readAll("");
  expect(newestFirst).toHaveLength(10_000);
  expect(new Set(newestFirst).size).toBe(10_000);
  expect(await readAll("&order=asc")).toEqual(newestFirst.toReversed());
  const members = await readAll(`&organization_id=${site.organizationId}`);
  expect(members).toEqual(newestFirst.filter((id) => Number(id.slice(5)) % 5 === 0));
});
