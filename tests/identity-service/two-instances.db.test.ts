import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import pg from "pg";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { guardClock } from "#lib/identity-service/clock.ts";
import { startSending } from "#lib/identity-service/messages/deliver.ts";
import { openRelay } from "#lib/identity-service/messages/relay.ts";
import { startDelivering } from "#lib/identity-service/webhooks/deliver.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { prepareDirectory, scimClient } from "#tests/support/directories.ts";
import { callWire, eventsOf } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { startRoundRobin } from "#tests/support/round-robin.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

let one: RunningIdentityService;
let other: RunningIdentityService;
/** Both, by turns. */
let pair: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let databaseUrl: string;
let later = 0;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  const database = await testDatabase();
  databaseUrl = database.identityUrl;
  const clock = () => new Date(Date.now() + later);
  const address = await startRoundRobin([]);
  one = await startIdentityService(databaseUrl, { clock, baseUrl: address.url, instances: 1 });
  other = await startIdentityService(databaseUrl, { clock, baseUrl: address.url, instances: 1 });
  address.targets.push(one.url, other.url);
  const { url, port } = address;
  const manage: RunningIdentityService["manage"] = (method, path, body) =>
    [one, other][Math.floor(Math.random() * 2)]?.manage(method, path, body) as never;
  pair = { ...one, url, port, manage };
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  closing.push(() => admin.end(), one.close, other.close, address.close);
  here = await prepareEnvironment(pair);
});
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
beforeEach(() => {
  later = 0;
});

const both = () => [one, other] as const;
const call = (method: string, path: string, body?: unknown, at = pair) =>
  callWire(at, here, method, path, body);

