import { ulid } from "ulid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

interface Imported {
  counts: { created: number; exists: number; failed: number };
  data: {
    index: number;
    id: string | null;
    outcome: string;
    error: { code: string; errors?: object[] } | null;
  }[];
}

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
});
afterAll(async () => await service.close());

async function bring(kind: string, data: unknown[], site = here): Promise<Imported> {
  const path = `/environments/${site.id}/imports/${kind}`;
  const { status, body } = await service.manage<Imported>("POST", path, { data });
  expect(status).toBe(200);
  return body;
}

/** What became of each record, in a word. */
async function outcomes(kind: string, data: unknown[], site = here): Promise<string[]> {
  return (await bring(kind, data, site)).data.map(({ outcome, error }) => error?.code ?? outcome);
}

const id = (prefix: string) => `${prefix}_${ulid()}`;
const person = (email: string, more: object = {}) => ({ id: id("user"), email, ...more });

test("a bad record is refused by itself, and the others go in", async () => {
  const good = person("good@example.com");
  const { counts, data } = await bring("users", [
    person("no address"),
    good,
    { email: "without-id@example.com" },
    { id: "user_short", email: "short@example.com" },
    { id: id("org"), email: "kind@example.com" },
    "not a record",
    null,
    person("hash@example.com", { password_hash: "nonsense", password_hash_type: "bcrypt" }),
    { id: `user_${ulid(Date.now() + 3 * 86_400_000)}`, email: "future@example.com" },
  ]);
  expect(counts).toEqual({ created: 1, exists: 0, failed: 8 });
  expect(data[1]).toEqual({
    object: "import_result",
    index: 1,
    id: good.id,
    outcome: "created",
    error: null,
  });
  expect(data[0]?.error).toMatchObject({ code: "invalid_request_parameters", errors: [{ field: "email" }] });
  expect(data[3]).toMatchObject({ id: "user_short", error: { errors: [{ field: "id" }] } });
  expect(data[5]?.id).toBeNull();
  expect(data[7]?.error?.code).toBe("invalid_password_hash");
  expect((await sdkFor(service, here).userManagement.getUser(good.id)).email).toBe("good@example.com");
});

test("conflicts say what is somebody else's", async () => {
  const first = person("first@example.com", { external_id: "one" });
  expect(
    await outcomes("users", [
      first,
      person("FIRST@example.com"),
      person("b@example.com", { external_id: "one" }),
    ]),
  ).toEqual(["created", "email_not_available", "external_id_already_used"]);
  const organization = (more: object) => ({ id: id("org"), name: "An organization", ...more });
  const domain = { id: id("org_domain"), domain: "taken.example", state: "verified" };
  const owner = organization({ external_id: "acme", domains: [domain] });
  expect(
    await outcomes("organizations", [
      owner,
      organization({ external_id: "acme" }),
      organization({ domains: [{ ...domain, id: id("org_domain") }] }),
      organization({ domains: [{ ...domain, domain: "other.example" }] }),
    ]),
  ).toEqual(["created", "external_id_already_used", "domain_already_exists", "id_not_available"]);
  const member = (more: object) => ({
    id: id("om"),
    user_id: first.id,
    organization_id: owner.id,
    status: "active",
    ...more,
  });
  expect(
    await outcomes("memberships", [
      member({ role: { slug: "nobody-made-it" } }),
      member({ user_id: id("user") }),
      member({ organization_id: id("org") }),
      member({ roles: [{ slug: "member" }] }),
      member({}),
    ]),
  ).toEqual([
    "invalid_role",
    "entity_not_found",
    "entity_not_found",
    "created",
    "user_already_organization_member",
  ]);
});

