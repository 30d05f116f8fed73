import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsReadable, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { RelayBench } from "#tests/support/relay/runner.ts";

const SECRET = "whsec_the secret of an endpoint";
let service: RunningIdentityService;
let here: TestEnvironment;
let adminUrl: string;
let relay: RelayBench;
let later = 0;
/** An event as WorkOS's Events API tells it. */
let pattern: Record<string, unknown>;

beforeAll(async () => {
  const database = await testDatabase();
  adminUrl = database.adminUrl;
  service = await startIdentityService(database.identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  relay = new RelayBench(database.gatewayUrl);
  const elsewhere = await prepareEnvironment(service);
  await callWire(service, elsewhere, "POST", "/user_management/users", { email: "ada@example.com" });
  pattern = (await readable(elsewhere, "user.created"))[0] as unknown as Record<string, unknown>;
});
afterAll(async () => {
  await relay.clear();
  await relay.pool.end();
  await service.close();
});

const anEvent = (more: object = {}) => ({ ...pattern, id: newId("event"), ...more });

async function readable(site: TestEnvironment, event: string, after?: string) {
  await eventsReadable(adminUrl);
  const { body } = await callWire(
    service,
    site,
    "GET",
    `/events?events=${event}&limit=100${after ? `&after=${after}` : ""}`,
  );
  return body.data as { id: string }[];
}

/** As a gateway hands it over. */
async function handOver(
  event: unknown,
  { secret = SECRET, at = new Date(Date.now() + later), to = here.id, signature = "" } = {},
) {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const answer = await fetch(`${service.url}/relay/${to}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "workos-signature": signature || signatureHeader(secret, body, at),
    },
    body,
  });
  return { status: answer.status, body: await answer.json() };
}

const setSecret = (secret: string) =>
  service.manage("PUT", `/environments/${here.id}/event_relay`, { secret });

test("nothing is taken before somebody said by which secret", async () => {
  expect((await handOver(anEvent())).status).toBe(401);
  await expect(service.manage("GET", `/environments/${here.id}/event_relay`)).resolves.toMatchObject({
    status: 404,
  });
});

test("the secret is said once; where the gateway hands over is shown, the secret never", async () => {
  const { status, body } = await setSecret(SECRET);
  expect(status).toBe(200);
  expect(body).toMatchObject({ object: "event_relay", previous_secret_until: null });
  expect(body).toMatchObject({ url: expect.stringMatching(new RegExp(`/relay/${here.id}$`)) });
  expect(JSON.stringify(body)).not.toContain("whsec_");
  expect(
    (await service.manage("PUT", `/environments/${here.id}/event_relay`, { secret: "short" })).status,
  ).toBe(422);
});

test("what is handed over is read by the official SDK under its own id, behind what was read already", async () => {
  await callWire(service, here, "POST", "/user_management/users", { email: "grace@example.com" });
  const own = await readable(here, "user.created");
  const event = anEvent({ created_at: "2026-01-15T12:00:00.000Z" });
  expect(await handOver(event)).toEqual({
    status: 200,
    body: { object: "relayed_event", id: event.id, outcome: "created" },
  });
  expect((await handOver(event)).body.outcome).toBe("exists");
  await eventsReadable(adminUrl);
  const { data } = await sdkFor(service, here).events.listEvents({
    events: ["user.created"],
    after: own.at(-1)?.id as string,
  });
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    id: event.id,
    createdAt: "2026-01-15T12:00:00.000Z",
    data: { email: "ada@example.com" },
  });
});

test("a gateway whose endpoint this is hands over in order, and what it lost is told as well", async () => {
  await relay.must(relay.endpoint(`${service.url}/relay/${here.id}`, { secrets: [SECRET] }));
  const [last] = (await readable(here, "user.created")).slice(-1);
  const events = Array.from({ length: 20 }, () => anEvent());
  const gap = {
    ...{ object: "event", id: newId("event"), event: "sallyport.gap", created_at: new Date().toISOString() },
    data: { object: "gap", id: newId("gap"), environment_id: "environment_1", count: 3, reason: "too_old" },
  };
  for (const event of [...events, gap]) {
    const { id, event: name } = event as typeof gap;
    const row = [id, (event as typeof gap).data.id, name, JSON.stringify(event)];
    await relay.pool.query(
      `INSERT INTO boundary.relay_events (id, customer_id, deployment_id, environment_id, object, event, created_at, origin, body, bytes)
       VALUES ($1, 'cus_1', 'dep_1', 'environment_1', $2, $3, now(), 'pulled', $4, 100)`,
      row,
    );
  }
  relay.pass(0);
  const ids = async () => (await readable(here, "user.created", last?.id)).map(({ id }) => id);
  await expect.poll(ids, { timeout: 20_000 }).toEqual(events.map(({ id }) => id));
  expect(await readable(here, "sallyport.gap")).toEqual([expect.objectContaining({ id: gap.id })]);
});

test("who has no secret, or an old signature, hands nothing over", async () => {
  const event = anEvent();
  const now = Date.now() + later;
  const wrong = [
    handOver(event, { secret: "another secret of another endpoint" }),
    handOver(event, { signature: "t=1, v1=00" }),
    handOver(event, { at: new Date(now - 4 * MINUTE_MS) }),
    handOver(event, { at: new Date(now + 4 * MINUTE_MS) }),
  ];
  for (const answer of await Promise.all(wrong)) expect(answer.status).toBe(401);
  const nowhere = await handOver(event, { to: "env_01ARZ3NDEKTSV4RRFFQ69G5FAV" });
  // Whether there is such an environment is not said.
  expect(nowhere).toEqual(await handOver(event, { secret: "another secret of another endpoint" }));
  expect((await readable(here, "user.created")).map(({ id }) => id)).not.toContain(event.id);
});

test("what is no event is refused, and the id of another environment's says nothing of it", async () => {
  for (const nothing of ["[]", "{}", "null", '{"object":"event"}', JSON.stringify(anEvent({ data: 1 }))])
    expect((await handOver(nothing)).status).toBe(422);
  expect((await handOver("{")).status).toBe(400);
  expect((await handOver(anEvent({ data: { object: "user", name: "\0" } }))).status).toBe(400);
  expect(await handOver(pattern)).toMatchObject({ status: 409, body: { code: "id_not_available" } });
});

test("after a rotation both secrets hold for a week, and then the new one alone", async () => {
  const { body } = await setSecret("whsec_another secret of it");
  expect(body).toMatchObject({ previous_secret_until: expect.any(String) });
  expect((await handOver(anEvent())).status).toBe(200);
  expect((await handOver(anEvent(), { secret: "whsec_another secret of it" })).status).toBe(200);
  // The same once more is no rotation, and drops nothing.
  await setSecret("whsec_another secret of it");
  expect((await handOver(anEvent())).status).toBe(200);
  later = 8 * DAY_MS;
  expect((await handOver(anEvent())).status).toBe(401);
  expect((await handOver(anEvent(), { secret: "whsec_another secret of it" })).status).toBe(200);
});

test("taken away, nothing more comes, and what is here stays", async () => {
  const before = await readable(here, "user.created");
  const gone = await service.manage("DELETE", `/environments/${here.id}/event_relay`);
  expect(gone.status).toBe(204);
  expect((await handOver(anEvent(), { secret: "whsec_another secret of it" })).status).toBe(401);
  expect(await readable(here, "user.created")).toEqual(before);
});