async function authenticate(fields: Record<string, unknown>, at = pair) {
  const answer = await fetch(`${at.url}/user_management/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: here.clientId, client_secret: here.apiKey, ...fields }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

const PASSWORD = "a rather long pass phrase";
let made = 0;
async function newUser(): Promise<{ id: string; email: string }> {
  made += 1;
  const email = `person${made}@outside.example`;
  return (await call("POST", "/user_management/users", { email, password: PASSWORD, email_verified: true }))
    .body;
}
const byPassword = (email: string, at = pair) =>
  authenticate({ grant_type: "password", email, password: PASSWORD }, at);
const refresh = (refresh_token: string | undefined, at = pair) =>
  authenticate({ grant_type: "refresh_token", refresh_token }, at);

test("tries at a password and messages to one address are counted together", async () => {
  const { email } = await newUser();
  const wrong = { grant_type: "password", email, password: "wrong pass phrase" };
  const tries = await Promise.all(Array.from({ length: 14 }, () => authenticate(wrong)));
  expect(tries.map(({ status }) => status).filter((status) => status === 400)).toHaveLength(10);
  for (const at of both()) expect((await byPassword(email, at)).status).toBe(429);
  const sent = await Promise.all(
    Array.from({ length: 5 }, () => call("POST", "/user_management/magic_auth", { email })),
  );
  expect(sent.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429]);
});

test("an assertion posted to both at once signs in once, whoever began it", async () => {
  const idp = idpSettings();
  const { body: connection } = await pair.manage<{ sp: { entity_id: string; acs_url: string } }>(
    "POST",
    `/environments/${here.id}/connections`,
    {
      organization_id: here.organizationId,
      connection_type: "GenericSAML",
      name: "SAML",
      state: "active",
      saml: {
        idp_entity_id: idp.entityId,
        idp_sso_url: "https://idp.example.com/sso",
        idp_certificates: [idp.certificate],
        idp_initiated: true,
      },
    },
  );
  const { entity_id: audience, acs_url: acsUrl } = connection.sp;
  for (let round = 0; round < 5; round += 1) {
    const SAMLResponse = await samlResponse(idp, ADA, { audience, acsUrl });
    const answers = await Promise.all(
      [...both(), ...both()].map(({ url }) => visit(acsUrl.replace(pair.url, url), { SAMLResponse })),
    );
    const codes = answers.flatMap(({ location }) => location?.searchParams.get("code") ?? []);
    expect(codes).toHaveLength(1);
    const redeem = ({ url }: RunningIdentityService) =>
      fetch(`${url}/sso/token`, {
        method: "POST",
        body: new URLSearchParams({
          client_id: here.clientId,
          client_secret: here.apiKey,
          grant_type: "authorization_code",
          code: codes[0] ?? "",
        }),
      });
    const redeemed = await Promise.all(both().map(redeem));
    expect(redeemed.map(({ status }) => status).sort()).toEqual([200, 400]);
  }
});

test("a one-time code handed to both at once is good once", async () => {
  const { email } = await newUser();
  const { body } = await call("POST", "/user_management/magic_auth", { email });
  const grant = { grant_type: "urn:workos:oauth:grant-type:magic-auth:code", email, code: body.code };
  const answers = await Promise.all(both().map((at) => authenticate(grant, at)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
});

test("a refresh token used on one is used for the other: coming again it ends the session on both", async () => {
  const { email } = await newUser();
  const first = (await byPassword(email, one)).body.refresh_token;
  const second = (await refresh(first, other)).body.refresh_token;
  const third = (await refresh(second, one)).body.refresh_token;
  later = MINUTE_MS;
  expect(await refresh(first, other)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  for (const at of both())
    expect(await refresh(third, at)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
});

test("a session revoked on one is over on the other, and what one signs the other's keys verify", async () => {
  const { id, email } = await newUser();
  const { access_token = "", refresh_token } = (await byPassword(email, one)).body;
  const keys = createRemoteJWKSet(new URL(`${other.url}/sso/jwks/${here.clientId}`));
  const { payload } = await jwtVerify(access_token, keys, { issuer: pair.url });
  const revoked = await call("POST", "/user_management/sessions/revoke", { session_id: payload.sid }, other);
  expect(revoked.status).toBe(200);
  expect((await refresh(refresh_token, one)).status).toBe(400);
  const { body } = await call("GET", `/user_management/users/${id}/sessions`, undefined, one);
  expect(body.data).toMatchObject([{ id: payload.sid, status: "revoked" }]);
});

test("an API key and a SCIM token taken back on one are refused by the other at once", async () => {
  const home = `/environments/${here.id}`;
  const { body: key } = await one.manage("POST", `${home}/api_keys`, { name: "short-lived" });
  const ask = ({ url }: RunningIdentityService) =>
    fetch(`${url}/organizations?limit=1`, { headers: { authorization: `Bearer ${key.value}` } });
  for (const at of both()) expect((await ask(at)).status).toBe(200);
  await one.manage("DELETE", `${home}/api_keys/${key.id}`);
  for (const at of both()) expect((await ask(at)).status).toBe(401);
  const directory = await prepareDirectory(pair, here);
  const scim = both().map(({ url }) =>
    scimClient({ ...directory, scimUrl: directory.scimUrl.replace(pair.url, url) }),
  );
  for (const ask of scim) expect((await ask("GET", "/Users")).status).toBe(200);
  expect((await other.manage("DELETE", `${home}/directories/${directory.id}`)).status).toBeLessThan(300);
  for (const ask of scim) expect((await ask("GET", "/Users")).status).toBe(401);
});

test("the same Idempotency-Key at both at once makes one organization", async () => {
  const send = ({ url }: RunningIdentityService) =>
    fetch(`${url}/organizations`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${here.apiKey}`,
        "content-type": "application/json",
        "idempotency-key": "the-same",
      },
      body: JSON.stringify({ name: "Only once" }),
    });
  const answers = await Promise.all([...both(), ...both()].map(send));
  // Whoever comes while the first one runs is told to come again; whoever comes after it reads the same answer.
  expect(answers.map(({ status }) => status).filter((status) => status !== 409)).toContain(201);
  const again = await Promise.all(both().map(send));
  const [first, second] = await Promise.all(again.map((answer) => answer.json()));
  expect(first).toEqual(second);
  const events = await eventsOf(admin, here.id, "organization.created");
  expect(events.filter(({ name }) => name === "Only once")).toHaveLength(1);
});

