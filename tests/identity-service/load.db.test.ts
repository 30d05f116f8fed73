import { request as httpRequest } from "node:http";
import pg from "pg";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  CAPACITY,
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let identityUrl: string;
let adminUrl: string;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  ({ identityUrl, adminUrl } = await testDatabase());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(capacity: Partial<typeof CAPACITY> = {}) {
  const service = await startIdentityService(identityUrl, {
    capacity: { ...CAPACITY, ...capacity },
    instances: 1,
  });
  closing.push(service.close);
  return { service, environment: await prepareEnvironment(service) };
}

async function admin(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  closing.push(async () => await client.end());
  return client;
}

/** Holds up everything that reads or writes organizations, until it is let go. */
async function holdOrganizations(): Promise<{ letGo(): Promise<void>; heldUp(): Promise<number> }> {
  const client = await admin();
  const watcher = await admin();
  await client.query("BEGIN");
  await client.query("LOCK TABLE identity.organizations IN ACCESS EXCLUSIVE MODE");
  const HELD = `SELECT count(*)::int AS held FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return {
    letGo: async () => {
      await client.query("COMMIT");
    },
    heldUp: async () => (await watcher.query<{ held: number }>(HELD)).rows[0]?.held ?? 0,
  };
}

function organization(service: RunningIdentityService, { apiKey, organizationId }: TestEnvironment) {
  return fetch(`${service.url}/organizations/${organizationId}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
}

async function shed(service: RunningIdentityService, shortage: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const line = new RegExp(`^sallyport_identity_requests_shed_total{shortage="${shortage}"} (\\d+)$`, "m");
  return Number(line.exec(text)?.[1]);
}

async function expectBusy(answer: Response): Promise<void> {
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toEqual({
    message: "The service is busy. Try again in a moment.",
    code: "overloaded",
  });
}

test("past its capacity the service turns requests away at once, and finishes those it has taken on", async () => {
  const { service, environment } = await start({ requests: 2 });
  const lock = await holdOrganizations();
  const underWay = [organization(service, environment), organization(service, environment)];
  await vi.waitUntil(async () => (await lock.heldUp()) === 2);
  // The lock is held until these are answered: they cannot have waited for it.
  await expectBusy(await organization(service, environment));
  await expectBusy(await fetch(`${service.url}/user_management/users`));
  const page = await fetch(`${service.url}/user_management/authorize?client_id=${environment.clientId}`);
  expect(page.status).toBe(503);
  expect(page.headers.get("retry-after")).toBe("1");
  expect(page.headers.get("content-type")).toContain("text/html");
  const scim = await fetch(`${service.url}/scim/v2.0/key/Users`);
  expect(scim.status).toBe(503);
  expect(await scim.json()).toMatchObject({ status: "503", detail: expect.any(String) });
  for (const path of ["/health", "/ready"]) expect((await fetch(`${service.url}${path}`)).status).toBe(200);
  expect(await shed(service, "requests")).toBe(4);
  await lock.letGo();
  for (const answer of await Promise.all(underWay)) expect(answer.status).toBe(200);
  expect((await organization(service, environment)).status).toBe(200);
  expect(await shed(service, "requests")).toBe(4);
});

test("while requests queue for a connection to the database, no more are taken on", async () => {
  const { service, environment } = await start({ databaseWaitMs: 100 });
  const lock = await holdOrganizations();
  const underWay: Promise<Response>[] = [];
  // One after the other, until one has no connection.
  const hasNone = () => service.parts.db.waitingMs() > 100;
  while (!hasNone()) {
    underWay.push(organization(service, environment));
    await vi.waitUntil(async () => hasNone() || (await lock.heldUp()) === underWay.length);
  }
  await expectBusy(await organization(service, environment));
  expect(await shed(service, "database")).toBe(1);
  await lock.letGo();
  for (const answer of await Promise.all(underWay)) expect(answer.status).toBe(200);
  expect((await organization(service, environment)).status).toBe(200);
});

test("whoever sends slowly takes nobody's place", async () => {
  const { service, environment } = await start({ requests: 3 });
  const released = vi.spyOn(service.parts.load, "end");
  const slow = Array.from({ length: 3 }, () => {
    const headers = { authorization: `Bearer ${environment.apiKey}`, "content-type": "application/json" };
    const sent = httpRequest(`${service.url}/organizations`, { method: "POST", headers });
    sent.write('{"name":');
    return {
      sent,
      answered: new Promise<number>((done) => sent.on("response", (it) => done(it.statusCode ?? 0))),
    };
  });
  await vi.waitUntil(() => released.mock.calls.length === 3);
  expect((await organization(service, environment)).status).toBe(200);
  for (const { sent, answered } of slow) {
    sent.end('"Slow"}');
    expect(await answered).toBe(201);
  }
});

test("an event loop that is late again and again turns requests away; one long pause does not", async () => {
  const { service, environment } = await start({ loopDelayMs: 400 });
  const blockMs = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  blockMs(1_200);
  expect((await organization(service, environment)).status).toBe(200);
  await vi.waitUntil(
    () => {
      blockMs(700);
      return service.parts.load.shortage() === "event_loop";
    },
    { timeout: 30_000, interval: 1 },
  );
  await expectBusy(await organization(service, environment));
  await vi.waitUntil(() => service.parts.load.shortage() === null);
  expect((await organization(service, environment)).status).toBe(200);
});

const ENDS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'sallyport-identity'`;

test("connections that PostgreSQL ends in the middle of requests are 503, and the next request has a new one", async () => {
  const { service, environment } = await start();
  const client = await admin();
  for (let round = 0; round < 3; round += 1) {
    const lock = await holdOrganizations();
    const read = organization(service, environment);
    const change = fetch(`${service.url}/organizations`, {
      method: "POST",
      headers: { authorization: `Bearer ${environment.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Another" }),
    });
    await vi.waitUntil(async () => (await lock.heldUp()) === 2);
    await client.query(ENDS);
    for (const answer of await Promise.all([read, change])) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("2");
      expect(await answer.json()).toEqual({
        message: "The service cannot reach its database at the moment.",
        code: "database_unreachable",
      });
    }
    await lock.letGo();
    // One that nobody used ended as well, and may be noticed only when it is.
    await expect.poll(async () => (await organization(service, environment)).status).toBe(200);
  }
});

test("a connection that was ended while nobody used it is noticed, or the request says to come again", async () => {
  const { service, environment } = await start();
  const client = await admin();
  const statuses = new Set<number>();
  for (let round = 0; round < 10; round += 1) {
    expect((await organization(service, environment)).status).toBe(200);
    await client.query(ENDS);
    statuses.add((await organization(service, environment)).status);
    await vi.waitUntil(async () => (await organization(service, environment)).status === 200);
  }
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
});
