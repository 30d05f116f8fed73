import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { askConfiguration } from "#lib/gateways/asking.ts";
import { createGateway } from "#lib/gateways/commands.ts";
import { getGateway, listGaps } from "#lib/gateways/queries.ts";
import { takeReport } from "#lib/gateways/reporting.ts";
import { GAP_LIST } from "#lib/gateways/schema.ts";
import { takeShipment } from "#lib/gateways/shipping.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { Shipment, type ShippedCrossing } from "#lib/shared/gateway/shipment.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { aReport, aSite, type Site } from "#tests/support/gateways.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const operator = anActor("operator");
const ip = "198.51.100.7";
let site: Site;
let gatewayId = "";
let caller: { token: string; ip: string };

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
  const made = await createGateway(operator, site, NOW);
  gatewayId = made.gatewayId;
  caller = { token: made.token, ip };
});

const view = async (at = NOW) => (await getGateway(operator, site.deploymentId, at)).gateway;
const log = async () =>
  (
    await asSystem("a test reads the log", (tx) =>
      tx.auditEvent.findMany({ where: { deploymentId: site.deploymentId }, orderBy: { id: "asc" } }),
    )
  ).map(({ action, actorName, detail }) => ({ action, actorName, detail }));

describe("a report", () => {
  test("tells how each process stands, and the gateway by the least well that is heard", async () => {
    expect(await view()).toMatchObject({ state: "never", processes: [], sharesStore: null, buffer: null });
    const { digest, allowlist, storeId } = await askConfiguration(caller, NOW);
    const inForce = { digest, allowlist, problem: null };
    const egress = { open_tunnels: 7, allowed_last_hour: 90, refused_last_hour: 3 };
    const buffer = { events: 12, bytes: 34_000, oldest_at: NOW.toISOString() };
    const relay = {
      ...{
        environment_id: "environment_1",
        side: "export" as const,
        store_id: storeId,
        files: 3,
        waiting: 2,
      },
      ...{ through: "12", other_through: "9", last_event_at: null, carried_at: NOW.toISOString() },
    };
    const carried = { public_key: "key", relays: [relay] };
    const disk = "The disk of the database is full.";
    const record = { waiting_bytes: 9, in_memory: 0, missing: 0, problem: disk };
    const intake = {
      ...{ webhooks_last_hour: 4, callbacks_last_hour: 5, refused_last_hour: 6, problem: null },
      last_webhook_at: NOW.toISOString(),
    };
    const parts = { store_id: storeId, configuration: inForce, egress, intake, record, buffer, carried };
    await takeReport(caller, aReport(parts), NOW);
    expect(await view()).toMatchObject({
      carried: {
        publicKey: "key",
        relays: [{ environmentName: "environment_1", through: "12", otherThrough: "9" }],
      },
      ...{ state: "working", heardAt: NOW, sharesStore: true, lastAskedAt: NOW, lastAskedFrom: ip },
      allowlist: { wanted: allowlist, inForce: [allowlist] },
      buffer: { events: 12, bytes: 34_000, oldestAt: NOW },
      processes: [
        {
          ...{ name: "edge-1", state: "working", heardFrom: ip },
          egress: { openTunnels: 7, allowedLastHour: 90, refusedLastHour: 3 },
          intake: { webhooksLastHour: 4, callbacksLastHour: 5, refusedLastHour: 6, lastWebhookAt: NOW },
          troubles: [disk],
        },
      ],
    });
    const problem = "The configuration makes no sense.";
    await takeReport(
      caller,
      aReport({ gateway: "edge-2", configuration: { ...inForce, problem } }),
      after(30),
    );
    expect(await view(after(30))).toMatchObject({
      state: "refused",
      processes: [
        { name: "edge-2", state: "refused", problem },
        { name: "edge-1", state: "working" },
      ],
    });
    // Silent ones say nothing of how the gateway is, until all are.
    await takeReport(caller, aReport({ configuration: { ...inForce, digest: "0".repeat(64) } }), after(80));
    expect((await view(after(91)))?.state).toBe("behind");
    expect((await view(after(141)))?.state).toBe("silent");
    expect((await log()).filter(({ action }) => action === "gateway.first_report")).toEqual([
      { action: "gateway.first_report", actorName: "gateway edge-1", detail: expect.anything() },
      { action: "gateway.first_report", actorName: "gateway edge-2", detail: expect.anything() },
    ]);
    const { lastHeardAt } = await asSystem("a test looks", (tx) =>
      tx.deployment.findUniqueOrThrow({ where: { id: site.deploymentId } }),
    );
    expect(lastHeardAt).toEqual(after(80));
  });

  test("is taken from nobody without the token, and never makes up processes without end", async () => {
    await expect(takeReport({ token: "sp_gw_wrong", ip }, aReport(), NOW)).rejects.toMatchObject({
      kind: "unauthenticated",
    });
    const name = (index: number) => aReport({ gateway: `edge-${index}` });
    for (let index = 0; index < 50; index += 1) await takeReport(caller, name(index), NOW);
    await expect(takeReport(caller, name(50), NOW)).rejects.toMatchObject({ kind: "conflict" });
    await takeReport(caller, name(7), NOW);
    // Those that were put away make room.
    await takeReport(caller, name(50), after(8 * 86_400));
    expect((await view())?.processes.map((process) => process.name)).toEqual(["edge-50"]);
  });

  test("finishes what was asked, of its own gateway only", async () => {
    const other = await aSite("Paris");
    const paris = await createGateway(operator, other, NOW);
    const errand = (id: string, owner: Site & { gatewayId: string }) => ({
      ...{ id, ...owner, kind: "replay", targetId: "ep_none", input: {}, createdByName: "Somebody" },
    });
    const [mine, broken, theirs] = [newId("gwe"), newId("gwe"), newId("gwe")];
    await asSystem("a test asks", (tx) =>
      tx.gatewayErrand.createMany({
        data: [
          errand(mine, { ...site, gatewayId }),
          errand(broken, { ...site, gatewayId }),
          errand(theirs, { ...other, gatewayId: paris.gatewayId }),
        ],
      }),
    );
    const done = [
      { id: mine, done: true, problem: null },
      { id: broken, done: false, problem: "There is no such endpoint." },
      { id: theirs, done: true, problem: null },
    ];
    for (const seconds of [1, 2]) await takeReport(caller, aReport({ errands: done }), after(seconds));
    const rows = await asSystem("a test looks", (tx) =>
      tx.gatewayErrand.findMany({ where: { id: { in: [mine, broken, theirs] } }, orderBy: { id: "asc" } }),
    );
    expect(rows.map(({ state, problem, finishedAt }) => [state, problem, finishedAt])).toEqual([
      ["done", null, after(1)],
      ["failed", "There is no such endpoint.", after(1)],
      ["asked", null, null],
    ]);
    const finished = (await log()).filter(({ action }) => action === "gateway.finish_errand");
    const of = { kind: "replay", of: "ep_none" };
    expect(finished).toMatchObject([
      { actorName: "gateway edge-1", detail: { ...of, errand: mine, result: "done", problem: null } },
      { detail: { ...of, errand: broken, result: "failed", problem: "There is no such endpoint." } },
    ]);
  });

  test("puts each gap on record once, in the log too, whoever reports it again", async () => {
    const gap = {
      ...{ id: "gap_1", source_id: null, count: 42, reason: "The buffer was full." },
      ...{ from: NOW.toISOString(), to: after(60).toISOString() },
    };
    for (const name of ["edge-1", "edge-2", "edge-1"])
      await takeReport(caller, aReport({ gateway: name, gaps: [gap] }), NOW);
    const { rows, total } = await listGaps(operator, gatewayId, parseListQuery({}, GAP_LIST));
    expect([total, rows[0]]).toEqual([
      1,
      {
        ...{ id: "gap_1", sourceName: null, count: 42, reason: "The buffer was full." },
        ...{ fromAt: NOW, toAt: after(60), reportedAt: NOW },
      },
    ]);
    expect((await log()).filter(({ action }) => action === "gateway.report_gap")).toHaveLength(1);
    expect((await view())?.gaps).toBe(1);
  });
});