test("webhooks come once each, in the order of /events, while both deliver what both write", async () => {
  const received: string[] = [];
  const receiver = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    received.push(JSON.parse(text).id);
    response.end();
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  closing.push(() => receiver.close());
  await pair.manage("PATCH", `/environments/${here.id}`, {
    settings: { webhooks: { private_addresses: true } },
  });
  const endpoint_url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const endpoint = await call("POST", "/webhook_endpoints", {
    endpoint_url,
    events: ["organization.created"],
  });
  expect(endpoint.status).toBe(201);
  const { body: before } = await call("GET", "/events?events=organization.created&order=desc&limit=1");
  const faults: unknown[] = [];
  const stops = both().map(({ parts }) => startDelivering(parts, (error) => faults.push(error)));
  try {
    for (let round = 0; round < 5; round += 1)
      await Promise.all(
        Array.from({ length: 8 }, (_, count) =>
          call("POST", "/organizations", { name: `${round}.${count}` }),
        ),
      );
    await vi.waitUntil(() => received.length >= 40, 30_000);
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
  const after = before.data[0].id;
  const { body } = await call("GET", `/events?events=organization.created&limit=100&after=${after}`);
  expect(received).toEqual(body.data.map(({ id }: { id: string }) => id));
  expect(faults).toEqual([]);
});

test("a message is sent once while both look for what is to be sent", async () => {
  const received: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, { envelope }, done) => {
      stream.resume().on("end", () => {
        received.push(...envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  await once(smtp.listen(0, "127.0.0.1"), "listening");
  closing.push(() => new Promise<void>((done) => smtp.close(done)));
  await admin.query("DELETE FROM identity.messages");
  const recipients = Array.from({ length: 20 }, (_, count) => `reader${count}@outside.example`);
  for (const email of recipients)
    expect((await call("POST", "/user_management/magic_auth", { email })).status).toBe(201);
  const { port } = smtp.server.address() as AddressInfo;
  const faults: unknown[] = [];
  const stops = both().map(({ parts }) => {
    const relay = openRelay({ url: `smtp://127.0.0.1:${port}`, from: "Shop <no-reply@shop.example>" });
    return startSending(parts, relay, (error) => faults.push(error));
  });
  const QUEUED = "SELECT count(*)::int AS queued FROM identity.messages WHERE state = 'queued'";
  try {
    await vi.waitUntil(async () => (await admin.query(QUEUED)).rows[0].queued === 0, 30_000);
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
  expect(received.sort()).toEqual(recipients.sort());
  expect(faults).toEqual([]);
});

test("what time it was at the highest is known to both: the one whose clock is behind signs nobody in, the other goes on", async () => {
  let behindMs = 0;
  const clocks = [() => new Date(), () => new Date(Date.now() - behindMs)].map((clock) =>
    guardClock(one.parts.db, clock),
  );
  const [right, slow] = await Promise.all(
    clocks.map((clock) =>
      startIdentityService(databaseUrl, { clock: clock.now, baseUrl: pair.url, instances: 1 }),
    ),
  );
  if (!right || !slow) throw new Error("Two were started.");
  closing.push(right.close, slow.close);
  const { email } = await newUser();
  for (const clock of clocks) await clock.look();
  for (const at of [right, slow]) expect((await byPassword(email, at)).status).toBe(200);
  behindMs = HOUR_MS;
  for (const clock of clocks) await clock.look();
  expect((await fetch(`${slow.url}/ready`)).status).toBe(503);
  expect(await byPassword(email, slow)).toMatchObject({ status: 503, body: { code: "clock_not_trusted" } });
  expect((await byPassword(email, right)).status).toBe(200);
});
