import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { sweepOnce } from "#lib/identity-service/sweeper.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
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
  await sdk().auditLogs.createSchema({ action: "user.signed_in", targets: [{ type: "team" }] });
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const sdk = () => sdkFor(service, here);
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const event = (more: Record<string, unknown> = {}) => ({
  action: "user.signed_in",
  occurred_at: new Date().toISOString(),
  actor: { id: "user_1", type: "user" },
  targets: [{ id: "team_1", type: "team" }],
  context: { location: "10.0.0.1" },
  ...more,
});
const send = (given: unknown, organization_id = here.organizationId, site = here) =>
  call("POST", "/audit_logs/events", { organization_id, event: given }, site);
async function kept(action = "user.signed_in"): Promise<Record<string, unknown>[]> {
  const { rows } = await admin.query(
    "SELECT * FROM identity.audit_log_events WHERE action = $1 AND environment_id = $2 ORDER BY id",
    [action, here.id],
  );
  return rows;
}

test("SDK 8 and 11 send an event, and it is kept as it was sent", async () => {
  const settings = { apiHostname: "127.0.0.1", port: service.port, https: false };
  await sdk().auditLogs.createSchema({
    action: "invoice.viewed",
    actor: { metadata: { role: "string" } },
    targets: [{ type: "invoice", metadata: { cost: "number" } }],
    metadata: { paid: "boolean" },
  });
  const given = {
    action: "invoice.viewed",
    occurredAt: new Date("2026-05-04T03:02:01.000Z"),
    actor: { id: "user_1", type: "user", name: "Night clerk", metadata: { role: "clerk" } },
    targets: [{ id: "invoice_9", type: "invoice", metadata: { cost: 12.5 } }],
    context: { location: "10.0.0.1", userAgent: "Browser" },
    metadata: { paid: true },
  };
  for (const workos of [sdk(), new WorkOS8(here.apiKey, settings)])
    expect(await workos.auditLogs.createEvent(here.organizationId, given)).toBeUndefined();
  const rows = await kept("invoice.viewed");
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    organization_id: here.organizationId,
    version: 1,
    occurred_at: given.occurredAt,
    actor: given.actor,
    targets: given.targets,
    context: { location: "10.0.0.1", user_agent: "Browser" },
    metadata: { paid: true },
  });
});

test("the same request again, even at once and many times, is one event", async () => {
  const count = async () => (await kept()).length;
  const before = await count();
  const same = event({ metadata: { said: "once" } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(same)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers[0]?.body).toEqual({ success: true });
  expect(await count()).toBe(before + 1);
  const given = {
    action: "user.signed_in",
    occurredAt: new Date(),
    actor: { id: "user_1", type: "user" },
    targets: [{ id: "team_1", type: "team" }],
    context: { location: "10.0.0.1" },
  };
  const keyed = (idempotencyKey: string, metadata = {}) =>
    sdk().auditLogs.createEvent(here.organizationId, { ...given, metadata }, { idempotencyKey });
  await keyed("one");
  await keyed("one");
  expect(await count()).toBe(before + 2);
  await keyed("two");
  await keyed("one", { other: "body" });
  expect(await count()).toBe(before + 4);
  await admin.query("UPDATE identity.audit_log_repeats SET created_at = now() - interval '25 hours'");
  await keyed("one");
  expect(await count()).toBe(before + 5);
});

test("a refused event is not remembered: once there is a schema for it, the same request is taken in", async () => {
  const given = event({ action: "late.schema" });
  expect((await send(given)).status).toBe(400);
  await call("POST", "/audit_logs/actions/late.schema/schemas", { targets: [{ type: "team" }] });
  expect((await send(given)).status).toBe(200);
  expect(await kept("late.schema")).toHaveLength(1);
});

test("each new schema is the next version; events are held to the version they name, the first by default", async () => {
  const path = "/audit_logs/actions/door.opened/schemas";
  const first = await call("POST", path, { targets: [{ type: "door" }] });
  expect(first).toMatchObject({
    status: 201,
    body: {
      object: "audit_log_schema",
      version: 1,
      actor: { metadata: {} },
      targets: [{ type: "door", metadata: {} }],
      metadata: {},
    },
  });
  const more = await Promise.all(
    Array.from({ length: 5 }, () => call("POST", path, { targets: [{ type: "gate" }] })),
  );
  expect(more.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5, 6]);
  const listed = await sdk().auditLogs.listSchemas("door.opened", { order: "asc" });
  expect(listed.data.map(({ version, targets }) => [version, targets[0]?.type])).toEqual(
    [1, 2, 3, 4, 5, 6].map((version) => [version, version === 1 ? "door" : "gate"]),
  );
  const opened = (type: string, version?: number) =>
    send(event({ action: "door.opened", targets: [{ id: "d", type }], ...(version ? { version } : {}) }));
  expect((await opened("door")).status).toBe(200);
  expect((await opened("gate", 6)).status).toBe(200);
  expect((await opened("door", 6)).body.errors).toEqual([{ instancePath: "/targets/0/type" }]);
  expect((await opened("gate", 7)).body.errors).toEqual([{ instancePath: "/action" }]);
});

