import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "#lib/identity-service/db.ts";
import { isUsersPassword } from "#lib/identity-service/users/check-password.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let db: Database;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  db = openDatabase(database.identityUrl, 2);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await db.close();
  await admin.end();
});

const PASSWORD = "two gates of one harbour";
const BCRYPT = "$2b$04$19AIe1zF7EEnWm4uGI.8seWtKKa73BL99iyonw3h77/Olo1pbmUae";
const make = async (email: string, more: object) =>
  (await callWire(service, here, "POST", "/user_management/users", { email, ...more })).body.id as string;
const keptHash = async (id: string) =>
  (await admin.query("SELECT password_hash FROM identity.users WHERE id = $1", [id])).rows[0].password_hash;

test("an imported password becomes one of ours at its first use, and stays good", async () => {
  const id = await make("imported@example.com", { password_hash: BCRYPT, password_hash_type: "bcrypt" });
  expect(await isUsersPassword(db, here.id, id, "wrong")).toBe(false);
  expect(await keptHash(id)).toBe(BCRYPT);
  expect(await isUsersPassword(db, here.id, id, PASSWORD)).toBe(true);
  expect(await keptHash(id)).toMatch(/^\$argon2id\$v=19\$m=19456/);
  expect(await isUsersPassword(db, here.id, id, PASSWORD)).toBe(true);
});

test("a password works in its own environment only, and nobody's is right", async () => {
  const id = await make("ours@example.com", { password: PASSWORD });
  expect(await isUsersPassword(db, here.id, id, PASSWORD)).toBe(true);
  expect(await isUsersPassword(db, elsewhere.id, id, PASSWORD)).toBe(false);
  expect(await isUsersPassword(db, here.id, null, PASSWORD)).toBe(false);
  expect(await isUsersPassword(db, here.id, await make("without@example.com", {}), "")).toBe(false);
});
