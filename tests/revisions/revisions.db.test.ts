import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  changeConnectionState,
  changeMapping,
  createConnection,
  replaceCertificates,
} from "#lib/connections/commands.ts";
import { readLiveConnection } from "#lib/connections/queries.ts";
import {
  ChangeMappingInput,
  CreateConnectionInput,
  ReplaceCertificatesInput,
} from "#lib/connections/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import {
  activateRevision,
  compareReplays,
  discardDraft,
  keepDraft,
  returnToRevision,
  startRevisionTest,
} from "#lib/revisions/commands.ts";
import { differencesBetween, standingOf } from "#lib/revisions/policy.ts";
import { readRevisions } from "#lib/revisions/queries.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";
import { visit } from "#tests/support/identity-service.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

const owner = anActor();
const idp = idpSettings();
const renewed = { ...idpSettings(), entityId: idp.entityId };
let site: Site;
let environmentId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

/** A connection that people sign in through. */
async function aLiveConnection(organizationName: string, domains = ""): Promise<string> {
  const made = await createConnection(
    owner,
    CreateConnectionInput.parse({
      ...{ environmentId, organizationId: "new", organizationName, name: `${organizationName} Okta` },
      ...{ source: "fields", type: "OktaSAML", entityId: idp.entityId, domains },
      ...{ signInUrl: "https://idp.example/sso", certificates: idp.certificate },
    }),
  );
  const id = made.state === "done" ? made.targetId : "";
  await changeConnectionState(owner, { connectionId: id, state: "active" });
  return id;
}

async function told(connectionId: string) {
  const found = await readRevisions(owner, connectionId);
  if (found.state !== "answered") throw new Error(found.reason);
  return { ...found, ...standingOf(found.revisions) };
}

const mapping = (connectionId: string, more: Record<string, string> = {}) =>
  ChangeMappingInput.parse({ connectionId, name: "People", email: "mail", ...more });

const audited = async (targetId: string) =>
  await asSystem("a test reads the audit log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId }, orderBy: { id: "asc" } }),
  );

async function takeTest(connectionId: string, number: number, by: typeof idp): Promise<string> {
  const { testId, url } = await startRevisionTest(owner, { connectionId, number });
  const live = await readLiveConnection(owner, connectionId);
  const values = live.state === "answered" ? live.detail.toCopy.map(({ value }) => value) : [];
  const [acsUrl = "", audience = ""] = values;
  const { location } = await visit(url);
  const RelayState = location?.searchParams.get("RelayState") ?? "";
  const SAMLResponse = await samlResponse(by, ADA, { audience, acsUrl, inResponseTo: RelayState });
  await visit(acsUrl, { SAMLResponse, RelayState });
  return testId;
}

test("an edit is drafted, added to, tried, activated and taken back; each step is on record with who did it", async () => {
  const connectionId = await aLiveConnection("Acme", "example.com");
  await changeMapping(owner, mapping(connectionId, { domains: "example.com" }));
  await replaceCertificates(
    owner,
    ReplaceCertificatesInput.parse({ connectionId, certificates: renewed.certificate }),
  );
  // One draft holds both; the name and the domains hold at once, and sign-ins go on as before.
  const drafted = await told(connectionId);
  expect(drafted.draft).toMatchObject({ number: 2, basedOn: 1, madeBy: owner.name, tested: null });
  expect(drafted.revisions).toHaveLength(2);
  expect(await readLiveConnection(owner, connectionId)).toMatchObject({
    detail: { connection: { name: "People", domains: ["example.com"] }, mapping: { attributes: {} } },
  });
  const { active, draft } = drafted;
  expect(active && draft && differencesBetween(active, draft).map(({ key }) => key)).toEqual([
    "certificates",
    "mapping.email",
  ]);
  await expect(activateRevision(owner, { connectionId, number: 2, reason: null })).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("No test sign-in"),
  });
  const testId = await takeTest(connectionId, 2, renewed);
  const tried = await told(connectionId);
  // The mapping asks for an attribute that does not come: that is what a test is for.
  expect(tried.draft?.tested).toBeNull();
  expect(tried.tests[0]).toMatchObject({ id: testId, state: "failed", revision: 2, purpose: "test" });
  const compared = await compareReplays(owner, { connectionId, testId, left: 1, right: 2 });
  expect(compared.left.checks.find(({ result }) => result === "failed")?.id).toBe(
    "assertion.signature.value",
  );
  expect(compared.right.preview?.fields.find(({ field }) => field === "email")).toMatchObject({
    mapped: "mail",
    attribute: null,
  });
  await changeMapping(owner, mapping(connectionId, { email: "", domains: "example.com" }));
  await takeTest(connectionId, 2, renewed);
  expect((await told(connectionId)).draft?.tested).not.toBeNull();
  expect(await activateRevision(owner, { connectionId, number: 2, reason: null })).toMatchObject({
    state: "done",
  });
  expect((await told(connectionId)).active).toMatchObject({
    number: 2,
    activated: { by: owner.name, reason: null, replaced: 1 },
  });
  await returnToRevision(owner, { connectionId, reason: "Half of them cannot sign in" });
  expect((await told(connectionId)).active).toMatchObject({ number: 3, returnsTo: 1 });
  const events = await audited(connectionId);
  const asked = events.filter(({ detail }) => (detail as { outcome?: string }).outcome !== "done");
  expect(asked.map(({ action }) => action)).toEqual([
    "connection.change",
    // What was refused was asked for, too.
    ...["connection.draft", "connection.draft", "connection.activate", "connection.test", "connection.test"],
    ...["connection.draft", "connection.test", "connection.activate", "connection.return"],
  ]);
  expect(JSON.stringify(events.at(-1))).toContain("Half of them cannot sign in");
  expect(JSON.stringify(events)).not.toContain("BEGIN CERTIFICATE");
});