test("actions are listed with their latest schema, in pages", async () => {
  const { body } = await call("GET", "/audit_logs/actions?limit=1&order=asc");
  expect(body.data).toMatchObject([
    {
      object: "audit_log_action",
      name: "user.signed_in",
      schema: { version: 1, targets: [{ type: "team" }] },
    },
  ]);
  const { body: rest } = await call("GET", `/audit_logs/actions?order=asc&after=${body.list_metadata.after}`);
  const door = rest.data.find(({ name }: { name: string }) => name === "door.opened");
  expect(door.schema.version).toBe(6);
  expect(door.updated_at >= door.created_at).toBe(true);
});

test("metadata is held to its schema, wherever it stands", async () => {
  const object = (properties: unknown, more = {}) => ({ type: "object", properties, ...more });
  await call("POST", "/audit_logs/actions/strict/schemas", {
    actor: { metadata: object({ level: { type: "integer", minimum: 1, maximum: 3 } }) },
    targets: [{ type: "file", metadata: object({ path: { type: "string", maxLength: 5 } }) }],
    metadata: object(
      { mode: { enum: ["read", "write"] } },
      { required: ["mode"], additionalProperties: false },
    ),
  });
  const strict = (actor: unknown, target: unknown, metadata: unknown) =>
    send({
      ...event({ action: "strict", metadata }),
      actor: { id: "a", type: "user", metadata: actor },
      targets: [{ id: "f", type: "file", metadata: target }],
    });
  expect((await strict({ level: 2, other: "x" }, { path: "/a" }, { mode: "read" })).status).toBe(200);
  for (const [actor, target, metadata, paths] of [
    [{ level: 2.5 }, {}, { mode: "read" }, ["/actor/metadata/level"]],
    [{ level: 4 }, {}, { mode: "read" }, ["/actor/metadata/level"]],
    [{ level: "2" }, {}, { mode: "read" }, ["/actor/metadata/level"]],
    [{}, { path: "/abcdef" }, { mode: "read" }, ["/targets/0/metadata/path"]],
    [{}, {}, {}, ["/metadata"]],
    [{}, {}, { mode: "erase" }, ["/metadata/mode"]],
    [{}, {}, { mode: "read", more: 1 }, ["/metadata/more"]],
    [{}, {}, { mode: "read", constructor: 1 }, ["/metadata/constructor"]],
  ] as const) {
    const { status, body } = await strict(actor, target, metadata);
    expect([status, body]).toEqual([
      400,
      {
        message: "Invalid Audit Log event.",
        code: "invalid_audit_log_event",
        errors: paths.map((instancePath) => ({ instancePath })),
      },
    ]);
  }
  expect(await kept("strict")).toHaveLength(1);
});

