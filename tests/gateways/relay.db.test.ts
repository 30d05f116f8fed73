import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readConfiguration } from "#lib/gateway/configuration/read.ts";
import { askConfiguration } from "#lib/gateways/asking.ts";
import { createGateway, trustCarriers } from "#lib/gateways/commands.ts";
import { findDelivery, listAttempts, listDeliveries } from "#lib/gateways/deliveries/queries.ts";
import { ATTEMPT_LIST, DELIVERY_LIST } from "#lib/gateways/deliveries/schema.ts";
import {
  changeEndpoint,
  createEndpoint,
  pauseEndpoint,
  removeEndpoint,
  replayDeliveries,
  resumeEndpoint,
  rotateEndpointSecret,
} from "#lib/gateways/endpoints/commands.ts";
import { listEndpoints } from "#lib/gateways/endpoints/queries.ts";
import { ChangeEndpointInput, CreateEndpointInput } from "#lib/gateways/endpoints/schema.ts";
import { changeFolder, createFolder, removeFolder } from "#lib/gateways/folders/commands.ts";
import { listFolders } from "#lib/gateways/folders/queries.ts";
import { ChangeFolderInput, CreateFolderInput } from "#lib/gateways/folders/schema.ts";
import {
  changeIntake,
  createIntake,
  removeIntake,
  rotateIntakeSecret,
} from "#lib/gateways/intakes/commands.ts";
import { listIntakes } from "#lib/gateways/intakes/queries.ts";
import { ChangeIntakeInput, CreateIntakeInput } from "#lib/gateways/intakes/schema.ts";
import { getGateway, listErrands } from "#lib/gateways/queries.ts";
import { listReportedDeliveries } from "#lib/gateways/reported/queries.ts";
import { takeReport } from "#lib/gateways/reporting.ts";
import { ERRAND_LIST, TrustCarriersInput } from "#lib/gateways/schema.ts";
import { changeSource, createSource, pullAgain, removeSource } from "#lib/gateways/sources/commands.ts";
import { listEnvironmentsToPull, listSources } from "#lib/gateways/sources/queries.ts";
import { PullAgainInput } from "#lib/gateways/sources/schema.ts";
import {
  changeStream,
  createStream,
  removeStream,
  rotateStreamToken,
} from "#lib/gateways/streams/commands.ts";
import { listStreams } from "#lib/gateways/streams/queries.ts";
import { ChangeStreamInput, CreateStreamInput } from "#lib/gateways/streams/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { fingerprint, seal } from "#lib/platform/seal.ts";
import { isStandardSecret } from "#lib/shared/gateway/standard-webhooks.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { aReport, aSite, type Site } from "#tests/support/gateways.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

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

  test("say how many deliveries go at once and whose certificates are trusted; the audit log names those, and a leaf is none", async () => {
    const ca = createTestCa("Site authority");
    onTestFinished(ca.remove);
    const authorities = await readFile(ca.file, "utf8");
    const { endpointId } = await createEndpoint(operator, endpointInput({ inFlight: "4", authorities }));
    expect((await told()).endpoints[0]).toMatchObject({ in_flight: 4, authorities: authorities.trim() });
    expect((await listEndpoints(operator, gatewayId, NOW))[0]?.authorityNames).toEqual(["CN=Site authority"]);
    const change = { endpointId, name: "Billing", url: "https://billing.example.com/events" };
    await changeEndpoint(operator, ChangeEndpointInput.parse(change));
    expect((await told()).endpoints[0]).toMatchObject({ in_flight: 16, authorities: null });
    const [event] = await asSystem("a test looks everywhere", (tx) =>
      tx.auditEvent.findMany({ where: { targetId: endpointId, action: "relay_endpoint.change" } }),
    );
    expect(event?.before).toMatchObject({ inFlight: 4, authorities: ["CN=Site authority"] });
    expect(JSON.stringify(event)).not.toContain("BEGIN CERTIFICATE");
    const refused = (over: object) => CreateEndpointInput.safeParse({ gatewayId, ...change, ...over });
    expect(refused({ authorities: "none" }).error?.issues[0]?.message).toContain("Paste certificates in PEM");
    const leaf = await readFile(ca.issue(["app.example.com"]).certificate, "utf8");
    expect(refused({ authorities: leaf }).error?.issues[0]?.message).toContain("no authority");
    for (const inFlight of ["0", "257", "1.5", "many"]) expect(() => endpointInput({ inFlight })).toThrow();
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
    const change = { kind: "webhook", intakeId, toleranceSeconds: "60", maxKilobytes: "250" };
    await changeIntake(operator, ChangeIntakeInput.parse(change));
    expect((await told()).intake[0]).toMatchObject({ tolerance_seconds: 60, max_bytes: 250_000 });
    await expect(
      changeIntake(
        operator,
        ChangeIntakeInput.parse({ kind: "callback", intakeId, target: "https://app.example.com" }),
      ),
    ).rejects.toMatchObject({ kind: "conflict" });
    await removeIntake(operator, { intakeId });
    expect((await told()).intake).toHaveLength(1);
    for (const path of ["/", "webhooks", "/a/../b", "/a//b", "/a?b", "/ä"])
      expect(() => parse({ kind: "callback", path, target: "https://app.example.com" }), path).toThrow();
  });
});

