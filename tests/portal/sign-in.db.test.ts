import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventSentence } from "#lib/audit/words.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { activateOwn, returnOwn } from "#lib/portal/sign-in/activate.ts";
import {
  beginConnection,
  confirmValues,
  inspectProvider,
  inspectProviderIssuer,
  readOwnTest,
  saveMapping,
  saveProvider,
} from "#lib/portal/sign-in/commands.ts";
import { nextStep } from "#lib/portal/sign-in/policy.ts";
import {
  findLastTest,
  getSignInSetup,
  listOwnConnections,
  listRoleChoices,
} from "#lib/portal/sign-in/queries.ts";
import { renewCertificates } from "#lib/portal/sign-in/renew.ts";
import { MappingInput, ProviderInput, RenewalInput } from "#lib/portal/sign-in/schema.ts";
import { replayOwnTest, startOwnTest } from "#lib/portal/sign-in/test.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { aSetup } from "#tests/support/a-setup.ts";
import { anActor } from "#tests/support/actors.ts";
import { startOidcIdp } from "#tests/support/oidc-provider.ts";
import { idpSettings, type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { visitOidc, visitSaml } from "#tests/support/test-visit.ts";

const owner = anActor();
let site: Site;
let environmentId = "";
let idp: SamlIdp;
let metadataXml = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  ({ environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  }));
  idp = await startSamlIdp();
  metadataXml = await (await fetch(idp.metadataUrl)).text();
});
afterAll(async () => {
  await idp.close();
  await site.close();
  await closeDatabase();
});

const provider = (connectionId: string, over: object = {}) =>
  ProviderInput.parse({ connectionId, source: "metadata", metadataXml, ...over });
const mapping = (connectionId: string, over: object = {}) => MappingInput.parse({ connectionId, ...over });
const step = async (setup: Setup, connectionId: string) =>
  nextStep(await withProgress(setup), await getSignInSetup(setup, connectionId, "en"));

async function withProgress(setup: Setup): Promise<Setup> {
  const { progress } = await asSystem("a test looks how far a link has come", (tx) =>
    tx.setupLink.findUniqueOrThrow({ where: { id: setup.linkId }, select: { progress: true } }),
  );
  return { ...setup, progress: progress as Setup["progress"] };
}

/** A test sign-in from beginning to end. */
async function tried(setup: Setup, connectionId: string, at: SamlIdp = idp) {
  const { testId, url } = await startOwnTest(setup, { connectionId });
  await visitSaml(url, at);
  return await readOwnTest(setup, { connectionId, testId });
}

/** Whoever the provider names may sign in, whatever the domain of their address. */
async function trustAnyDomain({ organizationId }: Setup): Promise<void> {
  const admin = new pg.Client(site.adminUrl);
  await admin.connect();
  await admin.query("UPDATE identity.organizations SET allow_outside_profiles = true WHERE id = $1", [
    organizationId,
  ]);
  await admin.end();
}

/** A sign-in that is set up, as its customer's IT would. */
async function live(setup: Setup): Promise<string> {
  await trustAnyDomain(setup);
  const { connectionId } = await beginConnection(setup, { guideId: "okta" });
  await saveProvider(setup, provider(connectionId));
  await saveMapping(setup, mapping(connectionId));
  expect((await tried(setup, connectionId)).state).toBe("passed");
  await activateOwn(setup, { connectionId, reason: undefined });
  return connectionId;
}

