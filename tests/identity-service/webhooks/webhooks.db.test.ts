import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Service } from "#lib/identity-service/service.ts";
import { beginDeliveries, startDelivering } from "#lib/identity-service/webhooks/deliver.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsReadable, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

interface Received {
  body: string;
  signature: string;
}

let service: RunningIdentityService;
let twin: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let adminUrl: string;
let receiver: Server;
let received: Received[] = [];
let answer: (count: number) => number = () => 200;
let later = 0;
/** Requests to /slow are answered when this is over. */
let slowness: Promise<void> = Promise.resolve();

beforeAll(async () => {
  const database = await testDatabase();
  const clock = () => new Date(Date.now() + later);
  service = await startIdentityService(database.identityUrl, { clock });
  twin = await startIdentityService(database.identityUrl, { clock, baseUrl: service.url });
  here = await prepareEnvironment(service);
  adminUrl = database.adminUrl;
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      body: Buffer.concat(chunks).toString(),
      signature: String(request.headers["workos-signature"]),
    });
    if (request.url === "/slow") await slowness;
    response.writeHead(answer(received.length)).end();
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { webhooks: { private_addresses: true } },
  });
});
afterAll(async () => {
  receiver.close();
  await service.close();
  await twin.close();
  await admin.end();
});
beforeEach(async () => {
  received = [];
  answer = () => 200;
  later = 0;
  await admin.query("DELETE FROM identity.webhook_endpoints");
});

const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
const address = (path = "/hooks") => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;
const newEndpoint = async (more = {}) => {
  // It begins with the first event that nobody could read yet: none of the test before may be among them.
  await eventsReadable(adminUrl);
  const endpoint = { endpoint_url: address(), events: ["organization.created"], ...more };
  return (await call("POST", "/webhook_endpoints", endpoint)).body;
};
const organization = (name: string) => call("POST", "/organizations", { name });
const namesReceived = () => received.map(({ body }) => JSON.parse(body).data.name);
const managed = (path = "") => `/environments/${here.id}/webhook_endpoints${path}`;
/** As if the waiting time were over. */
const hurry = () => admin.query("UPDATE identity.webhook_endpoints SET next_attempt_at = now()");
/** One look at what is due, as each instance takes it. */
async function deliverDue(parts: Service): Promise<number> {
  await eventsReadable(adminUrl);
  const begun = await beginDeliveries(parts, 20);
  await Promise.all(begun);
  return begun.length;
}
async function deliverAll(): Promise<void> {
  while ((await deliverDue(service.parts)) > 0);
}

test("the official SDK verifies a delivery, which is the event as /events tells it, byte for byte", async () => {
  const endpoint = await newEndpoint();
  expect(endpoint).toMatchObject({
    object: "webhook_endpoint",
    status: "enabled",
    secret: expect.stringMatching(/^whsec_/),
  });
  await organization('Verified é "1"');
  await call("PUT", `/organizations/${here.organizationId}`, { name: "Not asked for" });
  await deliverAll();
  expect(received.length).toBe(1);
  const [{ body = "", signature = "" } = {}] = received;
  const event = await sdkFor(service, here).webhooks.constructEvent({
    payload: JSON.parse(body),
    sigHeader: signature,
    secret: endpoint.secret,
  });
  expect(event).toMatchObject({ event: "organization.created" });
  expect(signature).toMatch(/^t=\d{13}, v1=[0-9a-f]{64}$/);
  expect(JSON.stringify(JSON.parse(body))).toBe(body);
  const { body: listed } = await call("GET", "/events?events=organization.created&order=desc&limit=1");
  expect(JSON.parse(body)).toEqual(listed.data[0]);
});

test("events arrive in their order, once, from whichever of two instances delivers", async () => {
  await newEndpoint();
  for (let count = 0; count < 20; count += 1) await organization(`Order ${count}`);
  for (let round = 0; round < 5; round += 1)
    await Promise.all([deliverDue(service.parts), deliverDue(twin.parts)]);
  expect(namesReceived()).toEqual(Array.from({ length: 20 }, (_, count) => `Order ${count}`));
});

test("the order is that of numbers, also where one more has a digit more", async () => {
  await newEndpoint();
  await organization("Before");
  const insert = `INSERT INTO identity.events (id, environment_id, name, data, position, created_at)
    SELECT 'event_DIGITS' || n, $1, 'organization.created', jsonb_build_object('name', n), 1000000 + n, now()
    FROM unnest(ARRAY[8999999, 9000000, 8999998]) AS n`;
  await admin.query(insert, [here.id]);
  await deliverAll();
  expect(namesReceived()).toEqual(["Before", 8_999_998, 8_999_999, 9_000_000]);
  // They tell of nothing that there is.
  await admin.query("DELETE FROM identity.events WHERE id LIKE 'event_DIGITS%'");
});

test("an endpoint that fails is tried again later, and the events behind wait for their turn", async () => {
  const endpoint = await newEndpoint();
  answer = (count) => (count <= 2 ? 503 : 204);
  await organization("First");
  await organization("Second");
  await deliverAll();
  expect(namesReceived()).toEqual(["First"]);
  expect(await deliverDue(service.parts)).toBe(0);
  const { body: health } = await service.manage<Record<string, unknown>>("GET", managed(`/${endpoint.id}`));
  expect(health).toMatchObject({
    failures: 1,
    last_error: "It answered 503.",
    failing_since: expect.any(String),
  });
  expect(health).not.toHaveProperty("secret");
  await hurry();
  await deliverAll();
  await hurry();
  await deliverAll();
  expect(namesReceived()).toEqual(["First", "First", "First", "Second"]);
  const { body: tries } = await service.manage<{ data: unknown[] }>(
    "GET",
    managed(`/${endpoint.id}/attempts`),
  );
  expect(tries.data).toMatchObject([{ status: 204 }, { status: 204 }, { status: 503 }, { status: 503 }]);
});

