import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepOnce } from "#lib/identity-service/sweeper.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { failedCheckOf, type Revisions, resultOf, revisionsOf } from "#tests/support/revisions.ts";
import { type SamlConnection, samlSignIns } from "#tests/support/saml-connection.ts";
import { ADA, idpSettings } from "#tests/support/saml-idp.ts";

const idp = idpSettings();
const renewed = { ...idpSettings(), entityId: idp.entityId };
let service: RunningIdentityService;
let environment: TestEnvironment;
let saml: ReturnType<typeof samlSignIns>;
let admin: pg.Client;

beforeAll(async () => {
  const { identityUrl, adminUrl } = await testDatabase();
  service = await startIdentityService(identityUrl);
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  environment = await prepareEnvironment(service);
  saml = samlSignIns(service, environment, idp);
  await callWire(service, environment, "POST", "/authorization/roles", { slug: "builder", name: "Builder" });
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

async function connected(): Promise<{ connection: SamlConnection; of: Revisions }> {
  const connection = await saml.connect();
  return { connection, of: revisionsOf(service, environment, connection.id) };
}

test("a test tries the draft, while people sign in by what is active", async () => {
  const { connection, of } = await connected();
  await of.draft({ saml: { idp_certificates: [renewed.certificate] } });
  const { body: trial } = await of.startTest(2);
  // In the middle of the test, with a link that was followed.
  const { location } = await visit(trial.url);
  expect((await saml.signIn(connection)).get("code")).toBeTruthy();
  expect((await saml.signIn(connection, { by: renewed })).get("error")).toBe("server_error");
  const handle = location?.searchParams.get("RelayState") ?? "";
  expect((await saml.answer(connection, handle, { by: renewed })).text).toContain("The test sign-in passed");
  expect(await of.trace(trial.id)).toMatchObject({ state: "passed", revision: 2 });
  // And the other way round: the draft does not know the old key.
  const old = await of.startTest(2);
  expect((await saml.take(connection, old.body.url)).text).toContain("The test sign-in failed");
  expect(failedCheckOf(await of.trace(old.body.id))).toBe("assertion.signature.value");
  // Tests are there to fail: the connection is no worse for it. One of its people did fail above.
  const { body: health } = await service.manage<{ failures_24h: number }>("GET", of.home);
  expect(health.failures_24h).toBe(1);
  // What failed later takes nothing away from the test that passed.
  expect((await of.read(2)).tested?.sign_in_id).toBe(trial.id);
  expect((await saml.signIn(connection)).get("code")).toBeTruthy();
  await of.activate(2);
  expect((await saml.signIn(connection, { by: renewed })).get("code")).toBeTruthy();
  expect((await saml.signIn(connection)).get("error")).toBe("server_error");
});

test("a sign-in that is under way when another revision is activated ends by that one, or is refused and told why", async () => {
  const { connection, of } = await connected();
  const [holds, fails] = [await saml.begin(connection), await saml.begin(connection)];
  await of.draft({ attribute_map: { name: "nothing" }, saml: { idp_certificates: [renewed.certificate] } });
  await of.activate(2, { reason: "The old key was stolen" });
  // The key that was taken away is not trusted once more, for nobody.
  const refused = (await saml.answer(connection, fails.handle)).location?.searchParams;
  expect(refused?.get("error")).toBe("server_error");
  expect(refused?.get("error_description")).toContain("changed while this sign-in was under way");
  const { body } = await service.manage<{ data: { error: { message: string } }[] }>(
    "GET",
    `${of.home}/traces`,
  );
  expect(body.data[0]?.error.message).toContain("changed while this sign-in was under way");
  const passed = await saml.answer(connection, holds.handle, { by: renewed });
  expect(passed.location?.searchParams.get("code")).toBeTruthy();
  // One that begins afterwards is not told of what is past.
  const later = await saml.signIn(connection);
  expect(later.get("error_description")).not.toContain("changed");
});

test("a test whose draft is changed or discarded meanwhile ends without a verdict on the draft", async () => {
  const { connection, of } = await connected();
  await of.draft({ attribute_map: { name: "cn" } });
  const [one, two, three] = [await of.startTest(2), await of.startTest(2), await of.startTest(2)];
  const { location } = await visit(one.body.url);
  await of.change(2, { attribute_map: { name: "displayName" } });
  const handle = location?.searchParams.get("RelayState") ?? "";
  expect((await saml.answer(connection, handle)).text).toContain("The draft was changed while this test");
  expect((await visit(two.body.url)).text).toContain("The draft was changed while this test");
  expect((await of.read(2)).tested).toBeNull();
  await of.discard(2);
  expect((await visit(three.body.url)).text).toContain("The draft was discarded");
});

test("a test shows each attribute that came beside what the mapping makes of it, with the roles that follow", async () => {
  const { connection, of } = await connected();
  await of.draft({
    attribute_map: { name: "displayName", custom_attributes: { team: "groups" } },
    role_map: [
      { group: "operators", role: "builder" },
      { group: "nobody", role: "member" },
    ],
  });
  const { body: trial } = await of.startTest(2);
  await saml.take(connection, trial.url);
  const { preview, profile, captured_until } = await of.trace(trial.id);
  const claim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
  expect(preview?.attributes[0]).toEqual({
    name: "NameID",
    friendly_name: null,
    values: ["ada@example.com"],
    fields: ["idp_id"],
  });
  expect(preview?.attributes.find(({ name }) => name === claim)?.fields).toEqual(["email"]);
  expect(preview?.attributes.find(({ name }) => name === "groups")).toMatchObject({
    values: ["engineers", "operators"],
    fields: ["groups", "team"],
  });
  expect(preview?.fields.find(({ field }) => field === "name")).toEqual({
    field: "name",
    custom: false,
    mapped: "displayName",
    attribute: null,
    values: [],
  });
  expect(preview?.fields.find(({ field }) => field === "team")).toMatchObject({
    custom: true,
    mapped: "groups",
  });
  expect(preview?.roles).toEqual([{ role: "builder", group: "operators" }]);
  expect(profile).toMatchObject({ email: "ada@example.com", groups: ["engineers", "operators"] });
  expect(captured_until).not.toBeNull();
});

test("somebody who cannot be known again fails behind every check that held, in a test and in its replay", async () => {
  const { connection, of } = await connected();
  await of.draft({ attribute_map: { idp_id: "employeeNumber" } });
  const { body: trial } = await of.startTest(2);
  expect((await saml.take(connection, trial.url)).text).toContain("The test sign-in failed");
  const trace = await of.trace(trial.id);
  expect(failedCheckOf(trace)).toBe("profile.identifier");
  expect(trace.checks.filter(({ result }) => result === "passed").length).toBeGreaterThan(20);
  expect(trace.checks.find(({ id }) => id === "profile.identifier")).toMatchObject({
    name: "The person can be known again",
    expected: "employeeNumber",
  });
  const replayed = await of.replay(2, trial.id);
  expect(failedCheckOf(replayed.body)).toBe("profile.identifier");
});

test("an answer that was captured is replayed against old and new settings, and signs nobody in", async () => {
  const { connection, of } = await connected();
  await of.draft({ saml: { idp_certificates: [renewed.certificate] }, attribute_map: { name: "NameID" } });
  const { body: trial } = await of.startTest(2);
  await saml.take(connection, trial.url, { by: renewed });
  const [before, after] = [await of.replay(1, trial.id), await of.replay(2, trial.id)];
  expect(before.body).toMatchObject({ state: "failed", revision: 1, profile: null, preview: null });
  expect(failedCheckOf(before.body)).toBe("assertion.signature.value");
  expect(after.body).toMatchObject({ state: "passed", revision: 2, profile: { email: "ada@example.com" } });
  for (const id of ["response.in_response_to", "subject.in_response_to", "assertion.first_use"])
    expect([id, resultOf(after.body, id)]).toEqual([id, "skipped"]);
  expect(after.body.checks.find(({ id }) => id === "assertion.first_use")?.message).toContain(
    "Not made again",
  );
  expect(resultOf(after.body, "conditions.not_on_or_after")).toBe("passed");
  // Again, with a draft that was changed meanwhile: as often as one likes.
  await of.change(2, { attribute_map: { email: "mail" } });
  const changed = await of.replay(2, trial.id);
  expect(failedCheckOf(changed.body)).toBe("profile.email");
  expect(changed.body.preview?.fields.find(({ field }) => field === "email")).toMatchObject({
    mapped: "mail",
    attribute: null,
    values: [],
  });
  expect((await of.read(2)).tested).toBeNull();
  expect((await of.trace(trial.id)).state).toBe("passed");
});

test("what was captured in a test that failed can be replayed once that is mended", async () => {
  const { connection, of } = await connected();
  await of.draft({});
  const { body: trial } = await of.startTest(2);
  await saml.take(connection, trial.url, { by: renewed });
  expect(await of.trace(trial.id)).toMatchObject({ state: "failed", preview: null });
  await of.change(2, { saml: { idp_certificates: [renewed.certificate] } });
  expect((await of.replay(2, trial.id)).body).toMatchObject({
    state: "passed",
    profile: { email: ADA.nameId },
  });
});

test("only tests are captured; what they are of is sealed, and gone after a week", async () => {
  const { connection, of } = await connected();
  await saml.signIn(connection);
  await saml.signIn(connection, { by: renewed });
  const count =
    "SELECT count(*)::int FROM identity.captured_answers WHERE sign_in_id IN (SELECT id FROM identity.sign_ins WHERE connection_id = $1)";
  expect((await admin.query(count, [connection.id])).rows[0]?.count).toBe(0);
  const { body: trial } = await of.startTest(1);
  await saml.take(connection, trial.url);
  const kept = await admin.query("SELECT * FROM identity.captured_answers WHERE sign_in_id = $1", [trial.id]);
  expect(kept.rows[0]?.sealed).toMatch(/^v1\./);
  expect(JSON.stringify(kept.rows)).not.toContain("ada");
  expect((kept.rows[0]?.expires_at - kept.rows[0]?.captured_at) / 86_400_000).toBe(7);
  await admin.query("UPDATE identity.captured_answers SET expires_at = now() - interval '1 minute'");
  expect((await of.replay(1, trial.id)).status).toBe(404);
  expect(await of.trace(trial.id)).toMatchObject({ state: "passed", preview: null, captured_until: null });
  await sweepOnce(service.parts.db);
  expect((await admin.query("SELECT count(*)::int FROM identity.captured_answers")).rows[0]?.count).toBe(0);
});
