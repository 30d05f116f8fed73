import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { instances: 1 });
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

test.each([
  [0, "203.0.113.9", "127.0.0.1"],
  [1, "203.0.113.9", "203.0.113.9"],
  [1, "198.51.100.7, 203.0.113.9", "203.0.113.9"],
  [2, "192.0.2.1, 198.51.100.7, 203.0.113.9", "198.51.100.7"],
])("behind %s proxies, who says to come from %s comes from %s", async (proxies, said, counted) => {
  service.parts.env.trustedProxies = proxies;
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    provider: "authkit",
  });
  const headers = { "x-forwarded-for": said, "x-real-ip": said, "true-client-ip": said };
  await fetch(`${service.url}/user_management/authorize?${query}`, { redirect: "manual", headers });
  const { rows } = await admin.query(
    "SELECT ip_address FROM identity.authentications ORDER BY created_at DESC, id DESC LIMIT 1",
  );
  expect(rows).toEqual([{ ip_address: counted }]);
});
