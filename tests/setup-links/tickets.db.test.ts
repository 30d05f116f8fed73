import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { createSetupLink, recordStep } from "#lib/setup-links/commands.ts";
import { findOpenSetup, listSetupLinks } from "#lib/setup-links/queries.ts";
import { CreateSetupLinkInput } from "#lib/setup-links/schema.ts";
import { lookAtTicket, openTicket } from "#lib/setup-links/tickets.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const VISITOR = { ip: null, userAgent: "Firefox" };

let site: Site;
let environmentId = "";
let apiKey = "";
let organizationId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
  const driver = await driverOf(environmentId);
  const key = await driver.keys?.create(
    { name: "Application", expiresAt: null },
    { key: "op_key", again: false },
  );
  apiKey = key?.value ?? "";
  organizationId = await anOrganization("Contoso");
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});

async function anOrganization(name: string): Promise<string> {
  const driver = await driverOf(environmentId);
  return (await driver.createOrganization({ name, domains: [] }, { key: `op_${name}`, again: false })).id;
}

/** What the application has the service make, as an SDK does, and the token in it. */
async function ticket(organization: string, rest: Record<string, unknown> = {}): Promise<string> {
  const answer = await fetch(`${site.line.url}/portal/generate_link`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ organization, intent: "sso", ...rest }),
  });
  const { link } = (await answer.json()) as { link: string };
  return new URL(link).searchParams.get("token") ?? "";
}
const open = async (token: string, browser: string | null = null) => {
  const opened = await openTicket(token, browser, VISITOR, new Date());
  if (opened.state === "closed") throw new Error(`It is closed: ${opened.why}`);
  return opened.kept?.secret ?? "";
};
const linksOf = async () =>
  (
    await listSetupLinks(owner, site.deploymentId, {
      ...{ page: 1, pageSize: 100, sort: "created", direction: "asc", search: "" },
      filters: { state: [], environment: [], purpose: [] },
    })
  ).rows;

test("a ticket becomes one set-up, for what the application asked, and leads back there", async () => {
  const token = await ticket(organizationId, {
    return_url: "https://app.example.com/settings",
    success_url: "https://app.example.com/done",
  });
  // Looking makes nothing.
  for (let time = 0; time < 2; time++)
    expect(await lookAtTicket(token, null, VISITOR, new Date())).toMatchObject({
      ...{ state: "waiting", purposes: ["sso"] },
      ticket: { organizationName: "Contoso", returnUrl: "https://app.example.com/settings" },
    });
  expect(await linksOf()).toEqual([]);

  const both = await Promise.all([1, 2].map(() => openTicket(token, null, VISITOR, new Date())));
  const kept = both.flatMap((one) => (one.state === "opened" && one.kept ? [one.kept.secret] : []));
  expect(kept).toHaveLength(1);
  expect(both.filter((one) => one.state === "closed" && one.why === "other_browser")).toHaveLength(1);
  expect(await linksOf()).toMatchObject([{ organizationName: "Contoso", purposes: ["sso"], state: "open" }]);

  const [secret = ""] = kept;
  expect(await findOpenSetup(secret, VISITOR, new Date())).toMatchObject({
    state: "open",
    link: {
      ...{ environmentId, organizationId, createdByName: "" },
      ...{ returnUrl: "https://app.example.com/settings", successUrl: "https://app.example.com/done" },
    },
  });
  // The same browser again, and another one.
  expect(await openTicket(token, secret, VISITOR, new Date())).toEqual({ state: "opened", kept: null });
  expect(await openTicket(token, null, VISITOR, new Date())).toMatchObject({
    state: "closed",
    why: "other_browser",
  });
  const events = await asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { targetType: "setup_link" }, orderBy: { id: "asc" } }),
  );
  expect(
    events.slice(0, 2).map(({ action, actorKind, customerId }) => [action, actorKind, customerId]),
  ).toEqual([
    ["setup_link.create", "system", site.customerId],
    ["setup_link.open", "link", site.customerId],
  ]);
});

test.each([
  ["dsync", ["dsync"]],
  ["domain_verification", ["domain_verification"]],
  ["certificate_renewal", ["certificate_renewal"]],
  ["audit_logs", ["audit_logs"]],
  [undefined, ["sso", "dsync", "domain_verification", "certificate_renewal", "audit_logs"]],
])("the intent %s is for %j", async (intent, purposes) => {
  const look = await lookAtTicket(await ticket(organizationId, { intent }), null, VISITOR, new Date());
  expect(look).toMatchObject({ state: "waiting", purposes });
});

test("a later set-up of the same organization goes on from where the one before was", async () => {
  const organization = await anOrganization("Northwind");
  const first = await findOpenSetup(await open(await ticket(organization)), VISITOR, new Date());
  if (first.state !== "open") throw new Error("It is open.");
  await recordStep(first.actor, "sign_in.provider", new Date());
  const second = await findOpenSetup(await open(await ticket(organization)), VISITOR, new Date());
  expect(second).toMatchObject({
    state: "open",
    link: { progress: { "sign_in.provider": expect.any(String) } },
  });
  const input = { environmentId, organizationId: organization, purposes: ["sso"] };
  await createSetupLink(owner, CreateSetupLinkInput.parse(input));
  const rows = (await linksOf()).filter((row) => row.organizationName === "Northwind");
  expect(rows.map(({ state, stepsDone }) => [state, stepsDone])).toEqual([
    ["replaced", 1],
    ["replaced", 1],
    ["waiting", 1],
  ]);
});

describe("says why it leads nowhere", () => {
  const why = async (token: string) => {
    const look = await lookAtTicket(token, null, VISITOR, new Date());
    return look.state === "closed" ? look.why : look.state;
  };

  test("older than five minutes", async () => {
    const token = await ticket(organizationId);
    const parts = site.service.parts as { clock: () => Date };
    const { clock } = parts;
    parts.clock = () => new Date(Date.now() + 6 * MINUTE_MS);
    try {
      expect(await why(token)).toBe("ticket_expired");
    } finally {
      parts.clock = clock;
    }
  });

  test("altered, of no environment, for what the portal has no page for", async () => {
    const token = await ticket(organizationId);
    const [head, claims = "", signature] = token.split(".");
    const other = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const forged = (over: Record<string, unknown>) => `${head}.${part({ ...other, ...over })}.${signature}`;
    expect(await why(forged({ sub: "org_of_somebody_else" }))).toBe("malformed");
    expect(await why(forged({ client_id: "client_unknown" }))).toBe("malformed");
    expect(await why(forged({ client_id: { $ne: "" } }))).toBe("malformed");
    for (const nonsense of ["", "x", "a.b.c", "..", `${head}.${claims}.`])
      expect(await why(nonsense)).toBe("malformed");
    expect(await why(await ticket(organizationId, { intent: "log_streams" }))).toBe("purpose");
  });

  test("its service does not answer: an error, and nothing is made", async () => {
    const token = await ticket(organizationId);
    const before = (await linksOf()).length;
    site.line.spoil(...Array.from({ length: 40 }, () => "down" as const));
    await expect(openTicket(token, null, VISITOR, new Date())).rejects.toMatchObject({ kind: "unavailable" });
    site.line.spoil();
    expect(await linksOf()).toHaveLength(before);
  });
});
