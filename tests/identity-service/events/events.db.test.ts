import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, eventsReadable, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";
import { takeViolations, watchEvents } from "#tests/support/wire-document/watch.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;
let adminUrl: string;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  adminUrl = database.adminUrl;
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const names = (body: { data: { event: string }[] }) => body.data.map(({ event }) => event);

/** Everything from the beginning, by cursors, as a consumer reads. */
async function walk(
  query = "",
  site = here,
  limit = 7,
): Promise<{ id: string; event: string; data: Record<string, unknown> }[]> {
  const all = [];
  let after: string | null = null;
  do {
    const { status, body } = await call(
      "GET",
      `/events?limit=${limit}${query}${after ? `&after=${after}` : ""}`,
      undefined,
      site,
    );
    expect(status).toBe(200);
    all.push(...body.data);
    after = body.list_metadata.after;
    expect(Object.keys(body.list_metadata)).toEqual(["after"]);
  } while (after !== null);
  return all;
}

test("the official SDK lists events by name; each is complete, and none of another environment is among them", async () => {
  const { body: organization } = await call("POST", "/organizations", { name: "Told" });
  await call("POST", "/organizations", { name: "Foreign" }, elsewhere);
  await eventsReadable(adminUrl);
  const { data } = await sdkFor(service, here).events.listEvents({
    events: ["organization.created"],
    limit: 100,
  });
  const told = data.find((event) => event.data && "id" in event.data && event.data.id === organization.id);
  expect(told).toMatchObject({
    event: "organization.created",
    data: { name: "Told", metadata: {}, externalId: null },
  });
  expect(JSON.stringify(data)).not.toContain("Foreign");
});

test("what happens to organizations, domains and connections is told in its order", async () => {
  const { body } = await call("POST", "/organizations", {
    name: "Life",
    domain_data: [{ domain: "life.example", state: "pending" }],
  });
  await call("PUT", `/organizations/${body.id}`, { name: "Life" });
  await call("PUT", `/organizations/${body.id}`, {
    name: "New life",
    domain_data: [{ domain: "life.example", state: "verified" }],
  });
  const idp = idpSettings();
  const home = `/environments/${here.id}/connections`;
  const { body: connection } = await service.manage("POST", home, {
    organization_id: body.id,
    connection_type: "GenericSAML",
    name: "Life SAML",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
    },
  });
  await service.manage("PATCH", `${home}/${connection.id}`, { state: "active" });
  await service.manage("PATCH", `${home}/${connection.id}`, { state: "inactive" });
  const { body: user } = await call("POST", "/user_management/users", { email: "member@life.example" });
  await call("POST", "/user_management/organization_memberships", {
    user_id: user.id,
    organization_id: body.id,
  });
  await call("DELETE", `/organizations/${body.id}`);
  await eventsReadable(adminUrl);
  const told = (await walk(`&organization_id=${body.id}`)).map(({ event }) => event);
  expect(told).toEqual([
    "organization_domain.created",
    "organization.created",
    "organization_domain.updated",
    "organization_domain.verified",
    "organization.updated",
    "connection.activated",
    "connection.deactivated",
    "organization_membership.created",
    "connection.deleted",
    "organization_membership.deleted",
    "organization_domain.deleted",
    "organization.deleted",
  ]);
  const [activated] = await eventsOf(admin, here.id, "connection.activated");
  expect(activated).toMatchObject({
    status: "linked",
    state: "active",
    domains: [],
    external_key: expect.any(String),
  });
});