test("after three days of failing an endpoint is switched off; on again, it goes on where it was", async () => {
  const endpoint = await newEndpoint();
  answer = () => 500;
  await organization("Missed");
  await deliverAll();
  later = 3.1 * DAY_MS;
  await hurry();
  await deliverAll();
  const { body } = await service.manage("GET", managed(`/${endpoint.id}`));
  expect(body).toMatchObject({ status: "disabled", disabled_reason: "unreachable" });
  await organization("Missed too");
  await hurry();
  await deliverAll();
  expect(received.length).toBe(2);
  answer = () => 200;
  later = 0;
  await call("PATCH", `/webhook_endpoints/${endpoint.id}`, { status: "enabled" });
  received = [];
  await deliverAll();
  expect(namesReceived()).toEqual(["Missed", "Missed too"]);
});

test("an operator sends one event again, or everything since one", async () => {
  const endpoint = await newEndpoint();
  for (const name of ["One", "Two", "Three"]) await organization(name);
  await deliverAll();
  const second = JSON.parse(received[1]?.body ?? "{}");
  received = [];
  const again = await service.manage("POST", managed(`/${endpoint.id}/deliveries`), { event_id: second.id });
  expect(again.body).toEqual({ delivered: true, error: null });
  expect(namesReceived()).toEqual(["Two"]);
  await service.manage("POST", managed(`/${endpoint.id}/replay`), { event_id: second.id });
  await deliverAll();
  expect(namesReceived()).toEqual(["Two", "Two", "Three"]);
});

test("an instance that dies in the middle leaves its endpoint to the next one when its lease runs out", async () => {
  const endpoint = await newEndpoint();
  await organization("Left behind");
  await admin.query("UPDATE identity.webhook_endpoints SET leased_until = now() + interval '1 minute'");
  expect(await deliverDue(twin.parts)).toBe(0);
  await admin.query("UPDATE identity.webhook_endpoints SET leased_until = now() - interval '1 second'");
  await deliverDue(twin.parts);
  expect(namesReceived()).toEqual(["Left behind"]);
  expect((await service.manage("GET", managed(`/${endpoint.id}`))).body).toMatchObject({ failures: 0 });
});

test("an endpoint that takes its time, and one that cannot be sent to, hold up nobody else", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  slowness = promise;
  const faults: unknown[] = [];
  await newEndpoint({ endpoint_url: address("/slow") });
  const broken = await newEndpoint({ endpoint_url: address("/broken") });
  await newEndpoint();
  await admin.query("UPDATE identity.webhook_endpoints SET secret_sealed = 'x' WHERE id = $1", [broken.id]);
  const stop = startDelivering(service.parts, (error) => faults.push(error));
  try {
    await organization("One");
    await vi.waitFor(() => expect(namesReceived()).toEqual(["One", "One"]), 10_000);
    await organization("Two");
    await vi.waitFor(() => expect(namesReceived()).toEqual(["One", "One", "Two"]), 10_000);
    await vi.waitFor(() => expect(faults.length).toBe(1), 10_000);
    const { body } = await service.manage("GET", managed(`/${broken.id}`));
    expect(body).toMatchObject({ failures: 1, last_error: expect.stringContaining("The service itself") });
  } finally {
    resolve();
    await stop();
  }
});

test("nothing is delivered into the network unless the environment allows it, by whatever name", async () => {
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { webhooks: { private_addresses: false } },
  });
  try {
    const port = (receiver.address() as AddressInfo).port;
    for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"]) {
      const endpoint = await newEndpoint({ endpoint_url: `http://${host}:${port}/${host.length}` });
      await organization(`To ${host}`);
      await deliverAll();
      const { body } = await service.manage("GET", managed(`/${endpoint.id}`));
      expect(body.last_error, host).toMatch(/private|link-local|ENOTFOUND/);
    }
    expect(received).toEqual([]);
  } finally {
    await service.manage("PATCH", `/environments/${here.id}`, {
      settings: { webhooks: { private_addresses: true } },
    });
  }
});

test("addresses and events that are none are refused, and an address is taken once", async () => {
  await newEndpoint();
  const bad = (body: object) =>
    call("POST", "/webhook_endpoints", { endpoint_url: address("/x"), events: ["user.created"], ...body });
  expect(await bad({ endpoint_url: address() })).toMatchObject({
    status: 409,
    body: { code: "duplicate_endpoint" },
  });
  for (const endpoint_url of ["ftp://x.example/", "not an address", "https://user:pw@x.example/"])
    expect(await bad({ endpoint_url })).toMatchObject({ status: 422, body: { code: "invalid_url" } });
  expect((await bad({ events: ["user.exploded"] })).status).toBe(422);
  expect((await call("PATCH", "/webhook_endpoints/we_none", { status: "enabled" })).status).toBe(404);
  const { body } = await call("GET", "/webhook_endpoints");
  expect((await call("DELETE", `/webhook_endpoints/${body.data[0].id}`)).status).toBe(204);
});