test("a SAML sign-in is set up step by step, left and taken up again at each, and tested before it is switched on", async () => {
  const setup = await aSetup(environmentId, "Contoso", "sso");
  expect(await listOwnConnections(setup)).toEqual([]);
  const { connectionId } = await beginConnection(setup, { guideId: "okta" });
  expect(await step(setup, connectionId)).toBe("values");
  const { values, guide } = await getSignInSetup(setup, connectionId, "de");
  expect(guide?.name).toBe("Okta");
  expect(values).toMatchObject({
    acs_url: expect.stringContaining("/sso/saml/"),
    entity_id: expect.any(String),
  });
  await confirmValues(setup, { connectionId });
  expect(await step(setup, connectionId)).toBe("metadata");

  const read = await inspectProvider(setup, { source: "text", metadataXml });
  expect(read.providers.map(({ entityId }) => entityId)).toEqual([idp.settings.entityId]);
  await saveProvider(setup, provider(connectionId));
  expect(await step(setup, connectionId)).toBe("mapping");
  expect((await listRoleChoices(setup)).map(({ slug }) => slug)).toContain("member");
  const roles = JSON.stringify([{ group: "engineers", role: "member" }]);
  await saveMapping(setup, mapping(connectionId, { email: "mail", groups: "groups", roles }));
  expect(await step(setup, connectionId)).toBe("test");

  const missed = await tried(setup, connectionId);
  expect(missed.state).toBe("failed");
  expect(missed.checks.find(({ result }) => result === "failed")?.id).toBe("profile.email");
  expect(missed.preview?.fields.find(({ field }) => field === "email")).toMatchObject({
    ...{ mapped: "mail", attribute: null, values: [] },
  });
  await expect(activateOwn(setup, { connectionId, reason: undefined })).rejects.toMatchObject({
    fields: { reason: "untested" },
  });

  await saveMapping(setup, mapping(connectionId, { groups: "groups", roles }));
  const outside = await tried(setup, connectionId);
  expect(outside.checks.find(({ result }) => result === "failed")?.id).toBe("profile.domain");
  const { domains } = await driverOf(environmentId);
  const { id } = await domains.add(setup.organizationId, "example.com", { key: "op_domain", again: false });
  await domains.verifyByHand?.(id);
  const passed = await tried(setup, connectionId);
  expect(passed).toMatchObject({ state: "passed", who: "ada@example.com" });
  expect(passed.preview?.roles).toEqual([{ role: "member", group: "engineers" }]);
  const { waiting } = await getSignInSetup(setup, connectionId, "en");
  const last = await findLastTest(setup, connectionId, { number: waiting.number, since: waiting.changedAt });
  expect(last?.id).toBe(passed.id);
  expect(await step(setup, connectionId)).toBe("activate");
  await activateOwn(setup, { connectionId, reason: undefined });
  expect(await step(setup, connectionId)).toBeNull();
  expect(await listOwnConnections(setup)).toMatchObject([
    { id: connectionId, state: "active", providerName: "Okta" },
  ]);
  expect((await (await driverOf(environmentId)).getConnection(connectionId)).state).toBe("active");

  const { progress } = await withProgress(setup);
  expect(Object.keys(progress).sort()).toEqual(
    ["activate", "mapping", "metadata", "provider", "test", "values"].map((name) => `sign_in.${name}`),
  );
  const events = await asSystem("a test reads the record", (tx) =>
    tx.auditEvent.findMany({
      where: { actorId: setup.linkId, NOT: { action: { startsWith: "setup_link." } } },
      select: { action: true, actorKind: true, detail: true },
      orderBy: { id: "asc" },
    }),
  );
  expect(events.map(({ action }) => action)).toEqual([
    "connection.create",
    "connection.create",
    "connection.draft",
    "connection.draft",
    "connection.test",
    "connection.draft",
    "connection.test",
    "connection.test",
    "connection.activate",
    "connection.activate",
  ]);
  expect(JSON.stringify(events)).not.toContain("BEGIN CERTIFICATE");
});

test("an OpenID Connect sign-in is set up from its issuer; its secret is in no record", async () => {
  const setup = await aSetup(environmentId, "Litware", "sso");
  const redirectUris: string[] = [];
  await trustAnyDomain(setup);
  const oidc = await startOidcIdp(redirectUris);
  const { connectionId } = await beginConnection(setup, { guideId: "generic-oidc" });
  const { values } = await getSignInSetup(setup, connectionId, "en");
  redirectUris.push(values.redirect_uri ?? "");
  const read = await inspectProviderIssuer(setup, { issuer: oidc.issuer });
  expect(read.issuer).toBe(oidc.issuer);
  const { issuer, clientId, clientSecret } = oidc;
  const given = { connectionId, source: "oidc", issuer, clientId };
  await saveProvider(setup, ProviderInput.parse({ ...given, clientSecret: "wrong" }));
  const first = await startOwnTest(setup, { connectionId });
  await visitOidc(first.url, oidc);
  const refused = await readOwnTest(setup, { connectionId, testId: first.testId });
  expect(refused.checks.find(({ result }) => result === "failed")?.id).toBe("token.exchanged");
  await saveProvider(setup, ProviderInput.parse({ ...given, clientSecret }));
  // Saved again without it: it is kept.
  await saveProvider(setup, ProviderInput.parse({ ...given, clientSecret: "" }));
  const { testId, url } = await startOwnTest(setup, { connectionId });
  await visitOidc(url, oidc);
  expect(await readOwnTest(setup, { connectionId, testId })).toMatchObject({
    ...{ state: "passed", who: "grace@example.com" },
    preview: {
      fields: expect.arrayContaining([expect.objectContaining({ field: "groups", values: ["compilers"] })]),
    },
  });
  await activateOwn(setup, { connectionId, reason: undefined });
  const record = await asSystem("a test reads the record", (tx) => tx.auditEvent.findMany());
  expect(JSON.stringify(record)).not.toContain(clientSecret);
  await oidc.close();
});