describe("followers", () => {
  test("are told with the hashes of their tokens, two while they overlap; removed they are gone", async () => {
    const parse = (over: object = {}) => CreateStreamInput.parse({ gatewayId, name: "Reporting", ...over });
    const { streamId, token } = await createStream(operator, parse({ events: "dsync.*" }));
    expect((await told()).streams).toEqual([
      {
        ...{ id: streamId, name: "Reporting", token_sha256: [fingerprint(token)] },
        ...{ events: ["dsync.*"], environment_ids: [] },
      },
    ]);
    const second = await rotateStreamToken(operator, { streamId, overlap: "hour" }, NOW);
    expect((await told()).streams[0]?.token_sha256).toEqual([fingerprint(second.token), fingerprint(token)]);
    expect((await told(after(3_600))).streams[0]?.token_sha256).toEqual([fingerprint(second.token)]);
    const environmentId = await environment("Production");
    await changeStream(
      operator,
      ChangeStreamInput.parse({ streamId, name: "Reports", environmentIds: [environmentId] }),
    );
    expect((await told()).streams).toMatchObject([
      { name: "Reports", events: [], environment_ids: [environmentId] },
    ]);
    const shown = JSON.stringify(await listStreams(operator, gatewayId, NOW));
    for (const each of [token, second.token, fingerprint(token)]) expect(shown).not.toContain(each);
    const foreign = await environment("Production", await aSite("Paris"));
    await expect(createStream(operator, parse({ environmentIds: [foreign] }))).rejects.toMatchObject({
      kind: "not_found",
    });
    await removeStream(operator, { streamId });
    expect((await told()).streams).toEqual([]);
  });
});

describe("folders", () => {
  test("are told as they are, once each; paused they wait, and how they stand is what the gateway told last", async () => {
    const parse = (over: object = {}) =>
      CreateFolderInput.parse({ gatewayId, name: "Warehouse", path: "/srv/events", ...over });
    const { folderId } = await createFolder(operator, parse());
    expect((await told()).folders).toEqual([
      {
        ...{ id: folderId, name: "Warehouse", path: "/srv/events", events: [], environment_ids: [] },
        ...{ paused: false, files: 10_000 },
      },
    ]);
    await expect(createFolder(operator, parse())).rejects.toMatchObject({
      kind: "conflict",
      fields: { path: expect.stringContaining("Name another one") },
    });
    const change = { folderId, name: "Warehouse", path: "D:\\events", files: "5", paused: "on" };
    await changeFolder(operator, ChangeFolderInput.parse(change), NOW);
    expect((await told()).folders).toMatchObject([{ path: "D:\\events", files: 5, paused: true }]);
    const state = { id: folderId, state: "paused" as const, waiting: 2, dead: 0, last_delivered_at: null };
    await takeReport(caller, aReport({ endpoints: [state] }), NOW);
    expect(await listFolders(operator, gatewayId)).toMatchObject([
      { pausedAt: NOW, pausedByName: operator.name, told: { state: "paused", waiting: 2 } },
    ]);
    for (const path of ["events", "./events", ""]) expect(() => parse({ path })).toThrow();
    await removeFolder(operator, { folderId });
    expect((await told()).folders).toEqual([]);
  });
});

describe("events that are carried by hand", () => {
  test("are taken in from those whose keys are set, which the screen shows before anything was carried", async () => {
    const [one, other] = ["a".repeat(43), "B-_1".repeat(10).slice(0, 40).concat("xyz")];
    const parse = (keys: string) => TrustCarriersInput.parse({ gatewayId, keys });
    await trustCarriers(operator, parse(`${one}\n${other} ${one}`));
    expect((await told()).carried_keys).toEqual([one, other]);
    expect((await getGateway(operator, site.deploymentId, NOW)).gateway?.carried).toEqual({
      ...{ publicKey: null, trustedKeys: [one, other], relays: [] },
    });
    await trustCarriers(operator, parse(""));
    expect((await told()).carried_keys).toEqual([]);
    expect(() => parse("too-short")).toThrow("43 letters");
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

  test("of a gateway with a database of its own are those that it told of last, by this customer's people only", async () => {
    const { endpointId } = await createEndpoint(operator, endpointInput());
    expect(await listReportedDeliveries(operator, gatewayId)).toEqual({ rows: [], reportedAt: null });
    const held = {
      ...{ endpoint_id: endpointId, event_id: "event_1", event: "user.created", attempts: 12, status: 500 },
      ...{ state: "dead" as const, problem: "It answered 500.", next_at: null },
      ...{ opened_at: NOW.toISOString(), died_at: after(60).toISOString() },
    };
    await takeReport(caller, aReport({ held: [held] }), after(90));
    expect(await listReportedDeliveries(operator, gatewayId)).toMatchObject({
      rows: [{ endpointName: "Billing", eventId: "event_1", state: "dead", diedAt: after(60), attempts: 12 }],
      reportedAt: after(90),
    });
    await expect(
      listReportedDeliveries(anActor("operator", [newId("cus")]), gatewayId),
    ).rejects.toMatchObject({ kind: "not_found" });
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
