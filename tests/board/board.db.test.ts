import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { getBoard, readLastDay } from "#lib/board/queries.ts";
import type { PartKind } from "#lib/board/read.ts";
import { changeConnectionState, createConnection, removeConnection } from "#lib/connections/commands.ts";
import { CreateConnectionInput } from "#lib/connections/schema.ts";
import { syncEnvironment } from "#lib/connections/sync.ts";
import { addDomain, verifyDomainByHand } from "#lib/domains/commands.ts";
import type { SignInHour } from "#lib/drivers/sign-in-port.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { firstIdSince } from "#lib/identity-service/wire/ids.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { readPortalBoard } from "#lib/portal/board/list.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { aSetup } from "#tests/support/a-setup.ts";
import { anActor } from "#tests/support/actors.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 60 }).fill("down");

let site: Site;
let admin: pg.Client;
let environmentId = "";
let setup: Setup;
let other: Setup;
let own = "";
let foreign = "";

beforeAll(async () => {
  site = await startSite();
  admin = new pg.Client({ connectionString: site.adminUrl });
  await admin.connect();
  const [service] = await listServicesFor(owner, site.customerId);
  ({ environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  }));
  setup = await aSetup(environmentId, "Contoso", "sso", "dsync", "domain_verification");
  other = await aSetup(environmentId, "Fabrikam", "sso");
  own = await connect(setup, "Contoso Okta");
  foreign = await connect(other, "Fabrikam Entra");
  await syncEnvironment(environmentId);
});
afterAll(async () => {
  await admin.end();
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

async function connect({ actor, organizationId }: Setup, name: string): Promise<string> {
  const { entityId, certificate } = idpSettings();
  const input = CreateConnectionInput.parse({
    ...{ environmentId, organizationId, name, type: "OktaSAML", source: "fields" },
    ...{ entityId, signInUrl: "https://idp.example/sso", certificates: certificate },
  });
  const made = await createConnection(actor, input);
  if (made.state !== "done") throw new Error(made.reason);
  await changeConnectionState(owner, { connectionId: made.targetId, state: "active" });
  return made.targetId;
}

/** A sign-in of just now, as the service writes it. */
async function signIn(connectionId: string, state: "passed" | "failed"): Promise<void> {
  const now = new Date();
  const id = `${firstIdSince("sign_in", now)}${newId("x").slice(-16)}`;
  const error = state === "failed" ? { code: "audience", message: "Meant for another." } : null;
  await admin.query(
    `INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, error, created_at, expires_at)
     SELECT $1, environment_id, id, 'application', $3, $4, $5, $5 FROM identity.connections WHERE id = $2`,
    [id, connectionId, state, JSON.stringify(error), now],
  );
}

const board = () => getBoard(owner, site.deploymentId);
const partOf = async (kind: PartKind) => {
  const part = (await board()).parts.find((one) => one.kind === kind);
  if (!part) throw new Error(`The board has no ${kind}.`);
  return part;
};

test("says what is set up, by whom and who changed it, as the record has it", async () => {
  const { items, total } = await partOf("connection");
  expect(total).toBe(2);
  expect(items.find(({ id }) => id === own)).toMatchObject({
    name: "Contoso Okta",
    about: "Contoso",
    standing: { code: "no_sign_in_yet" },
    made: { by: setup.actor.name, at: expect.any(Date) },
    changed: { by: "The owner", at: expect.any(Date) },
  });
  const { organizationId } = setup;
  const added = await addDomain(setup.actor, { environmentId, organizationId, domain: "contoso.example" });
  const domainId = added.state === "done" ? added.targetId : "";
  expect(await partOf("domain")).toMatchObject({
    ...{ total: 1, good: 0 },
    items: [{ standing: { code: "waits_for_record" }, made: { by: setup.actor.name }, changed: null }],
  });
  await verifyDomainByHand(owner, { domainId, reason: "Confirmed by phone with their IT" });
  expect(await partOf("domain")).toMatchObject({
    ...{ total: 1, good: 1 },
    items: [{ standing: { code: "verified_by_hand" }, changed: { by: "The owner" } }],
  });
  // What came with the organization of a connection came by whoever made the connection.
  const { entityId, certificate } = idpSettings();
  const made = await createConnection(
    owner,
    CreateConnectionInput.parse({
      ...{
        environmentId,
        organizationId: "new",
        organizationName: "Tailspin",
        name: "Tailspin",
        type: "OktaSAML",
      },
      ...{ source: "fields", domains: "tailspin.example", entityId, signInUrl: "https://idp.example/sso" },
      certificates: certificate,
    }),
  );
  const came = (await partOf("domain")).items.find(({ name }) => name === "tailspin.example");
  expect(came?.made?.by).toBe("The owner");
  if (made.state === "done")
    await removeConnection(owner, { connectionId: made.targetId, confirm: "Tailspin" });
  expect(await partOf("setup_link")).toMatchObject({ total: 2, good: 2 });
  const { certificates, environments } = await board();
  expect(certificates.map(({ id }) => id).sort()).toEqual([own, foreign].sort());
  expect(environments).toMatchObject([{ name: "Production", standing: { code: "answers" } }]);
});

test("of many, those that stand well are counted and the others shown", async () => {
  const before = await partOf("connection");
  const extra = Array.from({ length: 20 }, (_, index) => ({
    ...{ id: newId("conn"), customerId: site.customerId, deploymentId: site.deploymentId, environmentId },
    ...{ name: `Well ${index}`, type: "OktaSAML", state: "active", lastSignInAt: new Date() },
    ...{ syncedAt: new Date(), createdAt: new Date(), failures24h: index === 7 ? 3 : 0 },
  }));
  await asSystem("a test has many", (tx) => tx.connection.createMany({ data: extra }));
  const part = await partOf("connection");
  expect([part.total, part.good]).toEqual([22, 19]);
  expect(part.items.map(({ name }) => name)).toEqual(["Well 7", ...before.items.map(({ name }) => name)]);
  await asSystem("a test tidies up", (tx) =>
    tx.connection.deleteMany({ where: { id: { in: extra.map(({ id }) => id) } } }),
  );
});

test("counts the sign-ins of the last day, and tells why those failed that did", async () => {
  await signIn(own, "passed");
  await signIn(own, "failed");
  await signIn(foreign, "failed");
  const day = await readLastDay(owner, environmentId, null);
  if (day.state !== "answered") throw new Error(day.reason);
  expect(day.hours).toHaveLength(24);
  const sum = (of: (hour: SignInHour) => number) => day.hours.reduce((total, hour) => total + of(hour), 0);
  expect([sum(({ passed }) => passed), sum(({ failed }) => failed)]).toEqual([1, 2]);
  expect(day.failures).toMatchObject([
    { connectionName: "Fabrikam Entra", error: "Meant for another." },
    { connectionName: "Contoso Okta", error: "Meant for another." },
  ]);
});

test("the portal's board shows its own organization, asked of the environment just now, and nothing of another", async () => {
  const shown = await readPortalBoard(setup);
  expect(shown.isSilent).toBe(false);
  expect(JSON.stringify(shown)).not.toContain("Fabrikam");
  expect(shown.parts.map(({ kind }) => kind)).toEqual(["connection", "directory", "domain", "redirect_uri"]);
  expect(shown.parts[0]).toMatchObject({
    ...{ total: 1, good: 0 },
    items: [{ id: own, failures24h: 1, standing: { code: "failing", next: "see_failures" } }],
  });
  expect(shown.lastDay).toMatchObject({
    state: "answered",
    failures: [{ connectionName: "Contoso Okta" }],
  });
  expect(shown.certificates.map(({ id }) => id)).toEqual([own]);
});

test("a link shows only what it is for", async () => {
  expect((await readPortalBoard(other)).parts.map(({ kind }) => kind)).toEqual([
    "connection",
    "redirect_uri",
  ]);
  const domains = await aSetup(environmentId, "Northwind", "domain_verification");
  const shown = await readPortalBoard(domains);
  expect(shown.parts.map(({ kind }) => kind)).toEqual(["domain"]);
  expect([shown.lastDay, shown.certificates]).toEqual([null, []]);
});

test("what is gone at the site is gone from the portal's board", async () => {
  const gone = await connect(other, "Gone");
  await (await driverOf(environmentId)).removeConnection(gone);
  const names = (await readPortalBoard(other)).parts[0]?.items.map(({ name }) => name);
  expect(names).toEqual(["Fabrikam Entra"]);
  await expect(removeConnection(owner, { connectionId: gone, confirm: "Gone" })).rejects.toMatchObject({
    kind: "not_found",
  });
});

test("while the site is silent the board says so and since when, and counts nothing", async () => {
  site.line.spoil(...FOR_GOOD);
  const shown = await readPortalBoard(setup);
  expect(shown).toMatchObject({
    isSilent: true,
    lastDay: {
      state: "silent",
      reason: expect.stringContaining("could not be reached"),
      since: expect.any(Date),
    },
  });
  expect(shown.parts[0]).toMatchObject({ items: [{ name: "Contoso Okta", asOf: expect.any(Date) }] });
});
