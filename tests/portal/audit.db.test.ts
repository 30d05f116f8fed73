import { afterAll, beforeAll, expect, test } from "vitest";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { exportOwnLog } from "#lib/portal/audit/commands.ts";
import { LogRange } from "#lib/portal/audit/schema.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { aSetup } from "#tests/support/a-setup.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const TODAY = new Date().toISOString().slice(0, 10);
const RANGE = LogRange.parse({ from: TODAY, until: TODAY });

let site: Site;
let environmentId = "";
let apiKey = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  ({ environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  }));
  const driver = await driverOf(environmentId);
  const once = { key: "op_key", again: false };
  apiKey = (await driver.keys?.create({ name: "Application", expiresAt: null }, once))?.value ?? "";
  expect(await call("/audit_logs/actions/invoice.viewed/schemas", { targets: [{ type: "invoice" }] })).toBe(
    201,
  );
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});

async function happened(organizationId: string, actor: string): Promise<void> {
  const event = {
    action: "invoice.viewed",
    occurred_at: new Date().toISOString(),
    actor: { id: actor, type: "user", name: actor },
    targets: [{ id: "inv_1", type: "invoice" }],
    context: { location: "10.0.0.1" },
  };
  expect(await call("/audit_logs/events", { organization_id: organizationId, event })).toBe(200);
}
async function call(path: string, body: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const url = `${site.line.url}${path}`;
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status;
}
const eventsAbout = (targetId: string) =>
  asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId, targetType: "organization" } }),
  );

test("an organization's people take their own log away, and nobody else's; that they did is on record", async () => {
  const setup = await aSetup(environmentId, "Contoso", "audit_logs");
  const other = await aSetup(environmentId, "Fabrikam", "audit_logs");
  await happened(setup.organizationId, "ada-of-contoso");
  await happened(other.organizationId, "bob-of-fabrikam");
  const text = await new Response(await exportOwnLog(setup, RANGE)).text();
  expect(text).toContain("ada-of-contoso");
  expect(text).not.toContain("bob-of-fabrikam");
  const [event] = await eventsAbout(setup.organizationId);
  expect(event).toMatchObject({
    ...{ action: "organization_log.export", actorKind: "link", actorId: setup.linkId },
    ...{ targetName: "Contoso", customerId: site.customerId },
    detail: { from: RANGE.from.toISOString(), until: RANGE.until.toISOString() },
  });
  const row = await asSystem("a test looks", (tx) =>
    tx.setupLink.findUniqueOrThrow({ where: { id: setup.linkId }, select: { progress: true } }),
  );
  expect(Object.keys(row.progress as object)).toEqual(["audit.exported"]);
});

test("a link for something else takes nothing away", async () => {
  const setup = await aSetup(environmentId, "Northwind", "sso");
  await expect(exportOwnLog(setup, RANGE)).rejects.toMatchObject({ kind: "forbidden" });
  expect(await eventsAbout(setup.organizationId)).toEqual([]);
});

test.each([
  ["2026-11-28", "2026-11-28", true],
  ["2026-01-01", "2026-12-31", true],
  ["2026-11-28", "2026-11-27", false],
  ["2025-01-01", "2026-12-31", false],
  ["2026-02-30", "2026-03-01", false],
  ["", "2026-03-01", false],
])("the days from %s until %s can be asked for: %s", (from, until, fine) => {
  expect(LogRange.safeParse({ from, until }).success).toBe(fine);
});