describe("crossings of a gateway with a database of its own", () => {
  const crossing = (over: Partial<ShippedCrossing> = {}): ShippedCrossing => ({
    ...{
      id: newId("crs"),
      beganAt: NOW.toISOString(),
      endedAt: null,
      environmentId: null,
      direction: "egress",
    },
    ...{ kind: "connection", outcome: "open", reason: null, ruleId: "rule_1", purpose: "Identity API" },
    ...{ peerName: "api.example.com", peerAddress: "203.0.113.7", peerPort: 443 },
    ...{
      clientId: null,
      clientName: null,
      clientAddress: "10.0.0.7",
      method: "CONNECT",
      path: null,
      status: null,
    },
    ...{
      bytesIn: 0,
      bytesOut: 0,
      tlsVersion: null,
      certificateSha256: null,
      latencyMs: 3,
      correlationId: null,
    },
    ...over,
  });
  const ship = (crossings: ShippedCrossing[], at = NOW) =>
    takeShipment(caller, Shipment.parse({ gateway: "edge-1", crossings }), at);
  const kept = () =>
    asSystem(
      "a test looks",
      (tx) =>
        tx.$queryRaw<
          { id: string; outcome: string; bytes_in: bigint; customer_id: string; gateway: string }[]
        >`
        SELECT id, outcome, bytes_in, customer_id, gateway FROM boundary.crossings
        WHERE deployment_id = ${site.deploymentId} ORDER BY id`,
    );

  test("are kept as this gateway's, once however often they come, and are brought to their end", async () => {
    const [begun, short] = [crossing(), crossing({ outcome: "refused", reason: "no_rule", ruleId: null })];
    const ended = { ...begun, endedAt: after(5).toISOString(), outcome: "allowed" as const, bytesIn: 900 };
    expect(await ship([begun, short])).toEqual({ kept: 2, refused: [] });
    await ship([begun, ended, short]);
    // An older word that comes late changes nothing any more.
    await ship([begun, short]);
    expect(await kept()).toEqual([
      { id: begun.id, outcome: "allowed", bytes_in: 900n, customer_id: site.customerId, gateway: "edge-1" },
      { id: short.id, outcome: "refused", bytes_in: 0n, customer_id: site.customerId, gateway: "edge-1" },
    ]);
  });

  test("are refused one by one where their time makes no sense, and whole where they make none", async () => {
    const [good, ahead] = [crossing(), crossing({ beganAt: after(3 * 86_400).toISOString() })];
    const old = crossing({ beganAt: "2011-01-01T00:00:00.000Z" });
    expect(await ship([ahead, good, old])).toEqual({
      kept: 1,
      refused: [
        { id: ahead.id, reason: "It began in the future." },
        { id: old.id, reason: "It began too long ago to be kept." },
      ],
    });
    expect(await kept()).toHaveLength(1);
    const wrong = { gateway: "edge-1", crossings: [{ ...good, peerAddress: "api.example.com" }] };
    expect(Shipment.safeParse(wrong).success).toBe(false);
    await expect(
      takeShipment({ token: null, ip }, { gateway: "edge-1", crossings: [good] }, NOW),
    ).rejects.toMatchObject({ kind: "unauthenticated" });
  });
});
