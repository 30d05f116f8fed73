import { TOTP } from "otpauth";
import { expect, test } from "vitest";
import { authenticationStage } from "#tests/support/authentication.ts";

const { authenticate, byPassword, call, mfa, newUser, stage, sdk, settings } = authenticationStage();

test("who has a second factor is asked for it; no code is good twice, and none of another user's", async () => {
  const user = await newUser();
  const { authenticationFactor, authenticationChallenge } = await mfa().createUserAuthFactor({
    userId: user.id,
    type: "totp",
  });
  expect(authenticationFactor.totp?.qrCode).toMatch(/^data:image\/png;base64,/);
  const totp = new TOTP({ secret: authenticationFactor.totp?.secret ?? "" });
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
  const challenge = await mfa().challengeFactor({
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
  const foreign = await mfa().createUserAuthFactor({
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
  const { here } = stage();
  await settings({ authentication: { second_factor: "required" } });
  try {
    const user = await newUser();
    const asked = await byPassword(user.email);
    expect(asked).toMatchObject({ status: 403, body: { code: "mfa_enrollment", user: { id: user.id } } });
    const { authenticationFactor, authenticationChallenge } = await mfa().createUserAuthFactor({
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

test("factors of an application's own are enrolled, challenged, verified and deleted with the official SDK", async () => {
  const { elsewhere } = stage();
  const factor = await mfa().enrollFactor({ type: "totp", issuer: "Shop", user: "someone" });
  const challenge = await mfa().challengeFactor({ authenticationFactorId: factor.id });
  const code = new TOTP({ secret: factor.totp?.secret ?? "" }).generate();
  expect(
    (await mfa().verifyChallenge({ authenticationChallengeId: challenge.id, code: "000000" })).valid,
  ).toBe(false);
  expect((await mfa().verifyChallenge({ authenticationChallengeId: challenge.id, code })).valid).toBe(true);
  expect((await call("POST", `/auth/challenges/${challenge.id}/verify`, { code })).status).toBe(422);
  expect((await call("GET", `/auth/factors/${factor.id}`, undefined, elsewhere)).status).toBe(404);
  await mfa().deleteFactor(factor.id);
  expect((await call("GET", `/auth/factors/${factor.id}`)).status).toBe(404);
});
