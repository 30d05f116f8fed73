import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { type Revisions, revisionsOf } from "#tests/support/revisions.ts";
import { type SamlConnection, samlSignIns } from "#tests/support/saml-connection.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";

const idp = idpSettings();
let service: RunningIdentityService;
let environment: TestEnvironment;
let saml: ReturnType<typeof samlSignIns>;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  environment = await prepareEnvironment(service);
  saml = samlSignIns(service, environment, idp);
});
afterAll(async () => {
  await service.close();
});

async function connected(more: object = {}): Promise<{ connection: SamlConnection; of: Revisions }> {
  const connection = await saml.connect({}, more);
  return { connection, of: revisionsOf(service, environment, connection.id) };
}

const stateOf = async (connection: SamlConnection) =>
  (await callWire(service, environment, "GET", `/connections/${connection.id}`)).body.state;

test("every change of a connection's settings is in its history, and no other change is", async () => {
  const { of } = await connected({ by: "Ada" });
  await of.patch({ name: "Another name", domains: ["example.com"] });
  await of.patch({ attribute_map: { email: "mail" }, by: "Grace" });
  // The same once more changes nothing.
  await of.patch({ attribute_map: { email: "mail" } });
  await of.patch({ state: "inactive" });
  const history = await of.history();
  expect(history.map(({ number, state, made_by, based_on }) => [number, state, made_by, based_on])).toEqual([
    [1, "superseded", "Ada", null],
    [2, "active", "Grace", 1],
  ]);
  expect(history[1]?.activated).toMatchObject({ by: "Grace", replaced: 1, reason: null });
  expect(history.map(({ attribute_map }) => attribute_map)).toEqual([{}, { email: "mail" }]);
});

test("a connection that is older than revisions has its first one as soon as somebody asks", async () => {
  const { of } = await connected();
  await service.parts.db.query(
    environment.id,
    { name: "forget", text: "DELETE FROM identity.connection_revisions" },
    [],
  );
  expect((await of.history()).map(({ number, state }) => [number, state])).toEqual([[1, "active"]]);
});

test("a connection that was never live is its own first draft, whichever of the two is changed", async () => {
  const { connection, of } = await connected({ state: "draft", saml: { idp_entity_id: idp.entityId } });
  const [first] = await of.history();
  expect(first).toMatchObject({ number: 1, state: "draft", activated: null });
  expect(first?.missing).toContain("sign-in address");
  await of.patch({ saml: { idp_sso_url: "https://idp.example.com/one" } });
  expect((await of.read(1)).saml?.idp_sso_url).toBe("https://idp.example.com/one");
  const { status, body } = await of.change(1, { saml: saml.settings, by: "Ada" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ number: 1, state: "draft", missing: null, made_by: "Ada" });
  const { body: settings } = await service.manage<{ saml: { idp_sso_url: string } }>("GET", of.home);
  expect(settings.saml.idp_sso_url).toBe("https://idp.example.com/sso");
  expect((await of.discard(1)).body.code).toBe("only_draft");
  expect((await of.activate(1, { reason: "Tried it elsewhere", by: "Ada" })).body).toMatchObject({
    state: "active",
    activated: { by: "Ada", reason: "Tried it elsewhere", replaced: null },
  });
  expect(await stateOf(connection)).toBe("active");
  expect(await of.history()).toHaveLength(1);
});

test("switching a draft connection on makes its first draft the active revision", async () => {
  const { of } = await connected({ state: "draft" });
  await of.patch({ state: "active", by: "Ada" });
  expect((await of.history()).map(({ state, activated }) => [state, activated?.by])).toEqual([
    ["active", "Ada"],
  ]);
});

test("there is one draft at a time, and what is no draft stays as it was", async () => {
  const { of } = await connected();
  expect(
    (await of.draft({ attribute_map: { email: "mail" }, note: "The new directory", by: "Ada" })).body,
  ).toMatchObject({
    number: 2,
    state: "draft",
    based_on: 1,
    note: "The new directory",
    made_by: "Ada",
  });
  const second = await of.draft({});
  expect([second.status, second.body.code]).toEqual([409, "draft_exists"]);
  for (const refused of [await of.change(1, { note: "no" }), await of.discard(1), await of.activate(1)])
    expect([refused.status, refused.body.code]).toEqual([409, "not_a_draft"]);
  expect((await of.activate(7, { reason: "There is none" })).status).toBe(404);
  expect((await of.discard(2)).body.state).toBe("discarded");
  expect((await of.activate(2, { reason: "It is gone" })).body.code).toBe("not_a_draft");
  expect((await of.startTest(2)).body.code).toBe("revision_discarded");
  expect((await of.draft({})).body).toMatchObject({ number: 3, attribute_map: {} });
});