test("choosing another provider goes on with what was begun, whatever its protocol; nobody piles up halves", async () => {
  const setup = await aSetup(environmentId, "Proseware", "sso");
  const first = await beginConnection(setup, { guideId: "okta" });
  await saveProvider(setup, provider(first.connectionId));
  const second = await beginConnection(setup, { guideId: "generic-oidc" });
  expect(second).toEqual(first);
  const { protocol, waiting, guide } = await getSignInSetup(setup, first.connectionId, "en");
  expect({ protocol, guide: guide?.id, missing: waiting.missing !== null }).toEqual({
    ...{ protocol: "oidc", guide: "generic-oidc", missing: true },
  });
  expect(await listOwnConnections(setup)).toHaveLength(1);
  for (const guideId of ["no-such-guide", "../../package", "scim-generic"])
    await expect(beginConnection(setup, { guideId })).rejects.toMatchObject({ kind: "not_found" });
});

test("a change of what is live waits as a draft, and people's sign-ins do not notice", async () => {
  const setup = await aSetup(environmentId, "Northwind", "sso");
  const connectionId = await live(setup);
  const { connections } = await driverOf(environmentId);
  const before = await connections?.describe(connectionId);
  await saveMapping(setup, mapping(connectionId, { email: "nowhere" }));
  expect(await connections?.describe(connectionId)).toEqual(before);
  expect(await step(setup, connectionId)).toBe("test");
  await expect(activateOwn(setup, { connectionId, reason: undefined })).rejects.toMatchObject({
    kind: "conflict",
  });
  await activateOwn(setup, { connectionId, reason: "They asked for it, and will test tomorrow." });
  expect((await connections?.describe(connectionId))?.mapping.attributes).toEqual({ email: "nowhere" });
});

test("the answer of a test is tried against what is in use, too, and nobody is signed in by it", async () => {
  const setup = await aSetup(environmentId, "Wingtip", "sso");
  const connectionId = await live(setup);
  const { connections } = await driverOf(environmentId);
  await saveMapping(setup, mapping(connectionId, { email: "nowhere" }));
  const { id: testId } = await tried(setup, connectionId);
  const { inUse, changed } = await replayOwnTest(setup, { connectionId, testId });
  expect([inUse.state, changed.state]).toEqual(["passed", "failed"]);
  const email = (trace: typeof inUse) => trace.preview?.fields.find(({ field }) => field === "email")?.values;
  expect([email(inUse), email(changed)]).toEqual([["ada@example.com"], []]);
  expect(await eventsOf(setup, connectionId, "connection.test")).toContainEqual(
    expect.objectContaining({ replayed: testId, outcome: "asked" }),
  );
  const counted = await connections?.listTraces(connectionId);
  expect(counted?.filter(({ purpose }) => purpose !== "test")).toEqual([]);
  const stranger = { ...setup, organizationId: "org_other" };
  await expect(replayOwnTest(stranger, { connectionId, testId })).rejects.toMatchObject({
    kind: "not_found",
  });
  await activateOwn(setup, { connectionId, reason: "It was said to be so." });
  await expect(replayOwnTest(setup, { connectionId, testId })).rejects.toMatchObject({ kind: "conflict" });
});

test("one press leads back to what was active before, and the same press back again; a link for renewal goes back over certificates only", async () => {
  const setup = await aSetup(environmentId, "Fourth Coffee", "sso");
  const connectionId = await live(setup);
  await expect(returnOwn(setup, { connectionId })).rejects.toMatchObject({
    fields: { form: "nothingToReturnTo" },
  });
  await saveMapping(setup, mapping(connectionId, { email: "nowhere" }));
  await activateOwn(setup, { connectionId, reason: "It was said to be so." });
  const renewal = await aSetup(environmentId, { id: setup.organizationId }, "certificate_renewal");
  await expect(returnOwn(renewal, { connectionId })).rejects.toMatchObject({
    fields: { form: "otherChange" },
  });
  expect((await getSignInSetup(renewal, connectionId, "en")).before).toBeNull();
  const attributes = async () => (await getSignInSetup(setup, connectionId, "en")).active?.mapping.attributes;
  await returnOwn(setup, { connectionId });
  expect(await attributes()).toEqual({});
  await returnOwn(setup, { connectionId });
  expect(await attributes()).toEqual({ email: "nowhere" });
  expect(await eventsOf(setup, connectionId, "connection.return")).toMatchObject([
    ...[
      { outcome: "asked", revision: 1 },
      { outcome: "done", revision: 1 },
    ],
    ...[
      { outcome: "asked", revision: 2 },
      { outcome: "done", revision: 2 },
    ],
  ]);
});

