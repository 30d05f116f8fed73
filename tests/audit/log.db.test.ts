import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportAuditEvents } from "#lib/audit/export.ts";
import { COUNTED_MAX, getAuditEvent, listAuditActors, listAuditEvents } from "#lib/audit/queries.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { AUDIT_LIST, auditQuery } from "#lib/audit/schema.ts";
import type { AuditScope } from "#lib/audit/where.ts";
import { closeDatabase, inScope } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const COUNT = 100_000;
const NOW = new Date("2026-11-24T08:00:00Z");
const owner = anActor("owner");
const auditor = anActor("auditor", ["cus_1"]);

// Event i happened (i + 1) / 2 seconds before NOW, two at a time; customer_id is null for one in ten, as for what concerns the console itself.
beforeAll(async () => {
  const { adminUrl } = await testDatabase();
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`
    INSERT INTO console.customers (id, name, slug, updated_at) SELECT 'cus_' || i, 'Customer ' || i, 'c' || i, now() FROM generate_series(0, 8) i;
    INSERT INTO console.deployments (id, customer_id, name, mode, updated_at) SELECT 'dep_' || i, 'cus_' || i, 'Site ' || i, 'connected', now() FROM generate_series(0, 8) i;
    INSERT INTO console.audit_events
      (id, occurred_at, actor_id, actor_name, actor_kind, actor_role, action, target_type, target_id, target_name, customer_id, deployment_id, ip, detail)
    SELECT 'aud_' || lpad((${COUNT} - i)::text, 26, '0'), '${NOW.toISOString()}'::timestamptz - (i + 1) / 2 * interval '1 second',
      'person_' || i % 7, 'Person ' || i % 7, 'person', 'operator',
      (ARRAY['deployment.change', 'allowlist.add_rule', 'customer.change'])[1 + i % 3],
      'deployment', 'dep_' || i % 9, CASE WHEN i = 77777 THEN '=HYPERLINK("http://x")' ELSE 'Site ' || i % 9 END,
      CASE WHEN i % 10 = 9 THEN NULL ELSE 'cus_' || i % 9 END, CASE WHEN i % 10 = 9 THEN NULL ELSE 'dep_' || i % 9 END, '192.0.2.7', '{}'
    FROM generate_series(1, ${COUNT}) i;
    ANALYZE console.audit_events`);
  await admin.end();
});
afterAll(closeDatabase);

const query = (params: Record<string, string> = {}) => auditQuery(parseListQuery(params, AUDIT_LIST));
const list = (params: Record<string, string> = {}, actor = owner, scope: AuditScope = {}) =>
  listAuditEvents(actor, query(params), scope);

describe("the log of 100,000 events", () => {
  test("is newest first, and its pages hold every event exactly once, also where two happened at once", async () => {
    const seen: string[] = [];
    for (const page of ["1", "2", "3"])
      seen.push(...(await list({ page, size: "100" })).rows.map(({ id }) => id));
    expect(new Set(seen).size).toBe(300);
    expect(seen).toEqual(seen.toSorted().toReversed());
  });

  test("says honestly where counting stopped", async () => {
    expect(await list()).toMatchObject({ total: COUNTED_MAX, more: true });
    expect(await list({ q: "HYPERLINK" })).toMatchObject({ total: 1, more: false });
    expect((await list({ page: "401", size: "25" })).rows).toEqual([]);
  });

  test("reaches the oldest by turning the order round", async () => {
    expect((await list({ sort: "time" })).rows[0]?.id).toBe(`aud_${"0".repeat(26)}`);
  });

  test("is narrowed by actor, action, target, customer and time, together", async () => {
    const narrow = {
      actor: "person_3",
      action: "allowlist.add_rule",
      customer: "cus_1",
      since: "2026-11-24",
    };
    const { rows, total, more } = await list({ ...narrow, size: "100" });
    expect(total).toBeGreaterThan(0);
    expect(more).toBe(false);
    for (const row of rows) {
      expect(row).toMatchObject({ actorId: "person_3", action: "allowlist.add_rule", customerId: "cus_1" });
      expect(row.occurredAt >= new Date("2026-11-24T00:00:00Z")).toBe(true);
    }
    expect(
      (await list({ target: "dep_4", q: "person 2" })).rows.every((row) => row.targetId === "dep_4"),
    ).toBe(true);
  });

  test("finds what was pasted: an id, an address, a word in any case", async () => {
    expect((await list({ q: `aud_${"0".repeat(21)}77777` })).total).toBe(1);
    expect((await list({ q: "192.0.2.7 SITE" })).more).toBe(true);
    expect((await list({ q: "100%" })).total).toBe(0);
  });

  test("names the actors, each once", async () => {
    expect((await listAuditActors(owner)).map(({ name }) => name)).toEqual(
      Array.from({ length: 7 }, (_, i) => `Person ${i}`),
    );
    expect(await listAuditActors(owner, { deploymentId: "dep_none" })).toEqual([]);
  });

  test("of one deployment holds only its events", async () => {
    const { rows } = await list({}, owner, { deploymentId: "dep_2" });
    expect(new Set(rows.map((row) => row.deploymentId))).toEqual(new Set(["dep_2"]));
  });
});