test("a record goes in whole or not at all", async () => {
  const organization = {
    id: id("org"),
    name: "Half",
    domains: [
      { id: id("org_domain"), domain: "half.example", state: "verified" },
      { id: id("org_domain"), domain: "example.com", state: "verified" },
    ],
  };
  expect(await outcomes("organizations", [organization])).toEqual(["domain_already_exists"]);
  const user = person("half@example.com", { identities: [{ idp_id: "1", provider: "GitHubOAuth" }] });
  expect(await outcomes("users", [user])).toEqual(["connection_not_found"]);
  const connection = { id: id("conn"), connection_type: "OktaSAML", name: "Okta", state: "active" };
  expect((await bring("connections", [connection])).counts.failed).toBe(1);
  for (const path of [
    `/organizations/${organization.id}`,
    `/user_management/users/${user.id}`,
    `/connections/${connection.id}`,
  ])
    expect((await callWire(service, here, "GET", path)).status).toBe(404);
  const { data } = await sdkFor(service, here).organizations.listOrganizations({ domains: ["half.example"] });
  expect(data).toEqual([]);
  const events = await callWire(service, here, "GET", "/events?events=organization.created&limit=100");
  expect(JSON.stringify(events.body)).not.toContain(organization.id);
});

test("an identity is one person's, and leads to the profile that the application knows", async () => {
  const connection = { id: id("conn"), connection_type: "GithubOAuth", name: "GitHub" };
  expect(
    await outcomes("connections", [connection, { ...connection, connection_type: "GitHubOAuth" }]),
  ).toEqual(["invalid_request_parameters", "created"]);
  const identity = { idp_id: "77", provider: "GithubOAuth", profile_id: id("prof") };
  const user = person("octo@example.com", { identities: [identity] });
  const other = { ...identity, connection_id: connection.id, provider: undefined, profile_id: id("prof") };
  expect(
    await outcomes("users", [
      user,
      person("thief@example.com", { identities: [other] }),
      person("both@example.com", { identities: [{ ...identity, connection_id: connection.id }] }),
    ]),
  ).toEqual(["created", "identity_already_exists", "invalid_request_parameters"]);
  expect(await sdkFor(service, here).userManagement.getUserIdentities(user.id)).toEqual([
    { idpId: "77", type: "OAuth", provider: "GitHubOAuth" },
  ]);
});

test("another environment's ids are not available, and nothing is said or changed of whose they are", async () => {
  const user = person("theirs@example.com");
  const organization = { id: id("org"), name: "Theirs" };
  const connection = { id: id("conn"), connection_type: "OktaSAML", name: "Theirs" };
  const membership = { id: id("om"), user_id: user.id, organization_id: organization.id, status: "active" };
  const all: [string, object][] = [
    ["organizations", organization],
    ["connections", connection],
    ["users", user],
    ["memberships", membership],
  ];
  for (const [kind, record] of all) expect(await outcomes(kind, [record], elsewhere)).toEqual(["created"]);
  for (const [kind, record] of all.slice(0, 3))
    expect(await outcomes(kind, [record])).toEqual(["id_not_available"]);
  expect(await outcomes("memberships", [membership])).toEqual(["entity_not_found"]);
  const own = person("own@example.com");
  await bring("users", [own]);
  expect(
    await outcomes("memberships", [{ ...membership, user_id: own.id, organization_id: here.organizationId }]),
  ).toEqual(["id_not_available"]);
  expect(
    await outcomes("users", [
      person("x@example.com", { identities: [{ idp_id: "1", connection_id: connection.id }] }),
    ]),
  ).toEqual(["connection_not_found"]);
  expect((await callWire(service, here, "GET", `/user_management/users/${user.id}`)).status).toBe(404);
});

test("a batch of the wrong shape is refused whole, and so is a stranger's credential", async () => {
  const at = `/environments/${here.id}/imports/users`;
  for (const body of [
    {},
    { data: [] },
    { data: {} },
    { data: Array(201).fill({}) },
    { data: [{}], extra: 1 },
    [1],
  ])
    expect((await service.manage("POST", at, body)).status).toBe(422);
  const { body: token } = await service.manage("POST", "/management_tokens", {
    name: "of the other one",
    environments: [elsewhere.id],
  });
  const answer = await fetch(`${service.url}/sallyport/v1${at}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.value}`, "content-type": "application/json" },
    body: JSON.stringify({ data: [person("token@example.com")] }),
  });
  expect(answer.status).toBe(404);
  expect((await service.manage("POST", "/environments/env_none/imports/users", { data: [{}] })).status).toBe(
    404,
  );
});
