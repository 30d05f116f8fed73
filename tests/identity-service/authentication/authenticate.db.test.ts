import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";

let service: RunningIdentityService;
let twin: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;
let later = 0;

beforeAll(async () => {
  const database = await testDatabase();
  const clock = () => new Date(Date.now() + later);
  service = await startIdentityService(database.identityUrl, { clock });
  twin = await startIdentityService(database.identityUrl, { clock, baseUrl: service.url });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await twin.close();
  await admin.end();
});
beforeEach(() => {
  later = 0;
});

const PASSWORD = "a rather long pass phrase";
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, path, body);
const sdk = () => sdkFor(service, here).userManagement;
const events = (name: string, site = here) => eventsOf(admin, site.id, name);
const settings = (change: object) =>
  service.manage("PATCH", `/environments/${here.id}`, { settings: change });

let made = 0;
async function newUser(more = {}, site = here): Promise<{ id: string; email: string }> {
  made += 1;
  const email = `person${made}@outside.example`;
  const user = { email, password: PASSWORD, email_verified: true, ...more };
  return (await call("POST", "/user_management/users", user, site)).body;
}
async function join(userId: string, name: string): Promise<string> {
  const organization = (await call("POST", "/organizations", { name })).body;
  const membership = { user_id: userId, organization_id: organization.id };
  expect((await call("POST", "/user_management/organization_memberships", membership)).status).toBe(201);
  return organization.id;
}
type Answer = {
  status: number;
  body: Record<string, never> & Record<string, string> & { user: { id: string } };
};
async function authenticate(
  fields: Record<string, unknown>,
  { site = here, at = service, headers = {} } = {},
): Promise<Answer> {
  const answer = await fetch(`${at.url}/user_management/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ client_id: site.clientId, client_secret: site.apiKey, ...fields }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer["body"] };
}
const byPassword = (email: string, more = {}) =>
  authenticate({ grant_type: "password", email, password: PASSWORD, ...more });
const refresh = (token: string | undefined, more = {}, headers = {}) =>
  authenticate({ grant_type: "refresh_token", refresh_token: token, ...more }, { headers });
const codeIn = (text = "") => /^ {4}(\d{6})$/m.exec(text)?.[1] ?? "";

test("the official SDK signs a user in by password; the access token verifies against the JWKS and says who, where and as what", async () => {
  const user = await newUser();
  const organizationId = await join(user.id, "Token");
  const signedIn = await sdk().authenticateWithPassword({
    clientId: here.clientId,
    email: user.email,
    password: PASSWORD,
  });
  expect(signedIn).toMatchObject({ organizationId, authenticationMethod: "Password", user: { id: user.id } });
  const keys = createRemoteJWKSet(new URL(`${service.url}/sso/jwks/${here.clientId}`));
  const { payload, protectedHeader } = await jwtVerify(signedIn.accessToken, keys, { issuer: service.url });
  expect(protectedHeader.alg).toBe("RS256");
  expect(payload).toMatchObject({
    sub: user.id,
    org_id: organizationId,
    role: "member",
    roles: ["member"],
    permissions: [],
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  const { data } = await sdk().listSessions(user.id);
  expect(data).toMatchObject([{ id: payload.sid, authMethod: "password", status: "active", organizationId }]);
  expect((await sdk().getUser(user.id)).lastSignInAt).not.toBeNull();
  expect(await events("authentication.password_succeeded")).toContainEqual(
    expect.objectContaining({ user_id: user.id, status: "succeeded" }),
  );
});

test("a wrong password, an unknown user and another environment's user are refused alike, and told as failed", async () => {
  const user = await newUser();
  const foreigner = await newUser({}, elsewhere);
  const answers = await Promise.all([
    authenticate({ grant_type: "password", email: user.email, password: "wrong pass phrase" }),
    authenticate({ grant_type: "password", email: "nobody@outside.example", password: PASSWORD }),
    byPassword(foreigner.email),
  ]);
  for (const { status, body } of answers) {
    expect(status).toBe(400);
    expect(body).toEqual({ message: "Invalid credentials.", code: "invalid_credentials" });
  }
  expect((await events("authentication.password_failed")).length).toBeGreaterThanOrEqual(3);
});

test("an eleventh try in a minute is refused, for whoever does not exist too, on whichever instance", async () => {
  for (const email of [(await newUser()).email, "not-there@outside.example"]) {
    const tries = [];
    for (let count = 0; count < 11; count += 1)
      tries.push(
        await authenticate(
          { grant_type: "password", email, password: "wrong pass phrase" },
          { at: count % 2 ? twin : service },
        ),
      );
    expect(tries.slice(0, 10).every(({ status }) => status === 400)).toBe(true);
    expect(tries[10]?.status).toBe(429);
  }
});

test("whose address is unverified enters the code that was mailed, with a token that is good once", async () => {
  const user = await newUser({ email_verified: false });
  const asked = await byPassword(user.email);
  expect(asked).toMatchObject({
    status: 403,
    body: { code: "email_verification_required", email: user.email },
  });
  const [message] = await messagesTo(admin, here.id, user.email);
  const token = asked.body.pending_authentication_token;
  const grant_type = "urn:workos:oauth:grant-type:email-verification:code";
  const wrong = await authenticate({ grant_type, pending_authentication_token: token, code: "000000" });
  expect(wrong).toMatchObject({ status: 400, body: { code: "invalid_one_time_code" } });
  const right = { grant_type, pending_authentication_token: token, code: codeIn(message?.text) };
  expect(await authenticate(right)).toMatchObject({ status: 200, body: { user: { email_verified: true } } });
  expect(await authenticate(right)).toMatchObject({ body: { code: "invalid_pending_authentication_token" } });
});

test("the official SDK signs in by magic code, which is good once", async () => {
  const { email, code } = await sdk().createMagicAuth({ email: "magic@outside.example" });
  const signedIn = await sdk().authenticateWithMagicAuth({ clientId: here.clientId, email, code });
  expect(signedIn).toMatchObject({ authenticationMethod: "MagicAuth", user: { email, emailVerified: true } });
  await expect(
    sdk().authenticateWithMagicAuth({ clientId: here.clientId, email, code }),
  ).rejects.toMatchObject({
    code: "one_time_code_previously_used",
  });
});

test("who has a second factor is asked for it; no code is good twice, and none of another user's", async () => {
  const user = await newUser();
  const { authenticationFactor, authenticationChallenge } = await sdkFor(
    service,
    here,
  ).multiFactorAuth.createUserAuthFactor({
    userId: user.id,
    type: "totp",
  });
  expect(authenticationFactor.totp?.qrCode).toMatch(/^data:image\/png;base64,/);
  const totp = new TOTP({ secret: authenticationFactor.totp?.secret ?? "" });
  const workos = sdkFor(service, here);
  const at = (stepsAhead: number) => totp.generate({ timestamp: Date.now() + stepsAhead * 30_000 });
  // Not asked for before it was confirmed.
  expect((await byPassword(user.email)).status).toBe(200);
  const confirmed = await call("POST", `/auth/challenges/${authenticationChallenge.id}/verify`, {
    code: at(-1),
  });
  expect(confirmed).toMatchObject({ status: 201, body: { valid: true } });
  const asked = await byPassword(user.email);
  expect(asked).toMatchObject({
    status: 403,
    body: { code: "mfa_challenge", authentication_factors: [{ id: authenticationFactor.id, type: "totp" }] },
  });
  const challenge = await workos.multiFactorAuth.challengeFactor({
    authenticationFactorId: authenticationFactor.id,
  });
  const answer = {
    grant_type: "urn:workos:oauth:grant-type:mfa-totp",
    pending_authentication_token: asked.body.pending_authentication_token,
    authentication_challenge_id: challenge.id,
  };
  expect(await authenticate({ ...answer, code: at(-1) })).toMatchObject({
    body: { code: "invalid_one_time_code" },
  });
  const other = await newUser();
  const foreign = await sdkFor(service, here).multiFactorAuth.createUserAuthFactor({
    userId: other.id,
    type: "totp",
  });
  const mismatch = await authenticate({
    ...answer,
    authentication_challenge_id: foreign.authenticationChallenge.id,
    code: new TOTP({ secret: foreign.authenticationFactor.totp?.secret ?? "" }).generate(),
  });
  expect(mismatch).toMatchObject({ status: 400, body: { code: "user_mismatch" } });
  expect(await authenticate({ ...answer, code: at(0) })).toMatchObject({
    status: 200,
    body: { user: { id: user.id } },
  });
});

test("where a second factor is required, whoever has none sets one up on the way in", async () => {
  await settings({ authentication: { second_factor: "required" } });
  try {
    const user = await newUser();
    const asked = await byPassword(user.email);
    expect(asked).toMatchObject({ status: 403, body: { code: "mfa_enrollment", user: { id: user.id } } });
    const { authenticationFactor, authenticationChallenge } = await sdkFor(
      service,
      here,
    ).multiFactorAuth.createUserAuthFactor({
      userId: user.id,
      type: "totp",
    });
    const signedIn = await sdk().authenticateWithTotp({
      clientId: here.clientId,
      code: new TOTP({ secret: authenticationFactor.totp?.secret ?? "" }).generate(),
      pendingAuthenticationToken: asked.body.pending_authentication_token ?? "",
      authenticationChallengeId: authenticationChallenge.id,
    });
    expect(signedIn.user.id).toBe(user.id);
  } finally {
    await settings({ authentication: { second_factor: null } });
  }
});

test("whoever is in several organizations chooses one, and only one of their own", async () => {
  const user = await newUser();
  const [first, second] = [await join(user.id, "First"), await join(user.id, "Second")];
  const foreign = (await call("POST", "/organizations", { name: "Foreign" })).body.id;
  const asked = await byPassword(user.email);
  expect(asked).toMatchObject({
    status: 403,
    body: {
      code: "organization_selection_required",
      organizations: [
        { id: first, name: "First" },
        { id: second, name: "Second" },
      ],
    },
  });
  const choice = {
    grant_type: "urn:workos:oauth:grant-type:organization-selection",
    pending_authentication_token: asked.body.pending_authentication_token,
  };
  expect(await authenticate({ ...choice, organization_id: foreign })).toMatchObject({
    status: 400,
    body: { error: "organization_membership_not_found" },
  });
  const signedIn = await authenticate({ ...choice, organization_id: second });
  expect(signedIn.body.organization_id).toBe(second);
  const switched = await refresh(signedIn.body.refresh_token, { organization_id: first });
  expect(switched.body.organization_id).toBe(first);
  expect(decodeJwt(switched.body.access_token ?? "")).toMatchObject({
    org_id: first,
    sid: decodeJwt(signedIn.body.access_token ?? "").sid,
  });
  expect(await refresh(switched.body.refresh_token, { organization_id: foreign })).toMatchObject({
    status: 400,
  });
  expect((await refresh(switched.body.refresh_token)).status).toBe(200);
});

test("an invitation is accepted at sign-in, and is good for its own address only", async () => {
  const user = await newUser();
  const organization = (await call("POST", "/organizations", { name: "Inviting" })).body;
  const invitation = (
    await call("POST", "/user_management/invitations", {
      email: user.email,
      organization_id: organization.id,
    })
  ).body;
  const stranger = await newUser();
  expect(await byPassword(stranger.email, { invitation_token: invitation.token })).toMatchObject({
    status: 400,
    body: { error: "invitation_cannot_be_used_for_email" },
  });
  const signedIn = await byPassword(user.email, { invitation_token: invitation.token });
  expect(signedIn.body.organization_id).toBe(organization.id);
  expect((await call("GET", `/user_management/invitations/${invitation.id}`)).body.state).toBe("accepted");
});

test("a refresh token is good once; used again it ends the session and all its tokens", async () => {
  const { email } = await newUser();
  const first = (await byPassword(email)).body.refresh_token;
  const second = (await refresh(first)).body.refresh_token;
  expect(second).not.toBe(first);
  // Two tabs at the same moment are no theft.
  expect((await refresh(first)).status).toBe(200);
  later = MINUTE_MS;
  expect(await refresh(first)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect(await refresh(second)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  const sid = (await events("session.revoked")).at(-1)?.id;
  expect(sid).toMatch(/^session_/);
});

test("an SDK's retry of a refresh is no reuse, on whichever instance it arrives", async () => {
  const { email } = await newUser();
  const token = (await byPassword(email)).body.refresh_token;
  const retry = { "idempotency-key": "retry-1" };
  const fields = { grant_type: "refresh_token", refresh_token: token };
  expect((await authenticate(fields, { headers: retry })).status).toBe(200);
  later = 30_000;
  expect((await authenticate(fields, { headers: retry, at: twin })).status).toBe(200);
  expect((await authenticate(fields, { headers: { "idempotency-key": "other" }, at: twin })).status).toBe(
    400,
  );
});

test("a session ends when it is left alone, at its latest hour, and at once when it is revoked or signed out of", async () => {
  const user = await newUser();
  await settings({ sessions: { inactivity_hours: 2, maximum_hours: 3 } });
  try {
    let token = (await byPassword(user.email)).body.refresh_token;
    later = 1.5 * HOUR_MS;
    token = (await refresh(token)).body.refresh_token;
    later = 2.9 * HOUR_MS;
    token = (await refresh(token)).body.refresh_token;
    later = 3.1 * HOUR_MS;
    expect((await refresh(token)).status).toBe(400);
    later = 0;
    const idle = (await byPassword(user.email)).body.refresh_token;
    later = 2.1 * HOUR_MS;
    expect((await refresh(idle)).status).toBe(400);
  } finally {
    await settings({ sessions: null });
  }
  later = 0;
  const [one, two] = [(await byPassword(user.email)).body, (await byPassword(user.email)).body];
  await sdk().revokeSession({ sessionId: String(decodeJwt(one.access_token ?? "").sid) });
  expect((await refresh(one.refresh_token)).status).toBe(400);
  const out = await fetch(
    sdk().getLogoutUrl({
      sessionId: String(decodeJwt(two.access_token ?? "").sid),
      returnTo: here.redirectUri,
    }),
    { redirect: "manual" },
  );
  expect([out.status, out.headers.get("location")]).toEqual([302, here.redirectUri]);
  expect((await refresh(two.refresh_token)).status).toBe(400);
  const elsewhereUrl = sdk().getLogoutUrl({
    sessionId: String(decodeJwt(two.access_token ?? "").sid),
    returnTo: "https://evil.example/",
  });
  const refusedAnswer = await fetch(elsewhereUrl, { redirect: "manual" });
  expect([refusedAnswer.status, refusedAnswer.headers.get("location")]).toEqual([422, null]);
});

test("whose domain has an identity provider does not get around it, by a password, a code or another organization", async () => {
  const user = await newUser({ email: "sso-only@example.com" });
  const own = await join(user.id, "Without an identity provider");
  const before = await byPassword(user.email);
  expect(before).toMatchObject({ status: 200, body: { organization_id: own } });
  await call("POST", "/user_management/organization_memberships", {
    user_id: user.id,
    organization_id: here.organizationId,
  });
  const idp = idpSettings();
  const { body: connection } = await service.manage("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "GenericSAML",
    name: "SSO",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
    },
  });
  const required = { status: 400, body: { error: "sso_required", connection_ids: [connection.id] } };
  expect(await byPassword(user.email)).toMatchObject(required);
  const { code } = await sdk().createMagicAuth({ email: user.email });
  const grant_type = "urn:workos:oauth:grant-type:magic-auth:code";
  expect(await authenticate({ grant_type, email: user.email, code })).toMatchObject(required);
  expect(await refresh(before.body.refresh_token, { organization_id: here.organizationId })).toMatchObject(
    required,
  );
  await service.manage("DELETE", `/environments/${here.id}/connections/${connection.id}`);
});

test("a JWT template adds claims, may not touch the service's own, and is refused where it cannot be read", async () => {
  const user = await newUser({ first_name: "Given", metadata: { plan: "gold" } });
  const put = (content: string) => call("PUT", "/user_management/jwt_template", { content });
  for (const bad of [
    "[]",
    "{",
    '{"sub": "x"}',
    '{"a": {{ secrets.key }} }',
    '{"a": {{ user.email | user.id }} }',
  ])
    expect((await put(bad)).status, bad).toBe(422);
  const template =
    '{"plan": {{ user.metadata.plan || \'free\' }}, "urn:team": "team {{ organization.name }}", "none": {{ organization.id }}, "list": [{{ user.first_name }}]}';
  expect((await put(template)).status).toBe(200);
  const { access_token } = (await byPassword(user.email)).body;
  const claims = decodeJwt(access_token ?? "");
  expect(claims).toMatchObject({ plan: "gold", "urn:team": "team ", list: ["Given"] });
  expect(claims).not.toHaveProperty("none");
  expect((await put("{}")).status).toBe(200);
});

test("a device polls until its person decided, is slowed down when hasty, and gets one session", async () => {
  const asked = await fetch(`${service.url}/user_management/authorize/device`, {
    method: "POST",
    body: new URLSearchParams({ client_id: here.clientId }),
  });
  const device = (await asked.json()) as Record<string, string>;
  expect(device.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  const poll = () =>
    authenticate({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: device.device_code,
      client_secret: undefined,
    });
  expect(await poll()).toMatchObject({ status: 400, body: { error: "authorization_pending" } });
  expect(await poll()).toMatchObject({ status: 400, body: { error: "slow_down" } });
  later = 6 * MINUTE_MS;
  expect(await poll()).toMatchObject({ status: 400, body: { error: "expired_token" } });
});

test("who shows no key of the environment is refused, and a malformed request says what it lacks", async () => {
  const { email } = await newUser();
  const wrongKey = await byPassword(email, { client_secret: elsewhere.apiKey });
  expect(wrongKey).toMatchObject({ status: 400, body: { error: "invalid_client" } });
  expect(await byPassword(email, { client_secret: undefined })).toMatchObject({
    body: { error: "invalid_client" },
  });
  expect(await authenticate({ grant_type: "password", email })).toMatchObject({
    body: { error: "invalid_request" },
  });
  expect(await authenticate({ grant_type: "nonsense" })).toMatchObject({
    body: { error: "unsupported_grant_type" },
  });
  expect(
    await authenticate({ grant_type: "refresh_token", refresh_token: "x", client_id: { a: 1 } }),
  ).toMatchObject({
    body: { error: "invalid_request" },
  });
});

test("factors of an application's own are enrolled, challenged, verified and deleted with the official SDK", async () => {
  const { multiFactorAuth: mfa } = sdkFor(service, here);
  const factor = await mfa.enrollFactor({ type: "totp", issuer: "Shop", user: "someone" });
  const challenge = await mfa.challengeFactor({ authenticationFactorId: factor.id });
  const code = new TOTP({ secret: factor.totp?.secret ?? "" }).generate();
  expect((await mfa.verifyChallenge({ authenticationChallengeId: challenge.id, code: "000000" })).valid).toBe(
    false,
  );
  expect((await mfa.verifyChallenge({ authenticationChallengeId: challenge.id, code })).valid).toBe(true);
  expect((await call("POST", `/auth/challenges/${challenge.id}/verify`, { code })).status).toBe(422);
  expect((await call("GET", `/auth/factors/${factor.id}`, undefined, elsewhere)).status).toBe(404);
  await mfa.deleteFactor(factor.id);
  expect((await call("GET", `/auth/factors/${factor.id}`)).status).toBe(404);
});