describe("the walls", () => {
  test("who sees one customer sees its events, and none that concern no single one", async () => {
    const { rows } = await list({ size: "100" }, auditor);
    expect(rows.length).toBe(100);
    expect(new Set(rows.map((row) => row.customerId))).toEqual(new Set(["cus_1"]));
    expect((await list({ customer: "cus_2" }, auditor)).total).toBe(0);
    expect((await list({}, auditor, { deploymentId: "dep_2" })).total).toBe(0);
  });

  test("another customer's event reads as not found", async () => {
    const [foreign] = (await list({ customer: "cus_2" })).rows;
    const id = foreign?.id ?? "";
    await expect(getAuditEvent(auditor, id)).rejects.toMatchObject({ kind: "not_found" });
    await expect(getAuditEvent(owner, id)).resolves.toMatchObject({
      id,
      customerName: "Customer 2",
      deploymentName: "Site 2",
    });
    await expect(getAuditEvent(owner, id, { deploymentId: "dep_1" })).rejects.toMatchObject({
      kind: "not_found",
    });
  });

  test("another customer's deployment cannot be exported", async () => {
    await expect(
      exportAuditEvents(auditor, "csv", query(), { deploymentId: "dep_2" }, NOW),
    ).rejects.toMatchObject({ kind: "not_found" });
  });

  test("who sees two customers can still have their deed written down", async () => {
    const two = anActor("auditor", ["cus_1", "cus_2"]);
    await expect(
      exportAuditEvents(two, "ndjson", query({ q: "nothing at all" }), {}, NOW),
    ).resolves.toBeDefined();
    expect((await list({ action: "audit.export" })).rows[0]).toMatchObject({
      actorId: two.id,
      customerId: null,
    });
  });

  test("operators read the log and do not take it away", async () => {
    await expect(exportAuditEvents(anActor("operator"), "csv", query(), {}, NOW)).rejects.toMatchObject({
      kind: "forbidden",
    });
  });

  test("an event cannot be written under a customer out of sight", async () => {
    const entry = {
      action: "deployment.change",
      targetType: "deployment",
      targetId: "dep_2",
      customerId: "cus_2",
    } as const;
    await expect(inScope(auditor, (tx) => recordAudit(tx, auditor, entry))).rejects.toThrow(
      /row-level security/,
    );
  });
});

describe("the export", () => {
  test("streams all 100,000 events, oldest first, in pieces that stay small", async () => {
    let events = 0;
    let largest = 0;
    let previous = "";
    const action = "deployment.change,allowlist.add_rule,customer.change";
    for await (const piece of await exportAuditEvents(owner, "ndjson", query({ action }), {}, NOW)) {
      largest = Math.max(largest, piece.length);
      for (const line of piece.trimEnd().split("\n")) {
        const { id } = JSON.parse(line);
        expect(id > previous).toBe(true);
        previous = id;
        events += 1;
      }
    }
    expect(events).toBe(COUNT);
    expect(largest).toBeLessThan(1_000_000);
  });

  test("reads no further than somebody takes", async () => {
    const pieces = await exportAuditEvents(owner, "ndjson", query(), {}, NOW);
    await pieces.next();
    await pieces.next();
    await expect(pieces.return(undefined)).resolves.toMatchObject({ done: true });
  });

  test("as CSV is in UTC, holds the filter's events only, and runs nothing in a spreadsheet", async () => {
    let file = "";
    for await (const piece of await exportAuditEvents(owner, "csv", query({ q: "HYPERLINK" }), {}, NOW))
      file += piece;
    const lines = file.trimEnd().split("\r\n");
    expect(lines.length).toBe(2);
    expect(lines[0]).toMatch(/^id,occurred_at_utc,what,/);
    expect(lines[1]).toMatch(/,2026-11-2\dT[0-9:.]+Z,/);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://x"")"`);
  });

  test("is itself on record before its first byte, with what was asked", async () => {
    await exportAuditEvents(
      auditor,
      "csv",
      query({ action: "customer.change", since: "2026-11-01" }),
      {},
      NOW,
    );
    const { rows } = await list({ action: "audit.export", customer: "cus_1" });
    expect(rows[0]).toMatchObject({
      actorId: auditor.id,
      detail: { format: "csv", since: "2026-11-01T00:00:00.000Z", filters: { action: ["customer.change"] } },
    });
  });

  test("leaves out what is written after it began", async () => {
    let events = 0;
    const began = new Date("2026-11-01T00:00:00Z"); // this test's own exports are written today
    for await (const piece of await exportAuditEvents(
      owner,
      "ndjson",
      query({ action: "audit.export" }),
      {},
      began,
    ))
      events += piece.length;
    expect(events).toBe(0);
  });
});
