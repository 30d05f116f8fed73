import { decodeJwt } from "jose";
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
const home = () => `/environments/${here.id}/feature_flags`;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);

let made = 0;
async function newFlag(body: Record<string, unknown> = {}): Promise<string> {
  made += 1;
  const slug = `flag-${made}`;
  const answer = await service.manage("POST", home(), { slug, name: `Flag ${made}`, ...body });
  expect(answer.status).toBe(201);
  return slug;
}
async function contextsOf(name: string): Promise<Record<string, unknown>[]> {
  const { rows } = await admin.query(
    "SELECT context FROM identity.events WHERE environment_id = $1 AND name = $2 ORDER BY position",
    [here.id, name],
  );
  return rows.map(({ context }) => context);
}
const slugs = ({ data }: { data: { slug: string }[] }) => data.map(({ slug }) => slug).sort();

test("a flag is described, changed and removed through the management API, and each is an event", async () => {
  const { body: flag } = await service.manage("POST", home(), {
    slug: "night-mode",
    name: "Night mode",
    description: "Dark screens",
    tags: ["ui", "ui"],
  });
  expect(flag).toMatchObject({
    object: "feature_flag",
    slug: "night-mode",
    owner: null,
    tags: ["ui"],
    enabled: false,
    default_value: false,
  });
  const again = await service.manage("POST", home(), { slug: "night-mode", name: "Twice" });
  expect([again.status, again.body.code]).toEqual([409, "flag_slug_conflict"]);
  const changed = await service.manage("PATCH", `${home()}/night-mode`, {
    name: "Nights",
    description: null,
  });
  expect(changed.body).toMatchObject({ name: "Nights", description: null });
  await service.manage("PATCH", `${home()}/night-mode`, { name: "Nights" });
  expect((await service.manage("DELETE", `${home()}/night-mode`)).status).toBe(204);
  expect((await service.manage("GET", `${home()}/night-mode`)).status).toBe(404);
  for (const what of ["created", "updated", "deleted"])
    expect(await eventsOf(admin, here.id, `flag.${what}`)).toMatchObject([
      { object: "feature_flag", id: flag.id, environment_id: here.id, slug: "night-mode", owner: null },
    ]);
  expect(await contextsOf("flag.updated")).toMatchObject([
    {
      client_id: here.clientId,
      actor: { id: "bootstrap", source: "dashboard", name: null },
      previous_attributes: { data: { name: "Night mode", description: "Dark screens" } },
    },
  ]);
});

test("the official SDK lists flags in pages, reads one, and turns it on and off", async () => {
  const own = [await newFlag(), await newFlag(), await newFlag()];
  const all = await (await sdk().featureFlags.listFeatureFlags()).autoPagination();
  expect(all.map(({ slug }) => slug)).toEqual(expect.arrayContaining(own));
  const { data, listMetadata } = await sdk().featureFlags.listFeatureFlags({ limit: 1, order: "desc" });
  const next = await sdk().featureFlags.listFeatureFlags({ limit: 1, after: listMetadata.after ?? "" });
  expect([...data, ...next.data].map(({ slug }) => slug)).toEqual([own[2], own[1]]);
  const slug = own[0] ?? "";
  expect(await sdk().featureFlags.enableFeatureFlag(slug)).toMatchObject({ slug, enabled: true });
  expect(await sdk().featureFlags.getFeatureFlag(slug)).toMatchObject({ enabled: true });
  await sdk().featureFlags.enableFeatureFlag(slug);
  expect(await sdk().featureFlags.disableFeatureFlag(slug)).toMatchObject({ enabled: false });
  const told = (await contextsOf("flag.updated")).slice(-2);
  expect(told.map((context) => context.previous_attributes)).toEqual([
    { data: { enabled: false } },
    { data: { enabled: true } },
  ]);
  expect(told[0]).toMatchObject({ actor: { source: "api", name: "test" } });
});

test("a flag is on for its targets, for members of its organizations, and for everybody by default", async () => {
  const [aimed, personal, all, off] = [
    await newFlag({ enabled: true }),
    await newFlag({ enabled: true }),
    await newFlag({ enabled: true, default_value: true }),
    await newFlag({ default_value: true }),
  ];
  const { organizationId } = here;
  const [member, guest] = await Promise.all(
    ["flag-member@example.com", "flag-guest@example.com"].map((email) =>
      sdk().userManagement.createUser({ email }),
    ),
  );
  const membership = await sdk().userManagement.createOrganizationMembership({
    userId: member?.id ?? "",
    organizationId,
  });
  for (const slug of [aimed, off]) await sdk().featureFlags.addFlagTarget({ slug, targetId: organizationId });
  await sdk().featureFlags.addFlagTarget({ slug: personal, targetId: guest?.id ?? "" });
  const ofUser = async (userId = "") => slugs(await sdk().featureFlags.listUserFeatureFlags({ userId }));
  const ofOrganization = async () =>
    slugs(await sdk().featureFlags.listOrganizationFeatureFlags({ organizationId }));
  expect(await ofOrganization()).toEqual([aimed, all].sort());
  expect(await ofUser(member?.id)).toEqual([aimed, all].sort());
  expect(await ofUser(guest?.id)).toEqual([personal, all].sort());
  await sdk().userManagement.deactivateOrganizationMembership(membership.id);
  expect(await ofUser(member?.id)).toEqual([all]);
  await sdk().featureFlags.removeFlagTarget({ slug: aimed, targetId: organizationId });
  expect(await ofOrganization()).toEqual([all]);
  await service.manage("PATCH", `${home()}/${all}`, { enabled: false });
});

