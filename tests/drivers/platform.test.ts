import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PATIENCE } from "#lib/drivers/transport.ts";
import { workosEnvironmentMaker } from "#lib/drivers/workos.ts";
import { type Answer, type FakeUpstream, fakeUpstream, hangUp, json } from "./fake-upstream.ts";

let workos: FakeUpstream;
const environment = { object: "environment", id: "environment_1", name: "Contoso", client_id: "client_1" };
const key = {
  object: "key",
  id: "api_key_1",
  name: "Sallyport console",
  expires_at: null,
  value: "sk_live_made",
};
const token = json(200, { access_token: "platform-token", expires_in: 3600, token_type: "bearer" });

beforeAll(async () => {
  workos = await fakeUpstream();
});
beforeEach(() => {
  workos.seen.length = 0;
});
afterAll(() => workos.close());

const maker = () =>
  workosEnvironmentMaker(
    {
      ...{ baseUrl: workos.url, tokenUrl: `${workos.url}/oauth2/token` },
      ...{ clientId: "platform", clientSecret: "platform-secret", teamId: "team_1" },
    },
    { ...PATIENCE, totalMs: 8_000, pauseMs: 10_000 },
  );
const once = (again: boolean) => ({ key: "op_1", again });
const made = { remoteId: "environment_1", clientId: "client_1", keyId: "api_key_1", key: "sk_live_made" };
const calls = () =>
  workos.seen
    .filter(({ path }) => !path.startsWith("/oauth2"))
    .map(({ method, path }) => `${method} ${path}`);
const HOME = "/platform/teams/team_1/environments";

test("an environment and a key of it are made with a token for the platform", async () => {
  workos.answers(token, json(201, environment), token, json(201, key));
  expect(await maker().create({ name: "Contoso", kind: "production" }, once(false))).toMatchObject(made);
  expect(calls()).toEqual([`POST ${HOME}`, `POST ${HOME}/environment_1/api_keys`]);
  expect(workos.seen[0]?.body).toContain("scope=platform");
  expect(workos.seen[1]).toMatchObject({ body: '{"name":"Contoso","production":true}' });
  expect(workos.seen[1]?.headers).toMatchObject({
    authorization: "Bearer platform-token",
    "idempotency-key": "op_1",
  });
});

test("tried again after its answer was lost, it takes up the environment that was made", async () => {
  const list: Answer = json(200, {
    data: [{ ...environment, name: "Other", id: "environment_0" }, environment],
  });
  workos.answers(token, list, token, json(201, key));
  expect(await maker().create({ name: "Contoso", kind: "production" }, once(true))).toMatchObject(made);
  expect(calls()).toEqual([`GET ${HOME}`, `POST ${HOME}/environment_1/api_keys`]);
});

test.each([
  [json(403, { code: "platform_not_authorized", message: "Not authorized" }), "forbidden"],
  [json(404, { code: "team_not_found", message: "No team" }), "not_found"],
  [json(422, { code: "production_environment_requires_billing", message: "Billing is needed." }), "invalid"],
  [hangUp, "unavailable"],
  [json(200, { surprise: true }), "upstream"],
])("what WorkOS refuses becomes a plain sentence without a secret", async (answer, kind) => {
  workos.answers(token, answer);
  const refused = maker().create({ name: "Contoso", kind: "production" }, once(false));
  await expect(refused).rejects.toMatchObject({
    kind,
    message: expect.not.stringMatching(/platform-(token|secret)/),
  });
});
