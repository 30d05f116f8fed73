import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { failedCheckOf, type Revisions, resultOf, revisionsOf } from "#tests/support/revisions.ts";
import { HONEST, type RogueIdp, startRogueIdp } from "#tests/support/rogue-oidc-provider.ts";

let service: RunningIdentityService;
let environment: TestEnvironment;
let old: RogueIdp;
let moved: RogueIdp;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  environment = await prepareEnvironment(service);
  [old, moved] = [await startRogueIdp(), await startRogueIdp()];
});
afterEach(() => {
  moved.roguery = HONEST;
});
afterAll(async () => {
  await Promise.all([service.close(), old.close(), moved.close()]);
});

async function connected(): Promise<{ id: string; of: Revisions }> {
  const made = await service.manage<{ id: string }>("POST", `/environments/${environment.id}/connections`, {
    organization_id: environment.organizationId,
    connection_type: "GenericOIDC",
    name: "Example OIDC",
    state: "active",
    oidc: { issuer: old.issuer, client_id: "sallyport", client_secret: "secret" },
  });
  return { id: made.body.id, of: revisionsOf(service, environment, made.body.id) };
}

async function sentAway(connectionId: string): Promise<URL> {
  const query = new URLSearchParams({
    client_id: environment.clientId,
    redirect_uri: environment.redirectUri,
    response_type: "code",
    connection: connectionId,
  });
  const { location } = await visit(`${service.url}/sso/authorize?${query}`);
  return location ?? new URL("about:blank");
}

const comeBack = async (from: RogueIdp, away: URL) => await visit(from.answer(away).href);

async function takeTest(of: Revisions, number: number, through: RogueIdp): Promise<string> {
  const { body: trial } = await of.startTest(number);
  const { location } = await visit(trial.url);
  await comeBack(through, location ?? new URL("about:blank"));
  return trial.id;
}

const MOVE = () => ({ oidc: { issuer: moved.issuer, client_id: "sallyport", client_secret: "another" } });

test("a test goes to the draft's provider while people go to the active one, and neither's keys are taken for the other's", async () => {
  const { id, of } = await connected();
  const signIn = async () => (await comeBack(old, await sentAway(id))).location?.searchParams.get("code");
  expect(await signIn()).toBeTruthy();
  await of.draft(MOVE());
  const trial = await takeTest(of, 2, moved);
  const trace = await of.trace(trial);
  expect(trace).toMatchObject({ state: "passed", revision: 2 });
  expect(trace.preview?.fields.find(({ field }) => field === "email")).toMatchObject({
    attribute: "email",
    values: ["mallory@example.com"],
  });
  expect(trace.preview?.attributes.map(({ name }) => name).toSorted()).toEqual(["email", "name", "sub"]);
  expect(await signIn()).toBeTruthy();
  await of.activate(2);
  expect((await comeBack(moved, await sentAway(id))).location?.searchParams.get("code")).toBeTruthy();
});

test("who was sent to the provider before, and comes back after it was changed, hands the new one nothing", async () => {
  const { id, of } = await connected();
  const away = await sentAway(id);
  await of.draft(MOVE());
  await of.activate(2, { reason: "Tried elsewhere" });
  const { location } = await comeBack(old, away);
  expect(location?.searchParams.get("error")).toBe("oauth_failed");
  expect(location?.searchParams.get("error_description")).toContain(
    "changed while this sign-in was under way",
  );
  const { body } = await service.manage<{ data: Parameters<typeof failedCheckOf>[0][] }>(
    "GET",
    `${of.home}/traces`,
  );
  expect(body.data.map(failedCheckOf)).toEqual(["response.issuer"]);
});

test("where only the mapping was changed meanwhile, the sign-in ends by the new one", async () => {
  const { id, of } = await connected();
  const away = await sentAway(id);
  await of.patch({ attribute_map: { first_name: "name" } });
  expect((await comeBack(old, away)).location?.searchParams.get("code")).toBeTruthy();
});

test("an ID token that was captured is replayed against other settings, with the clock of then", async () => {
  const { of } = await connected();
  await of.draft({});
  const trial = await takeTest(of, 2, old);
  const kept = (await of.replay(2, trial)).body;
  expect(kept).toMatchObject({ state: "passed", profile: { email: "mallory@example.com" } });
  expect(resultOf(kept, "id_token.signature")).toBe("passed");
  expect(resultOf(kept, "id_token.nonce")).toBe("skipped");
  // Had it come an hour later, it would have been too late; that it is later now does not matter.
  const captured = (shift: string) => ({
    name: `captured ${shift}`,
    text: `UPDATE identity.captured_answers SET captured_at = captured_at + interval '${shift}' WHERE sign_in_id = $1`,
  });
  await service.parts.db.query(environment.id, captured("1 hour"), [trial]);
  expect(failedCheckOf((await of.replay(2, trial)).body)).toBe("id_token.time");
  await service.parts.db.query(environment.id, captured("-1 hour"), [trial]);
  await of.change(2, { oidc: { client_id: "somebody-else", client_secret: "another" } });
  expect(failedCheckOf((await of.replay(2, trial)).body)).toBe("id_token.audience");
  await of.change(2, MOVE());
  const elsewhere = (await of.replay(2, trial)).body;
  expect(elsewhere.state).toBe("failed");
  expect(["id_token.issuer", "response.issuer"]).toContain(failedCheckOf(elsewhere));
  expect(elsewhere.preview).toBeNull();
});

test("a token that was refused in the test is captured too, and no access token ever is", async () => {
  const { of } = await connected();
  await of.draft(MOVE());
  moved.roguery = { ...HONEST, signed: "other" };
  const trial = await takeTest(of, 2, moved);
  expect(failedCheckOf(await of.trace(trial))).toBe("id_token.signature");
  const again = await of.replay(2, trial);
  expect(again.body.state).toBe("failed");
  expect(failedCheckOf(again.body)).toBe("id_token.signature");
});