test("a draft is activated after a test of exactly what it is, or for a reason", async () => {
  const { connection, of } = await connected();
  await of.draft({ attribute_map: { name: "cn" } });
  expect((await of.activate(2)).body.code).toBe("revision_untested");
  const { body: trial } = await of.startTest(2);
  expect((await saml.take(connection, trial.url)).text).toContain("The test sign-in passed");
  expect((await of.read(2)).tested?.sign_in_id).toBe(trial.id);
  // A word beside it changes nothing of the settings; another attribute does.
  expect((await of.change(2, { note: "Nearly there" })).body.tested?.sign_in_id).toBe(trial.id);
  expect((await of.change(2, { attribute_map: { name: "displayName" } })).body.tested).toBeNull();
  expect((await of.activate(2)).body.code).toBe("revision_untested");
  const again = await of.startTest(2);
  await saml.take(connection, again.body.url);
  expect((await of.activate(2, { by: "Grace" })).body).toMatchObject({
    state: "active",
    activated: { by: "Grace", reason: null, replaced: 1 },
  });
  expect((await of.history()).map(({ state }) => state)).toEqual(["superseded", "active"]);
});

test("a draft that was begun before another change is not activated over it unseen", async () => {
  const { of } = await connected();
  const other = idpSettings();
  await of.draft({ attribute_map: { email: "mail" } });
  await of.patch({ saml: { idp_certificates: [other.certificate] } });
  const late = await of.activate(2, { reason: "I am in a hurry" });
  expect([late.status, late.body.code]).toEqual([409, "revision_outdated"]);
  expect((await of.change(2, { based_on: 2 })).body.code).toBe("revision_outdated");
  expect((await of.change(2, { based_on: 3, saml: { idp_certificates: [other.certificate] } })).status).toBe(
    200,
  );
  expect((await of.activate(2, { reason: "I am in a hurry" })).body.activated?.replaced).toBe(3);
});

test("one call returns to the revision before, and one more takes that back", async () => {
  const { of } = await connected();
  await of.draft({ attribute_map: { email: "mail" } });
  expect((await of.returnTo()).body.code).toBe("nothing_to_return_to");
  await of.activate(2, { reason: "Tried elsewhere" });
  const back = await of.returnTo({ by: "Ada", reason: "Nobody gets in" });
  expect(back.status).toBe(201);
  expect(back.body).toMatchObject({
    number: 3,
    state: "active",
    returns_to: 1,
    attribute_map: {},
    activated: { by: "Ada", reason: "Nobody gets in", replaced: 2 },
  });
  expect((await of.returnTo()).body).toMatchObject({
    number: 4,
    returns_to: 2,
    attribute_map: { email: "mail" },
  });
  expect((await of.returnTo({ number: 1 })).body).toMatchObject({ number: 5, returns_to: 1 });
  await of.draft({});
  await of.discard(6);
  expect((await of.returnTo({ number: 6 })).body.code).toBe("never_active");
  expect((await of.history()).map(({ state }) => state)).toEqual([
    ...Array(4).fill("superseded"),
    "active",
    "discarded",
  ]);
});

test("what is not complete, or names a role that is gone, is not activated", async () => {
  const { of } = await connected();
  await callWire(service, environment, "POST", "/authorization/roles", {
    slug: "reviewer",
    name: "Reviewer",
  });
  expect((await of.draft({ role_map: [{ group: "staff", role: "nobody" }] })).status).toBe(422);
  await of.draft({ role_map: [{ group: "staff", role: "reviewer" }] });
  const gone = { name: "role_gone", text: "DELETE FROM identity.roles WHERE slug = 'reviewer'" };
  await service.parts.db.query(environment.id, gone, []);
  expect((await of.activate(2, { reason: "Tried elsewhere" })).status).toBe(422);
});

test("what was switched off stays so when another revision is activated", async () => {
  const { connection, of } = await connected();
  await of.patch({ state: "inactive" });
  await of.draft({ attribute_map: { name: "cn" } });
  const { body: trial } = await of.startTest(2);
  expect((await saml.take(connection, trial.url)).text).toContain("The test sign-in passed");
  expect((await of.activate(2)).status).toBe(200);
  expect(await stateOf(connection)).toBe("inactive");
});

test("of two who activate or change at once, one comes second and is told", async () => {
  const { of } = await connected();
  await of.draft({ attribute_map: { email: "mail" } });
  const both = await Promise.all([1, 2].map(() => of.activate(2, { reason: "Both at once" })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const drafts = await Promise.all([1, 2, 3].map(() => of.draft({})));
  expect(drafts.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
});

test("no secret is in the history, only a mark that tells one from another", async () => {
  const made = await service.manage<SamlConnection>("POST", `/environments/${environment.id}/connections`, {
    organization_id: environment.organizationId,
    connection_type: "GenericOIDC",
    name: "Example OIDC",
    state: "active",
    oidc: { issuer: "https://idp.example.com", client_id: "sallyport", client_secret: "the-first-secret" },
  });
  const of = revisionsOf(service, environment, made.body.id);
  await of.draft({ oidc: { client_secret: "the-second-secret" } });
  const history = await of.history();
  expect(JSON.stringify(history)).not.toContain('-secret"');
  expect(JSON.stringify(history)).not.toContain("sealed");
  const marks = history.map(
    (each) => (each as unknown as { oidc: { client_secret_mark: string } }).oidc.client_secret_mark,
  );
  expect(new Set(marks).size).toBe(2);
  await of.activate(2, { reason: "The old one leaked" });
  await of.returnTo();
  const third = (await of.read(3)) as unknown as { oidc: { client_secret_mark: string } };
  expect(third.oidc.client_secret_mark).toBe(marks[0]);
});
