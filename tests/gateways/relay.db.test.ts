import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConfiguration } from "#lib/gateway/configuration/read.ts";
import { askConfiguration } from "#lib/gateways/asking.ts";
import { createGateway } from "#lib/gateways/commands.ts";
import { findDelivery, listAttempts, listDeliveries } from "#lib/gateways/deliveries/queries.ts";
import { ATTEMPT_LIST, DELIVERY_LIST } from "#lib/gateways/deliveries/schema.ts";
import {
  createEndpoint,
  pauseEndpoint,
  removeEndpoint,
  replayDeliveries,
  resumeEndpoint,
  rotateEndpointSecret,
} from "#lib/gateways/endpoints/commands.ts";
import { listEndpoints } from "#lib/gateways/endpoints/queries.ts";
import { CreateEndpointInput } from "#lib/gateways/endpoints/schema.ts";
import { createIntake, removeIntake, rotateIntakeSecret } from "#lib/gateways/intakes/commands.ts";
import { listIntakes } from "#lib/gateways/intakes/queries.ts";
import { CreateIntakeInput } from "#lib/gateways/intakes/schema.ts";
import { listErrands } from "#lib/gateways/queries.ts";
import { takeReport } from "#lib/gateways/reporting.ts";
import { ERRAND_LIST } from "#lib/gateways/schema.ts";
import { changeSource, createSource, pullAgain, removeSource } from "#lib/gateways/sources/commands.ts";
import { listEnvironmentsToPull, listSources } from "#lib/gateways/sources/queries.ts";
import { PullAgainInput } from "#lib/gateways/sources/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { fingerprint, seal } from "#lib/platform/seal.ts";
import { isStandardSecret } from "#lib/shared/gateway/standard-webhooks.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { aReport, aSite, type Site } from "#tests/support/gateways.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const operator = anActor("operator");
let gatewayUrl = "";
let site: Site;
let gatewayId = "";
let caller: { token: string; ip: null };

beforeAll(async () => {
  ({ gatewayUrl } = await testDatabase());
});
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
  const made = await createGateway(operator, site, NOW);
  gatewayId = made.gatewayId;
  caller = { token: made.token, ip: null };
});

const told = async (at = NOW) =>
  readConfiguration((await askConfiguration(caller, at)).text, site.deploymentId).configuration;

async function environment(
  name: string,
  owner = site,
  key: string | null = "sk_live_of_the_console",
): Promise<string> {
  const id = newId("env");
  await asSystem("a test's environment", (tx) =>
    tx.environment.create({
      data: {
        ...{ id, ...owner, name, kind: "production", driver: "workos", state: "active" },
        baseUrl: "https://api.example.com",
        driverKeySealed: key && seal(key, `environment:${id}:driver_key`),
        driverKeyFingerprint: fingerprint(id),
      },
    }),
  );
  return id;
}

