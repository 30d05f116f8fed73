import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { authenticationStage, PASSWORD } from "#tests/support/authentication.ts";
import { codeIn, messagesTo } from "#tests/support/messages.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";

const { authenticate, byPassword, call, events, goForward, join, newUser, stage, refresh, sdk } =
  authenticationStage();

test("the official SDK signs a user in by password; the access token verifies against the JWKS and says who, where and as what", async () => {
  const { service, here } = stage();
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
  const { elsewhere } = stage();
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
  const { service, twin } = stage();
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
  const { here } = stage();
  const user = await newUser({ email_verified: false });
  const asked = await byPassword(user.email);
  expect(asked).toMatchObject({
    status: 403,
    body: { code: "email_verification_required", email: user.email },
  });
  const [message] = await messagesTo(stage().admin, here.id, user.email);
  const token = asked.body.pending_authentication_token;
  const grant_type = "urn:workos:oauth:grant-type:email-verification:code";
  const wrong = await authenticate({ grant_type, pending_authentication_token: token, code: "000000" });
  expect(wrong).toMatchObject({ status: 400, body: { code: "invalid_one_time_code" } });
  const right = { grant_type, pending_authentication_token: token, code: codeIn(message?.text) };
  expect(await authenticate(right)).toMatchObject({ status: 200, body: { user: { email_verified: true } } });
  expect(await authenticate(right)).toMatchObject({ body: { code: "invalid_pending_authentication_token" } });
});

test("the official SDK signs in by magic code, which is good once", async () => {
  const { here } = stage();
  const { email, code } = await sdk().createMagicAuth({ email: "magic@outside.example" });
  const signedIn = await sdk().authenticateWithMagicAuth({ clientId: here.clientId, email, code });
  expect(signedIn).toMatchObject({ authenticationMethod: "MagicAuth", user: { email, emailVerified: true } });
  await expect(
    sdk().authenticateWithMagicAuth({ clientId: here.clientId, email, code }),
  ).rejects.toMatchObject({
    code: "one_time_code_previously_used",
  });
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

test("whose domain has an identity provider does not get around it, by a password, a code or another organization", async () => {
  const { service, here } = stage();
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

test("a device polls until its person decided, is slowed down when hasty, and gets one session", async () => {
  const { service, here } = stage();
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
  goForward(6 * MINUTE_MS);
  expect(await poll()).toMatchObject({ status: 400, body: { error: "expired_token" } });
});

test("who shows no key of the environment is refused, and a malformed request says what it lacks", async () => {
  const { elsewhere } = stage();
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
