import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsReadable, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

interface Imported {
  counts: { created: number; exists: number; failed: number };
  data: { index: number; id: string | null; outcome: string; error: Record<string, unknown> | null }[];
}

// Two services with nothing in common, as a cloud and a site are.
let before: RunningIdentityService;
let after: RunningIdentityService;
let adminUrl: string;
let there: TestEnvironment;
let here: TestEnvironment;

beforeAll(async () => {
  before = await startIdentityService((await testDatabase()).identityUrl);
  const database = await testDatabase();
  adminUrl = database.adminUrl;
  after = await startIdentityService(database.identityUrl);
  there = await prepareEnvironment(before);
  here = await prepareEnvironment(after);
});
afterAll(async () => {
  await before.close();
  await after.close();
});

const BCRYPT = "$2b$04$19AIe1zF7EEnWm4uGI.8seWtKKa73BL99iyonw3h77/Olo1pbmUae";
const PASSWORD = "two gates of one harbour";

async function bring(kind: string, data: unknown[]): Promise<Imported> {
  const { status, body } = await after.manage<Imported>("POST", `/environments/${here.id}/imports/${kind}`, {
    data,
  });
  expect(status).toBe(200);
  return body;
}

const read = async (service: RunningIdentityService, site: TestEnvironment, path: string) =>
  (await callWire(service, site, "GET", path)).body;

test("an application finds everything where it was: same ids, same times, same answers, same passwords", async () => {
  const sdk = sdkFor(before, there);
  const organization = await sdk.organizations.createOrganization({
    name: "Harbour Authority",
    externalId: "harbour",
    metadata: { tier: "gold" },
    domainData: [
      { domain: "harbour.example", state: "verified" as never },
      { domain: "pending.example", state: "pending" as never },
    ],
  });
  const user = await sdk.userManagement.createUser({
    email: "Keeper@harbour.example",
    firstName: "Harbour",
    lastName: "Keeper",
    emailVerified: true,
    externalId: "keeper-1",
    metadata: { shift: "night" },
    passwordHash: BCRYPT,
    passwordHashType: "bcrypt",
  });
  const membership = await sdk.userManagement.createOrganizationMembership({
    userId: user.id,
    organizationId: organization.id,
  });
  const { body: connection } = await before.manage("POST", `/environments/${there.id}/connections`, {
    connection_type: "GoogleOAuth",
    name: "Google",
    state: "active",
    oidc: { issuer: "https://idp.harbour.example", client_id: "ours", client_secret: "whispered" },
  });
  const { body: draft } = await before.manage("POST", `/environments/${there.id}/connections`, {
    organization_id: organization.id,
    connection_type: "OktaSAML",
    name: "Okta",
    domains: ["harbour.example"],
  });
  const paths = [
    `/organizations/${organization.id}`,
    `/user_management/users/${user.id}`,
    `/user_management/organization_memberships/${membership.id}`,
    `/connections/${connection.id}`,
    `/connections/${draft.id}`,
  ] as const;
  const [wireOrganization, wireUser, wireMembership, wireConnection, wireDraft] = await Promise.all(
    paths.map((path) => read(before, there, path)),
  );

  const identities = [{ idp_id: "108", type: "OAuth", provider: "GoogleOAuth" }];
  const batches: [string, unknown][] = [
    ["organizations", wireOrganization],
    [
      "connections",
      {
        ...wireConnection,
        external_key: "01JHARBOURKEY0000000000000",
        oidc: { issuer: "https://idp.harbour.example", client_id: "ours", client_secret: "whispered" },
      },
    ],
    ["connections", wireDraft],
    ["users", { ...wireUser, password_hash: BCRYPT, password_hash_type: "bcrypt", identities }],
    ["memberships", wireMembership],
  ];
  for (const [kind, record] of batches) {
    const { counts, data } = await bring(kind, [record]);
    expect([kind, data[0]?.error, counts]).toEqual([kind, null, { created: 1, exists: 0, failed: 0 }]);
  }
  for (const path of paths) expect(await read(after, here, path)).toEqual(await read(before, there, path));

  expect(await read(after, here, `/user_management/users/${user.id}/identities`)).toEqual(identities);
  const { body: managed } = await after.manage<{ sp: { redirect_uri: string } }>(
    "GET",
    `/environments/${here.id}/connections/${connection.id}`,
  );
  expect(managed.sp.redirect_uri).toContain("/01JHARBOURKEY0000000000000");
  const signedIn = await sdkFor(after, here).userManagement.authenticateWithPassword({
    clientId: here.clientId,
    email: "keeper@harbour.example",
    password: PASSWORD,
  });
  expect(signedIn.user.id).toBe(user.id);
  expect(signedIn.organizationId).toBe(organization.id);

  // The same again, as after an answer that was lost: nothing changes, and nothing is told twice.
  for (const [kind, record] of batches)
    expect((await bring(kind, [record])).counts).toEqual({ created: 0, exists: 1, failed: 0 });
  await eventsReadable(adminUrl);
  const told = await sdkFor(after, here).events.listEvents({ events: ["user.created"] });
  expect(told.data.map(({ data }) => (data as { id: string }).id)).toEqual([user.id]);
});