test("targets that change are an event with those before; what is aimed at already is none", async () => {
  const slug = await newFlag({ enabled: true });
  const before = (await contextsOf("flag.rule_updated")).length;
  const targetId = here.organizationId;
  await sdk().featureFlags.addFlagTarget({ slug, targetId });
  await sdk().featureFlags.addFlagTarget({ slug, targetId });
  await sdk().featureFlags.removeFlagTarget({ slug, targetId });
  await sdk().featureFlags.removeFlagTarget({ slug, targetId });
  const some = { organizations: [{ id: targetId, name: "Example" }], users: [] };
  const nobody = { organizations: [], users: [] };
  expect((await contextsOf("flag.rule_updated")).slice(before)).toMatchObject([
    {
      access_type: "some",
      configured_targets: some,
      previous_attributes: { context: { access_type: "none", configured_targets: nobody } },
    },
    {
      access_type: "none",
      configured_targets: nobody,
      previous_attributes: { context: { access_type: "some", configured_targets: some } },
    },
  ]);
});

test("the runtime clients of SDK 8 and 11 fetch the rules and decide by themselves", async () => {
  const slug = await newFlag({ enabled: true });
  await sdk().featureFlags.addFlagTarget({ slug, targetId: here.organizationId });
  const settings = { apiHostname: "127.0.0.1", port: service.port, https: false };
  const clients = [sdk(), new WorkOS8(here.apiKey, settings)].map((workos) =>
    workos.featureFlags.createRuntimeClient(),
  );
  for (const client of clients) {
    await client.waitUntilReady({ timeoutMs: 20_000 });
    expect(client.isEnabled(slug, { organizationId: here.organizationId })).toBe(true);
    expect(client.isEnabled(slug, { organizationId: "org_other" })).toBe(false);
    client.close();
  }
});

test("an access token names the flags that are on for its user in its organization", async () => {
  const [aimed, personal, others] = [
    await newFlag({ enabled: true }),
    await newFlag({ enabled: true }),
    await newFlag({ enabled: true }),
  ];
  const account = { email: "flag-token@example.com", password: "a long enough secret 7" };
  const user = await sdk().userManagement.createUser({ ...account, emailVerified: true });
  const signIn = async () => {
    const { accessToken } = await sdk().userManagement.authenticateWithPassword({
      ...account,
      clientId: here.clientId,
    });
    return decodeJwt(accessToken).feature_flags;
  };
  const { organizationId } = here;
  await sdk().featureFlags.addFlagTarget({ slug: aimed, targetId: organizationId });
  await sdk().featureFlags.addFlagTarget({ slug: personal, targetId: user.id });
  expect(await signIn()).toEqual([personal]);
  await sdk().userManagement.createOrganizationMembership({ userId: user.id, organizationId });
  const inOrganization = await signIn();
  expect(inOrganization).toEqual(expect.arrayContaining([aimed, personal]));
  expect(inOrganization).not.toContain(others);
});

test("whoever is deleted is a target no more", async () => {
  const slug = await newFlag({ enabled: true });
  const user = await sdk().userManagement.createUser({ email: "flag-leaving@example.com" });
  await sdk().featureFlags.addFlagTarget({ slug, targetId: user.id });
  await sdk().userManagement.deleteUser(user.id);
  const { body } = await call("GET", "/sdk/feature-flags");
  expect(body[slug].targets).toEqual({ users: [], organizations: [] });
});

test.each([
  ["without a slug", { name: "a" }],
  ["with a slug that is a path", { slug: "a/b", name: "a" }],
  ["without a name", { slug: "nameless" }],
  ["with something unknown", { slug: "strange", name: "a", percentage: 50 }],
])("refuses a flag %s", async (_what, body) => {
  expect((await service.manage("POST", home(), body)).status).toBe(422);
});

test("flags and targets from elsewhere are not found, and a target is of a kind that is known", async () => {
  const slug = await newFlag({ enabled: true });
  const user = await sdk().userManagement.createUser({ email: "flag-wall@example.com" });
  const missing = "org_01JZZZZZZZZZZZZZZZZZZZZZZZ";
  for (const [method, path, site] of [
    ["GET", `/feature-flags/${slug}`, elsewhere],
    ["PUT", `/feature-flags/${slug}/enable`, elsewhere],
    ["PUT", `/feature-flags/${slug}/disable`, elsewhere],
    ["POST", `/feature-flags/${slug}/targets/${elsewhere.organizationId}`, elsewhere],
    ["DELETE", `/feature-flags/${slug}/targets/${elsewhere.organizationId}`, elsewhere],
    ["POST", `/feature-flags/${slug}/targets/${elsewhere.organizationId}`, here],
    ["POST", `/feature-flags/${slug}/targets/${missing}`, here],
    ["DELETE", `/feature-flags/${slug}/targets/${missing}`, here],
    ["GET", `/organizations/${here.organizationId}/feature-flags`, elsewhere],
    ["GET", `/user_management/users/${user.id}/feature-flags`, elsewhere],
  ] as const)
    expect([method, path, (await call(method, path, undefined, site)).status]).toEqual([method, path, 404]);
  expect((await call("GET", "/feature-flags", undefined, elsewhere)).body.data).toEqual([]);
  expect((await call("GET", "/sdk/feature-flags", undefined, elsewhere)).body).toEqual({});
  const strange = await call("POST", `/feature-flags/${slug}/targets/team_1`);
  expect([strange.status, strange.body.code]).toEqual([400, "invalid_resource_id_format"]);
});