test("what the site refused, and what it gave no answer about, is on record as that", async () => {
  const setup = await aSetup(environmentId, "Tailspin", "sso");
  const connectionId = await live(setup);
  await expect(
    saveMapping(
      setup,
      mapping(connectionId, { groups: "groups", roles: JSON.stringify([{ group: "a", role: "gone" }]) }),
    ),
  ).rejects.toMatchObject({ kind: "invalid" });
  const drafted = await eventsOf(setup, connectionId, "connection.draft");
  expect(drafted.at(-2)).toMatchObject({ outcome: "asked" });
  expect(drafted.at(-1)).toMatchObject({ outcome: "refused", because: expect.stringContaining("'gone'") });
  expect(JSON.stringify(drafted)).not.toContain("BEGIN CERTIFICATE");
  const told = eventSentence({
    ...{
      action: "connection.draft",
      actorName: "The link",
      targetType: "connection",
      targetId: connectionId,
    },
    ...{ targetName: "SSO", detail: drafted.at(-1) },
  });
  expect(told).toBe("The link was refused a draft of the connection SSO.");
  site.line.spoil(null, "down");
  await expect(startOwnTest(setup, { connectionId })).rejects.toMatchObject({ kind: "unavailable" });
  expect((await eventsOf(setup, connectionId, "connection.test")).at(-1)).toMatchObject({
    outcome: "unanswered",
  });
});

const eventsOf = (setup: Setup, targetId: string, action: string) =>
  asSystem("a test reads the record", async (tx) => {
    const where = { actorId: setup.linkId, targetId, action };
    const found = await tx.auditEvent.findMany({ where, select: { detail: true }, orderBy: { id: "asc" } });
    return found.map(({ detail }) => detail);
  });

test("a link for renewal changes certificates only: those of the same provider's metadata, or pasted ones, with or without the present", async () => {
  const contoso = await aSetup(environmentId, "Tailspin", "sso");
  const connectionId = await live(contoso);
  const setup = await aSetup(environmentId, { id: contoso.organizationId }, "certificate_renewal");
  expect(setup.organizationId).toBe(contoso.organizationId);
  expect(await step(setup, connectionId)).toBe("renew");
  for (const forbidden of [
    () => beginConnection(setup, { guideId: "okta" }),
    () => saveProvider(setup, provider(connectionId)),
    () => saveMapping(setup, mapping(connectionId)),
    () => inspectProviderIssuer(setup, { issuer: "https://idp.example" }),
    () => confirmValues(setup, { connectionId }),
  ])
    await expect(forbidden()).rejects.toMatchObject({ kind: "forbidden" });

  const next = idpSettings();
  const renewal = (over: object) => RenewalInput.parse({ connectionId, ...over });
  const other = metadataXml.replaceAll(idp.settings.entityId, "urn:somebody-else");
  await expect(renewCertificates(setup, renewal({ metadataXml: other }))).rejects.toMatchObject({
    fields: { metadataXml: "otherProvider" },
  });
  await expect(renewCertificates(setup, renewal({ certificates: "rubbish" }))).rejects.toMatchObject({
    fields: { certificates: "weak" },
  });
  // New metadata that name another address for signing in: not taken.
  const moved = metadataXml.replaceAll(idp.ssoUrl, "https://evil.example/sso");
  await renewCertificates(setup, renewal({ metadataXml: moved, keep: "on" }));
  let { waiting } = await getSignInSetup(setup, connectionId, "en");
  expect(JSON.stringify(waiting.settings)).not.toContain("evil.example");
  await renewCertificates(setup, renewal({ certificates: next.certificate, keep: "on" }));
  ({ waiting } = await getSignInSetup(setup, connectionId, "en"));
  expect(waiting.certificates).toHaveLength(2);
  expect((await tried(setup, connectionId)).state, "with the present one").toBe("passed");
  const present = { privateKey: idp.settings.privateKey, certificate: idp.settings.certificate };
  Object.assign(idp.settings, { privateKey: next.privateKey, certificate: next.certificate });
  expect((await tried(setup, connectionId)).state, "with the new one").toBe("passed");
  await activateOwn(setup, { connectionId, reason: undefined });
  await renewCertificates(setup, renewal({ certificates: next.certificate }));
  ({ waiting } = await getSignInSetup(setup, connectionId, "en"));
  expect(waiting.certificates).toHaveLength(1);
  Object.assign(idp.settings, present);
  const old = await tried(setup, connectionId);
  expect(old.checks.find(({ result }) => result === "failed")?.id).toBe("assertion.signature.value");
});

