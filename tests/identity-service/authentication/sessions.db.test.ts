import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { authenticationStage, PASSWORD } from "#tests/support/authentication.ts";

const { authenticate, byPassword, call, events, goForward, newUser, stage, refresh, sdk, settings } =
  authenticationStage();

test("a refresh token is good once; used again it ends the session and all its tokens", async () => {
  const { email } = await newUser();
  const first = (await byPassword(email)).body.refresh_token;
  const second = (await refresh(first)).body.refresh_token;
  expect(second).not.toBe(first);
  // Two tabs at the same moment are no theft.
  expect((await refresh(first)).status).toBe(200);
  goForward(MINUTE_MS);
  expect(await refresh(first)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect(await refresh(second)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  const sid = (await events("session.revoked")).at(-1)?.id;
  expect(sid).toMatch(/^session_/);
});

test("an SDK's retry of a refresh is no reuse, on whichever instance it arrives", async () => {
  const { twin } = stage();
  const { email } = await newUser();
  const token = (await byPassword(email)).body.refresh_token;
  const retry = { "idempotency-key": "retry-1" };
  const fields = { grant_type: "refresh_token", refresh_token: token };
  expect((await authenticate(fields, { headers: retry })).status).toBe(200);
  goForward(30_000);
  expect((await authenticate(fields, { headers: retry, at: twin })).status).toBe(200);
  expect((await authenticate(fields, { headers: { "idempotency-key": "other" }, at: twin })).status).toBe(
    400,
  );
});

test("a session ends when it is left alone, at its latest hour, and at once when it is revoked or signed out of", async () => {
  const { here } = stage();
  const user = await newUser();
  await settings({ sessions: { inactivity_hours: 2, maximum_hours: 3 } });
  try {
    let token = (await byPassword(user.email)).body.refresh_token;
    goForward(1.5 * HOUR_MS);
    token = (await refresh(token)).body.refresh_token;
    goForward(2.9 * HOUR_MS);
    token = (await refresh(token)).body.refresh_token;
    goForward(3.1 * HOUR_MS);
    expect((await refresh(token)).status).toBe(400);
    goForward(0);
    const idle = (await byPassword(user.email)).body.refresh_token;
    goForward(2.1 * HOUR_MS);
    expect((await refresh(idle)).status).toBe(400);
  } finally {
    await settings({ sessions: null });
  }
  goForward(0);
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

test("an environment's own issuer stands in its tokens, whichever instance makes them, until it is taken back", async () => {
  const { service, twin, here, elsewhere } = stage();
  const { email } = await newUser();
  const stranger = await newUser({}, elsewhere);
  const setIssuer = (issuer: string | null) =>
    service.manage("PATCH", `/environments/${here.id}`, { issuer });
  const issuerFor = async (who: string, site = here, at = service) => {
    const fields = { grant_type: "password", email: who, password: PASSWORD };
    return decodeJwt((await authenticate(fields, { site, at })).body.access_token ?? "").iss;
  };
  await setIssuer("https://id.harbour.example");
  try {
    expect(await issuerFor(email)).toBe("https://id.harbour.example");
    expect(await issuerFor(email, here, twin)).toBe("https://id.harbour.example");
    expect(await issuerFor(stranger.email, elsewhere)).toBe(service.url);
  } finally {
    await setIssuer(null);
  }
  expect(await issuerFor(email)).toBe(service.url);
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
