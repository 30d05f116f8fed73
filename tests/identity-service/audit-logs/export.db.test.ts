import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
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
let now = new Date();

const range = { range_start: "2026-01-01T00:00:00.000Z", range_end: "2026-12-31T00:00:00.000Z" };

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => now });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  for (const action of ["door.opened", "door.closed"])
    await call("POST", `/audit_logs/actions/${action}/schemas`, {
      targets: [{ type: "door" }, { type: "gate" }],
    });
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
async function newOrganization(): Promise<string> {
  return (await call("POST", "/organizations", { name: "Exported" })).body.id;
}
async function send(organization_id: string, more: Record<string, unknown> = {}): Promise<void> {
  const event = {
    action: "door.opened",
    occurred_at: "2026-03-01T10:00:00.000Z",
    actor: { id: "user_1", type: "user", name: "Clerk" },
    targets: [{ id: "d1", type: "door" }],
    context: { location: "10.0.0.1", user_agent: "Browser" },
    ...more,
  };
  expect((await call("POST", "/audit_logs/events", { organization_id, event })).status).toBe(200);
}
async function linkTo(organization_id: string, filter: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await call("POST", "/audit_logs/exports", {
    organization_id,
    ...range,
    ...filter,
  });
  expect(status).toBe(201);
  return body.url;
}
/** The cells of a CSV text, as RFC 4180 has it. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") lines.push([]);
    if (end === "") break;
  }
  return lines.slice(0, -1);
}
async function rowsOf(link: string): Promise<Record<string, string>[]> {
  const answer = await fetch(link);
  expect(answer.status).toBe(200);
  const [header = [], ...rows] = readCsv(await answer.text());
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}
async function fill(organizationId: string, count: number): Promise<void> {
  await admin.query(
    `INSERT INTO identity.audit_log_events
       (id, environment_id, organization_id, action, version, occurred_at, actor, targets, context, metadata)
     SELECT $2 || lpad(i::text, 30, '0'), $1, $2, 'door.opened', 1, '2026-02-01'::timestamptz + (i / 10) * interval '1 second',
       '{"id":"u","type":"user","metadata":{}}', '[{"id":"d","type":"door","metadata":{}}]',
       '{"location":"10.0.0.1"}', jsonb_build_object('number', i, 'padding', repeat('x', 300))
     FROM generate_series(1, $3) AS i`,
    [here.id, organizationId, count],
  );
}

test("the official SDK makes an export, fetches it again, and its link leads to the CSV file", async () => {
  const organizationId = await newOrganization();
  await send(organizationId, { metadata: { said: 'with "quotes", and commas' } });
  const made = await sdkFor(service, here).auditLogs.createExport({
    organizationId,
    rangeStart: new Date(range.range_start),
    rangeEnd: new Date(range.range_end),
  });
  expect(made).toMatchObject({ object: "audit_log_export", state: "ready" });
  const fetched = await sdkFor(service, here).auditLogs.getExport(made.id);
  const answer = await fetch(fetched.url ?? "");
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${made.id}.csv"`);
  await answer.text();
  expect(await rowsOf(made.url ?? "")).toMatchObject([
    {
      action: "door.opened",
      version: "1",
      occurred_at: "2026-03-01T10:00:00.000Z",
      actor_id: "user_1",
      actor_type: "user",
      actor_name: "Clerk",
      targets: '[{"id":"d1","type":"door","metadata":{}}]',
      location: "10.0.0.1",
      user_agent: "Browser",
      metadata: '{"said":"with \\"quotes\\", and commas"}',
    },
  ]);
});

test("an export holds what its filters ask for, and nothing that came in after it", async () => {
  const organizationId = await newOrganization();
  await send(organizationId);
  await send(organizationId, { action: "door.closed" });
  await send(organizationId, { actor: { id: "user_2", type: "user", name: "Guard" } });
  await send(organizationId, {
    targets: [
      { id: "g", type: "gate" },
      { id: "d", type: "door" },
    ],
  });
  await send(organizationId, { occurred_at: "2025-12-31T23:59:59.999Z" });
  const count = async (filter: Record<string, unknown>) =>
    (await rowsOf(await linkTo(organizationId, filter))).length;
  expect(await count({})).toBe(4);
  expect(await count({ actions: ["door.closed"] })).toBe(1);
  expect(await count({ actor_ids: ["user_2"] })).toBe(1);
  expect(await count({ actor_names: ["Guard", "Nobody"] })).toBe(1);
  expect(await count({ actors: ["Guard"] })).toBe(1);
  expect(await count({ targets: ["gate"] })).toBe(1);
  expect(await count({ targets: ["gate"], actions: ["door.closed"] })).toBe(0);
  expect(await count({ range_start: "2025-01-01T00:00:00Z", range_end: "2025-12-31T23:59:59.999Z" })).toBe(1);
  const link = await linkTo(organizationId);
  await send(organizationId, { occurred_at: "2026-03-02T10:00:00.000Z" });
  expect(await rowsOf(link)).toHaveLength(4);
});

test("cells that a spreadsheet would run are text", async () => {
  const organizationId = await newOrganization();
  const formula = '=HYPERLINK("http://evil.example","x")';
  await send(organizationId, {
    actor: { id: "+1", type: "user", name: formula },
    context: { location: "@SUM(A1)", user_agent: "-2+3" },
  });
  const [row] = await rowsOf(await linkTo(organizationId));
  expect([row?.actor_id, row?.actor_name, row?.location, row?.user_agent]).toEqual([
    "'+1",
    `'${formula}`,
    "'@SUM(A1)",
    "'-2+3",
  ]);
});

test("all of 12,000 events are in the file, each once, in order", async () => {
  const organizationId = await newOrganization();
  await fill(organizationId, 12_000);
  const rows = await rowsOf(await linkTo(organizationId));
  expect(rows.map(({ metadata }) => JSON.parse(metadata ?? "").number)).toEqual(
    Array.from({ length: 12_000 }, (_, index) => index + 1),
  );
});

test("a large file is written as it is read: rows that go while nobody reads on are not in it", async () => {
  const organizationId = await newOrganization();
  await fill(organizationId, 60_000);
  const reader = (await fetch(await linkTo(organizationId))).body?.getReader();
  const first = await reader?.read();
  // Longer than any buffer on the way needs to fill.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await admin.query("DELETE FROM identity.audit_log_events WHERE organization_id = $1", [organizationId]);
  let text = Buffer.from(first?.value ?? []).toString();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
    text += Buffer.from(part.value).toString();
  const lines = text.split("\r\n").length - 2;
  expect(lines).toBeGreaterThan(0);
  expect(lines).toBeLessThan(60_000);
  expect(text.endsWith("\r\n")).toBe(true);
});

test("a link is good for ten minutes, for its export alone, and only as it was made", async () => {
  const organizationId = await newOrganization();
  const [link, other] = [new URL(await linkTo(organizationId)), new URL(await linkTo(organizationId))];
  const token = link.searchParams.get("token") ?? "";
  const status = async (address: URL | string) => (await fetch(address)).status;
  expect(await status(link)).toBe(200);
  const swapped = new URL(other);
  swapped.searchParams.set("token", token);
  expect(await status(swapped)).toBe(403);
  const altered = new URL(link);
  altered.searchParams.set("token", `${token.slice(0, -4)}AAAA`);
  expect(await status(altered)).toBe(403);
  expect(await status(`${link.origin}${link.pathname}`)).toBe(403);
  const start = now;
  now = new Date(start.getTime() + 10 * 60_000);
  expect(await status(link)).toBe(403);
  const id = link.pathname.split("/").at(-2);
  const { body } = await call("GET", `/audit_logs/exports/${id}`);
  expect(await status(body.url)).toBe(200);
  now = start;
  await call("DELETE", `/organizations/${organizationId}`);
  expect(await status(link)).toBe(404);
});

test.each([
  ["that ends before it starts", { range_start: range.range_end, range_end: range.range_start }, 400],
  ["without a range", { range_start: undefined }, 400],
  ["at no time", { range_end: "tomorrow" }, 400],
])("refuses an export %s", async (_what, change, status) => {
  const body = { organization_id: here.organizationId, ...range, ...change };
  expect((await call("POST", "/audit_logs/exports", body)).status).toBe(status);
});

test("exports and organizations from elsewhere are not found", async () => {
  const link = await linkTo(here.organizationId);
  const id = new URL(link).pathname.split("/").at(-2);
  expect((await call("GET", `/audit_logs/exports/${id}`, undefined, elsewhere)).status).toBe(404);
  const body = { organization_id: here.organizationId, ...range };
  expect((await call("POST", "/audit_logs/exports", body, elsewhere)).status).toBe(404);
});