test.each([
  ["without an action", { action: undefined }, "event.action"],
  ["without a time", { occurred_at: undefined }, "event.occurred_at"],
  ["at no time", { occurred_at: "yesterday" }, "event.occurred_at"],
  ["by nobody", { actor: undefined }, "event.actor"],
  ["with nested metadata", { metadata: { a: { b: 1 } } }, "event.metadata.a"],
  ["with a long value", { metadata: { a: "x".repeat(501) } }, "event.metadata.a"],
  ["with a long key", { metadata: { ["k".repeat(41)]: "x" } }, `event.metadata.${"k".repeat(41)}`],
  [
    "with too many keys",
    { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, i])) },
    "event.metadata",
  ],
])("refuses an event %s, and names the field", async (_what, change, field) => {
  const { status, body } = await send(event(change));
  expect([status, body.errors[0].field]).toEqual([422, field]);
});

test.each([
  ["without targets", { targets: [] }],
  ["with a target twice", { targets: [{ type: "a" }, { type: "a" }] }],
  [
    "with a check that is not made",
    { targets: [{ type: "a" }], metadata: { properties: { a: { pattern: "(a+)+" } } } },
  ],
  ["with nested metadata", { targets: [{ type: "a" }], metadata: { properties: { a: { type: "object" } } } }],
])("refuses a schema %s", async (_what, body) => {
  expect((await call("POST", "/audit_logs/actions/refused/schemas", body)).status).toBe(422);
});

test("retention is told in days or as a period, and what is older is deleted", async () => {
  const { organizationId: id } = here;
  const at = `/organizations/${id}/audit_logs_retention`;
  expect(await sdk().auditLogs.getOrganizationAuditLogsRetention({ id })).toEqual({
    retentionPeriodInDays: null,
  });
  const configuration = `/organizations/${id}/audit_log_configuration`;
  const told = { organization_id: id, retention_period_in_days: 365, state: "active" };
  expect((await call("GET", configuration)).body).toEqual(told);
  const old = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  await call("POST", "/audit_logs/actions/aged/schemas", { targets: [{ type: "team" }] });
  for (const days of [10, 40, 400]) await send(event({ action: "aged", occurred_at: old(days) }));
  await sweepOnce(service.parts.db);
  expect(await kept("aged")).toHaveLength(2);
  const changed = await sdk().auditLogs.updateOrganizationAuditLogsRetention({
    id,
    retentionPeriod: "1_MONTH",
  });
  expect(changed).toEqual({ retentionPeriodInDays: 30 });
  await sweepOnce(service.parts.db);
  expect(await kept("aged")).toHaveLength(1);
  expect((await call("PUT", at, { retention_period_in_days: 365 })).body).toEqual({
    retention_period_in_days: 365,
  });
  for (const refused of [{ retention_period_in_days: 31 }, { retention_period: "12_MONTHS" }, {}])
    expect((await call("PUT", at, refused)).status).toBe(422);
  const quiet = `/organizations/${elsewhere.organizationId}/audit_log_configuration`;
  expect((await call("GET", quiet, undefined, elsewhere)).body.state).toBe("inactive");
});

test("organizations and actions from elsewhere are not found", async () => {
  await call(
    "POST",
    "/audit_logs/actions/user.signed_in/schemas",
    { targets: [{ type: "team" }] },
    elsewhere,
  );
  expect((await send(event(), here.organizationId, elsewhere)).status).toBe(404);
  for (const [method, path, body] of [
    ["GET", "/audit_logs/actions/door.opened/schemas"],
    ["GET", `/organizations/${here.organizationId}/audit_logs_retention`],
    ["PUT", `/organizations/${here.organizationId}/audit_logs_retention`, { retention_period_in_days: 30 }],
    ["GET", `/organizations/${here.organizationId}/audit_log_configuration`],
  ] as const)
    expect([method, path, (await call(method, path, body, elsewhere)).status]).toEqual([method, path, 404]);
  const { body } = await call("GET", "/audit_logs/actions", undefined, elsewhere);
  expect(body.data.map(({ name }: { name: string }) => name)).toEqual(["user.signed_in"]);
});