describe("sources", () => {
  test("are told with the environment's key or their own, and are not before there is one", async () => {
    const [production, staging] = [await environment("Production"), await environment("Staging", site, null)];
    const { sourceId } = await createSource(operator, {
      ...{ gatewayId, environmentId: production, apiKey: "", events: ["user.created"] },
    });
    const waiting = await createSource(operator, {
      ...{ gatewayId, environmentId: staging, apiKey: "", events: [] },
    });
    expect((await told()).sources).toEqual([
      {
        ...{ id: sourceId, environment_id: production, name: "Production", url: "https://api.example.com" },
        ...{ api_key: "sk_live_of_the_console", events: ["user.created"], paused: false },
      },
    ]);
    expect(await listSources(operator, gatewayId)).toMatchObject([
      { environmentName: "Production", ownKey: false, hasKey: true, told: null },
      { environmentName: "Staging", ownKey: false, hasKey: false },
    ]);
    const own = { sourceId: waiting.sourceId, apiKey: "sk_live_for_the_gateway", events: [], paused: true };
    await changeSource(operator, own, NOW);
    expect((await told()).sources[1]).toMatchObject({ api_key: "sk_live_for_the_gateway", paused: true });
    // Empty keeps it.
    await changeSource(operator, { ...own, apiKey: "", paused: false }, NOW);
    expect((await told()).sources[1]).toMatchObject({ api_key: "sk_live_for_the_gateway", paused: false });
    expect(await listEnvironmentsToPull(operator, gatewayId)).toEqual([]);
    await removeSource(operator, { sourceId });
    expect((await told()).sources).toHaveLength(1);
  });

  test("are of the gateway's own deployment, once each", async () => {
    const other = await aSite("Paris");
    const foreign = await environment("Production", other);
    const input = { gatewayId, environmentId: foreign, apiKey: "", events: [] };
    await expect(createSource(operator, input)).rejects.toMatchObject({ kind: "not_found" });
    const mine = { ...input, environmentId: await environment("Production") };
    await createSource(operator, mine);
    await expect(createSource(operator, mine)).rejects.toMatchObject({ kind: "conflict" });
  });

  test("show how far they are, by what the gateway told last; a range is pulled again as an errand", async () => {
    const { sourceId } = await createSource(operator, {
      ...{ gatewayId, environmentId: await environment("Production"), apiKey: "", events: [] },
    });
    const source = {
      ...{ id: sourceId, cursor: "event_01", problem: null, caught_up_at: null },
      ...{ last_event_at: NOW.toISOString(), last_pulled_at: after(5).toISOString() },
    };
    await takeReport(caller, aReport({ sources: [source] }), NOW);
    // One that does not relay says nothing of them.
    await takeReport(caller, aReport({ gateway: "proxy", parts: ["egress"] }), after(10));
    expect((await listSources(operator, gatewayId))[0]?.told).toEqual({
      ...{ cursor: "event_01", lastEventAt: NOW, lastPulledAt: after(5), caughtUpAt: null, problem: null },
    });
    const range = PullAgainInput.parse({ sourceId, from: "2026-11-01T00:00", to: "2026-11-02T12:30" });
    const { errandId } = await pullAgain(operator, range);
    expect((await told()).errands).toEqual([
      {
        ...{ kind: "backfill", id: errandId, source_id: sourceId },
        ...{ from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T12:30:00.000Z" },
      },
    ]);
    const errands = async () =>
      (await listErrands(operator, gatewayId, parseListQuery({}, ERRAND_LIST))).rows;
    expect(await errands()).toMatchObject([{ kind: "backfill", targetName: "Production", state: "asked" }]);
    await takeReport(caller, aReport({ errands: [{ id: errandId, done: true, problem: null }] }), after(20));
    expect((await told()).errands).toEqual([]);
    expect(await errands()).toMatchObject([{ state: "done", finishedAt: after(20) }]);
    expect(
      PullAgainInput.safeParse({ sourceId, from: "2026-11-02T00:00", to: "2026-11-02T00:00" }).success,
    ).toBe(false);
  });
});

const endpointInput = (over: object = {}) =>
  CreateEndpointInput.parse({
    gatewayId,
    name: "Billing",
    url: "https://billing.example.com/events",
    ...over,
  });

describe("endpoints", () => {
  test("are told with their secrets, two while they overlap; paused and resumed; removed they are gone", async () => {
    const { endpointId, secret } = await createEndpoint(
      operator,
      endpointInput({ events: "dsync.*\nuser.created", signature: "standard" }),
    );
    expect(isStandardSecret(secret)).toBe(true);
    expect((await told()).endpoints).toMatchObject([
      {
        ...{ id: endpointId, name: "Billing", signature: "standard", events: ["dsync.*", "user.created"] },
        ...{ secrets: [secret], paused: false, timeout_seconds: 15, environment_ids: [] },
      },
    ]);
    const second = await rotateEndpointSecret(operator, { endpointId, overlap: "hour" }, NOW);
    expect((await told()).endpoints[0]?.secrets).toEqual([second.secret, secret]);
    expect((await told(after(3_600))).endpoints[0]?.secrets).toEqual([second.secret]);
    await pauseEndpoint(operator, { endpointId }, NOW);
    await expect(pauseEndpoint(operator, { endpointId }, NOW)).rejects.toMatchObject({ kind: "conflict" });
    expect((await told()).endpoints[0]?.paused).toBe(true);
    await resumeEndpoint(operator, { endpointId });
    const { errandId } = await replayDeliveries(operator, { endpointId, eventIds: ["event_1"] });
    expect(await told()).toMatchObject({
      endpoints: [{ paused: false }],
      errands: [{ id: errandId, kind: "replay", endpoint_id: endpointId, event_ids: ["event_1"] }],
    });
    const kept = await asSystem("a test looks everywhere", async (tx) =>
      JSON.stringify([await tx.relayEndpoint.findMany(), await tx.auditEvent.findMany()]),
    );
    for (const each of [secret, second.secret]) expect(kept).not.toContain(each);
    await removeEndpoint(operator, { endpointId }, NOW);
    expect(await told()).toMatchObject({ endpoints: [], errands: [] });
    await expect(pauseEndpoint(operator, { endpointId })).rejects.toMatchObject({ kind: "not_found" });
  });

  test("are told of environments of their own deployment only", async () => {
    const foreign = await environment("Production", await aSite("Paris"));
    await expect(
      createEndpoint(operator, endpointInput({ environmentIds: [foreign] })),
    ).rejects.toMatchObject({
      kind: "not_found",
    });
    for (const url of ["ftp://app.example.com/", "https://user@app.example.com/", "app.example.com"])
      expect(() => endpointInput({ url })).toThrow();
    for (const events of ["*", "user", "User.Created", "user.*.created"])
      expect(() => endpointInput({ events })).toThrow();
  });
});

describe("intake paths", () => {
  test("are told with the sender's secrets or where they lead; one path is open once", async () => {
    const environmentId = await environment("Production");
    const parse = (over: object) => CreateIntakeInput.parse({ gatewayId, ...over });
    const secret = "whsec_of_the_sender_1";
    const webhook = parse({ kind: "webhook", path: "/webhooks/workos", environmentId, secret });
    const { intakeId } = await createIntake(operator, webhook);
    await createIntake(
      operator,
      parse({ kind: "callback", path: "/callback", target: "https://app.example.com" }),
    );
    await expect(createIntake(operator, webhook)).rejects.toMatchObject({ kind: "conflict" });
    await rotateIntakeSecret(operator, { intakeId, secret: "whsec_of_the_sender_2", overlap: "day" }, NOW);
    expect((await told()).intake).toMatchObject([
      {
        ...{
          kind: "webhook",
          path: "/webhooks/workos",
          environment_id: environmentId,
          tolerance_seconds: 180,
        },
        secrets: ["whsec_of_the_sender_2", secret],
      },
      { kind: "callback", path: "/callback", target: "https://app.example.com" },
    ]);
    expect(JSON.stringify(await listIntakes(operator, gatewayId, NOW))).not.toContain("whsec_");
    await removeIntake(operator, { intakeId });
    expect((await told()).intake).toHaveLength(1);
    for (const path of ["/", "webhooks", "/a/../b", "/a//b", "/a?b", "/ä"])
      expect(() => parse({ kind: "callback", path, target: "https://app.example.com" }), path).toThrow();
  });
});

describe("deliveries", () => {
  test("are read where the gateway writes them, by this customer's people only, page by page among ten thousand", async () => {
    const { endpointId } = await createEndpoint(operator, endpointInput());
    await write(site, endpointId);
    const list = (said: Record<string, string> = {}, actor = operator) =>
      listDeliveries(actor, gatewayId, parseListQuery(said, DELIVERY_LIST));
    const all = await list({ size: "50", page: "2" });
    expect([all.total, all.more, all.rows.length, all.rows[0]?.id]).toEqual([
      10_000,
      true,
      50,
      `${endpointId}.9951`,
    ]);
    const dead = await list({ state: "dead", sort: "attempts" });
    expect([dead.total, dead.rows[0]]).toEqual([
      100,
      expect.objectContaining({ endpointName: "Billing", state: "dead", problem: "It answered 500." }),
    ]);
    expect((await list({ q: "event_77" })).rows.map(({ eventId }) => eventId)).toEqual(["event_77"]);
    expect((await list({ q: "user." })).total).toBe(10_000);
    expect((await list({ q: "%" })).total).toBe(0);
    expect((await list({ endpoint: "ep_other" })).total).toBe(0);
    const attempts = await listAttempts(
      operator,
      gatewayId,
      parseListQuery({ outcome: "failed" }, ATTEMPT_LIST),
    );
    expect(attempts).toMatchObject({ total: 2, rows: [{ attempt: 2, status: 500 }, { attempt: 1 }] });
    const found = await findDelivery(operator, gatewayId, { endpointId, eventId: "event_100" });
    expect(found).toMatchObject({
      ...{ endpointName: "Billing", event: "user.created", open: { state: "dead" } },
      attempts: [{ attempt: 2, excerpt: "Internal error" }, { attempt: 1 }],
    });
    expect(await findDelivery(operator, gatewayId, { endpointId, eventId: "event_none" })).toBeNull();
    const elsewhere = anActor("operator", [newId("cus")]);
    await expect(list({}, elsewhere)).rejects.toMatchObject({ kind: "not_found" });
    // What another deployment's gateway writes is not among them.
    const other = await aSite("Paris");
    const paris = await createGateway(operator, other, NOW);
    expect((await listDeliveries(operator, paris.gatewayId, parseListQuery({}, DELIVERY_LIST))).total).toBe(
      0,
    );
  });

  test("of an endpoint are counted as the gateway told last", async () => {
    const { endpointId } = await createEndpoint(operator, endpointInput());
    const state = {
      id: endpointId,
      state: "failing" as const,
      waiting: 12,
      dead: 3,
      last_delivered_at: null,
    };
    await takeReport(caller, aReport({ endpoints: [state] }), NOW);
    expect(await listEndpoints(operator, gatewayId, NOW)).toMatchObject([
      { name: "Billing", told: { state: "failing", waiting: 12, dead: 3, lastDeliveredAt: null } },
    ]);
  });
});

/** As the gateway itself: 10,001 open deliveries, every hundredth of the first ten thousand dead, and two attempts of one. */
async function write({ customerId, deploymentId }: Site, endpointId: string): Promise<void> {
  const client = new pg.Client({ connectionString: gatewayUrl });
  await client.connect();
  try {
    await client.query("SELECT set_config('sallyport.deployment', $1, false)", [deploymentId]);
    await client.query(
      `INSERT INTO boundary.relay_deliveries (customer_id, deployment_id, endpoint_id, seq, event_id, environment_id, event, lane,
         state, attempts, opened_at, problem)
       SELECT $1, $2, $3, n, 'event_' || n, 'env_1', 'user.created', 'user_' || n,
         CASE WHEN n % 100 = 0 THEN 'dead' ELSE 'waiting' END, n % 7, $4::timestamptz + n * interval '1 second',
         CASE WHEN n % 100 = 0 THEN 'It answered 500.' END
       FROM generate_series(1, 10001) n`,
      [customerId, deploymentId, endpointId, NOW],
    );
    await client.query(
      `INSERT INTO boundary.relay_attempts (customer_id, deployment_id, endpoint_id, seq, event_id, event, gateway, began_at,
         duration_ms, attempt, status, problem, excerpt)
       SELECT $1, $2, $3, 100, 'event_100', 'user.created', 'edge-1', $4::timestamptz + n * interval '1 minute', 30, n, 500,
         'It answered 500.', 'Internal error'
       FROM generate_series(1, 2) n`,
      [customerId, deploymentId, endpointId, NOW],
    );
  } finally {
    await client.end();
  }
}