test("what cannot wait is changed at once, for a reason, and leaves a draft behind that is told of it", async () => {
  const connectionId = await aLiveConnection("Globex");
  await changeMapping(owner, mapping(connectionId));
  expect(
    ReplaceCertificatesInput.safeParse({ connectionId, certificates: renewed.certificate, when: "now" }).error
      ?.issues[0],
  ).toMatchObject({ path: ["reason"] });
  await replaceCertificates(
    owner,
    ReplaceCertificatesInput.parse({
      connectionId,
      certificates: renewed.certificate,
      when: "now",
      reason: "The old key was stolen",
    }),
  );
  const now = await told(connectionId);
  expect(now.active).toMatchObject({
    number: 3,
    activated: { by: owner.name, reason: "The old key was stolen", replaced: 1 },
  });
  expect(now).toMatchObject({ outdated: true, draft: { number: 2, basedOn: 1 } });
  const decision = { connectionId, number: 2, reason: "Nobody is there to test" };
  await expect(activateRevision(owner, decision)).rejects.toMatchObject({ kind: "conflict" });
  await keepDraft(owner, { connectionId, number: 2, active: 3 });
  expect((await told(connectionId)).outdated).toBe(false);
  await discardDraft(owner, { connectionId, number: 2 });
  expect(await told(connectionId)).toMatchObject({ draft: null, active: { number: 3 } });
});

test("an edit that changes nothing makes no draft", async () => {
  const connectionId = await aLiveConnection("Initech");
  await changeMapping(owner, ChangeMappingInput.parse({ connectionId, name: "Another name" }));
  expect(await told(connectionId)).toMatchObject({ draft: null, revisions: [{ number: 1 }] });
});

test("an activation whose answer was lost is done once, and counts", async () => {
  const connectionId = await aLiveConnection("Umbrella");
  await changeMapping(owner, mapping(connectionId));
  site.line.spoil("lost");
  const carried = await activateRevision(owner, { connectionId, number: 2, reason: "Tried elsewhere" });
  if (carried.state === "waits") {
    await asSystem("a test lets time pass", (tx) =>
      tx.operation.updateMany({ where: { targetId: connectionId }, data: { nextAttemptAt: new Date(0) } }),
    );
    await carryOutDue(operationKinds);
  }
  expect(await told(connectionId)).toMatchObject({ draft: null, active: { number: 2 } });
  const operations = await asSystem("a test reads operations", (tx) =>
    tx.operation.findMany({ where: { targetId: connectionId, kind: "connection.activate" } }),
  );
  expect(operations.map(({ state }) => state)).toEqual(["done"]);
});

test("a site that does not answer says so in place of its revisions", async () => {
  const connectionId = await aLiveConnection("Hooli");
  site.line.spoil(...Array.from({ length: 20 }, () => "down" as const));
  expect(await readRevisions(owner, connectionId)).toMatchObject({
    state: "silent",
    reason: expect.any(String),
  });
});
