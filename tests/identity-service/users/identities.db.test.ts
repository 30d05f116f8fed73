import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
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

async function signedInThrough(type: string, idpId: string): Promise<void> {
  const { body } = await service.manage("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: type,
    name: type,
  });
  await admin.query(
    `INSERT INTO identity.profiles (id, environment_id, connection_id, connection_type, idp_id, email, last_signed_in_at)
     VALUES ('prof_' || $3, $1, $2, $4, $3, 'Ada@example.com', now())`,
    [here.id, body.id, idpId, type],
  );
}

test("identities are the user's at OAuth providers, as a bare array, in the spelling of this list", async () => {
  const sdk = sdkFor(service, here).userManagement;
  const user = await sdk.createUser({ email: "ada@example.com" });
  expect(await sdk.getUserIdentities(user.id)).toEqual([]);
  await signedInThrough("GitHubOAuth", "gh1");
  await signedInThrough("OktaSAML", "okta1");
  expect(await sdk.getUserIdentities(user.id)).toMatchObject([{ idpId: "gh1", provider: "GitHubOAuth" }]);
  const at = `/user_management/users/${user.id}/identities`;
  expect((await callWire(service, here, "GET", at)).body).toEqual([
    { idp_id: "gh1", type: "OAuth", provider: "GithubOAuth" },
  ]);
  expect((await callWire(service, elsewhere, "GET", at)).status).toBe(404);
  const other = await sdk.createUser({ email: "other@example.com" });
  expect(await sdk.getUserIdentities(other.id)).toEqual([]);
});