test("a link for renewal does not activate what else waits in a draft", async () => {
  const whole = await aSetup(environmentId, "Wingtip", "sso");
  const connectionId = await live(whole);
  await saveMapping(whole, mapping(connectionId, { email: "attacker-controlled" }));
  const setup = await aSetup(environmentId, { id: whole.organizationId }, "certificate_renewal");
  await renewCertificates(
    setup,
    RenewalInput.parse({ connectionId, certificates: idpSettings().certificate, keep: "on" }),
  ).catch(() => undefined);
  await expect(
    activateOwn(setup, { connectionId, reason: "It is only a certificate." }),
  ).rejects.toMatchObject({
    fields: { form: "otherChange" },
  });
  const { connections } = await driverOf(environmentId);
  expect((await connections?.describe(connectionId))?.mapping.attributes).toEqual({});
});

test("another organization's connection and its tests do not exist for a link, nor another environment's", async () => {
  const theirs = await aSetup(environmentId, "Fabrikam", "sso");
  const connectionId = await live(theirs);
  const { testId } = await startOwnTest(theirs, { connectionId });
  const mine = await aSetup(environmentId, "Adatum", "sso", "certificate_renewal");
  const own = await beginConnection(mine, { guideId: "okta" });
  const [service] = await listServicesFor(owner, site.customerId);
  const elsewhere = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Staging", kind: "staging" },
    serviceId: service?.id ?? "",
  });
  expect((await listEnvironments(owner, site.deploymentId)).length).toBeGreaterThan(1);
  // A link of the same customer, and even for an organization of the same id, in another environment.
  const other = {
    ...(await aSetup(elsewhere.environmentId, "Fabrikam", "sso")),
    organizationId: theirs.organizationId,
  };
  for (const setup of [mine, other])
    for (const [name, reach] of Object.entries({
      confirm: () => confirmValues(setup, { connectionId }),
      provider: () => saveProvider(setup, provider(connectionId)),
      mapping: () => saveMapping(setup, mapping(connectionId)),
      renew: () =>
        renewCertificates(
          setup.purposes.includes("certificate_renewal")
            ? setup
            : { ...setup, purposes: ["certificate_renewal"] },
          RenewalInput.parse({ connectionId, metadataXml }),
        ),
      start: () => startOwnTest(setup, { connectionId }),
      read: () => readOwnTest(setup, { connectionId, testId }),
      activate: () => activateOwn(setup, { connectionId, reason: "Because I can." }),
      see: () => getSignInSetup(setup, connectionId, "en"),
      last: () => findLastTest(setup, connectionId, { number: 1, since: null }),
    }))
      await expect.soft(reach(), name).rejects.toMatchObject({ kind: "not_found" });
  // Their test by way of one's own connection.
  await expect(readOwnTest(mine, { connectionId: own.connectionId, testId })).rejects.toMatchObject({
    kind: "not_found",
  });
  expect((await listOwnConnections(mine)).map(({ id }) => id)).toEqual([own.connectionId]);
});

test("a link for something else does nothing here", async () => {
  const whole = await aSetup(environmentId, "Trey", "sso");
  const connectionId = await live(whole);
  const setup = await aSetup(environmentId, { id: whole.organizationId }, "dsync", "domain_verification");
  for (const reach of [
    () => listOwnConnections(setup),
    () => getSignInSetup(setup, connectionId, "en"),
    () => beginConnection(setup, { guideId: "okta" }),
    () => renewCertificates(setup, RenewalInput.parse({ connectionId, metadataXml })),
    () => startOwnTest(setup, { connectionId }),
    () => activateOwn(setup, { connectionId, reason: "Because I can." }),
    () => listRoleChoices(setup),
  ])
    await expect(reach()).rejects.toMatchObject({ kind: "forbidden" });
});