test("a page goes on from its cursor in either direction, and what cannot be asked is refused", async () => {
  await eventsReadable(adminUrl);
  const all = (await walk()).map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
  expect((await walk("&order=desc")).map(({ id }) => id)).toEqual(all.toReversed());
  const { body: before } = await call("GET", `/events?limit=2&before=${all[5]}&order=asc`);
  expect(before.data.map(({ id }: { id: string }) => id)).toEqual([all[3], all[4]]);
  expect((await call("GET", "/events?events=user.exploded")).status).toBe(422);
  expect((await call("GET", `/events?after=${all[0]}&range_start=2026-01-01T00:00:00.000Z`)).status).toBe(
    422,
  );
  expect((await call("GET", "/events?range_start=yesterday")).status).toBe(422);
  expect((await call("GET", `/events?after=${all[0]}`, undefined, elsewhere)).status).toBe(404);
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(names((await call("GET", `/events?range_start=${later}`)).body)).toEqual([]);
  const ranged = (
    await call("GET", `/events?range_end=${later}&limit=100&events=organization.created,organization.deleted`)
  ).body;
  expect(new Set(names(ranged))).toEqual(new Set(["organization.created", "organization.deleted"]));
});

test("nobody who reads on misses an event, however long the transaction that wrote it ran", async () => {
  const writer = new pg.Client({ connectionString: adminUrl });
  await writer.connect();
  await writer.query("BEGIN");
  await writer.query(
    "INSERT INTO identity.events (id, environment_id, name, data, created_at) VALUES ('event_SLOW', $1, 'user.created', $2, now())",
    [here.id, await someUser("slow@example.com")],
  );
  await call("POST", "/organizations", { name: "Quick" });
  const during = await walk();
  // The quick one committed first, but lies behind the slow one: it waits, or a reader would pass the slow one by.
  expect(during.some(({ id }) => id === "event_SLOW")).toBe(false);
  await writer.query("COMMIT");
  await writer.end();
  await eventsReadable(adminUrl);
  const cursor = during.at(-1)?.id;
  const { body } = await call("GET", `/events?after=${cursor}`);
  expect(body.data.map(({ id }: { id: string }) => id)).toContain("event_SLOW");
  expect(names(body)).toContain("organization.created");
});

test("many writers at once and a reader who never stops: each event is read once", async () => {
  const seen: string[] = [];
  await eventsReadable(adminUrl);
  let after = (await walk()).at(-1)?.id;
  let writing = true;
  const read = async () => {
    const { body } = await call(
      "GET",
      `/events?limit=100&after=${after}&events=organization.created`,
      undefined,
      here,
    );
    for (const { id } of body.data) seen.push(id);
    after = body.data.at(-1)?.id ?? after;
    return body.data.length;
  };
  const reader = (async () => {
    while (writing) await read();
    while ((await read()) > 0);
  })();
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, count) => call("POST", "/organizations", { name: `Many ${count}` })),
  );
  await eventsReadable(adminUrl);
  writing = false;
  await reader;
  expect(made.every(({ status }) => status === 201)).toBe(true);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(60);
});

test("an event that lacks a key is noticed though nobody reads it", async () => {
  const put = `INSERT INTO identity.events (id, environment_id, name, data, created_at) VALUES ('event_BAD', $1, 'user.created', '{}', now())`;
  await admin.query(put, [here.id]);
  await watchEvents(service.parts.db);
  await admin.query("DELETE FROM identity.events WHERE id = 'event_BAD'");
  expect(takeViolations()).toContainEqual({
    operation: "an event on record",
    status: 200,
    what: "user.created: /data must have required property 'id'",
  });
});

test("with a hundred thousand events a page by name costs what its own rows cost", async () => {
  await admin.query(
    `INSERT INTO identity.events (id, environment_id, name, data, created_at)
     SELECT 'event_' || lpad(n::text, 26, '0'), $1, CASE WHEN n % 1000 = 0 THEN 'user.deleted' ELSE 'user.updated' END, $2, now()
     FROM generate_series(1, 100000) AS n`,
    [elsewhere.id, await someUser("thousands@example.com")],
  );
  await eventsReadable(adminUrl);
  const found = await walk("&events=user.deleted", elsewhere, 100);
  expect(found.length).toBe(100);
});

/** A user as an event tells of it. */
async function someUser(email: string): Promise<string> {
  return JSON.stringify((await call("POST", "/user_management/users", { email })).body);
}
