import { WorkOS } from "@workos-inc/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { type OidcIdp, startOidcIdp } from "#tests/support/oidc-provider.ts";
import { HONEST, type RogueIdp, startRogueIdp } from "#tests/support/rogue-oidc-provider.ts";

interface ManagedConnection {
  id: string;
  sp: { redirect_uri: string };
}

const allowed: string[] = [];
let service: RunningIdentityService;
let environment: TestEnvironment;
let idp: OidcIdp;
let rogue: RogueIdp;
let honest: ManagedConnection;
let trap: ManagedConnection;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  environment = await prepareEnvironment(service);
  idp = await startOidcIdp(allowed);
  rogue = await startRogueIdp();
  honest = await connect({ issuer: idp.issuer, client_id: idp.clientId, client_secret: idp.clientSecret });
  trap = await connect({ issuer: rogue.issuer, client_id: "sallyport", client_secret: "secret" });
  allowed.push(honest.sp.redirect_uri);
});
afterEach(() => {
  rogue.roguery = HONEST;
});
afterAll(async () => {
  await Promise.all([service.close(), idp.close(), rogue.close()]);
});

async function connect(oidc: Record<string, unknown>): Promise<ManagedConnection> {
  const made = await service.manage<ManagedConnection>(
    "POST",
    `/environments/${environment.id}/connections`,
    {
      organization_id: environment.organizationId,
      connection_type: "GenericOIDC",
      name: "Example OIDC",
      state: "active",
      oidc,
    },
  );
  expect(made.status).toBe(201);
  return made.body;
}

function authorizeUrl(connection: ManagedConnection, state = "s"): string {
  const workos = new WorkOS(environment.apiKey, {
    clientId: environment.clientId,
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
  const { clientId, redirectUri } = environment;
  return workos.sso.getAuthorizationUrl({ clientId, redirectUri, connection: connection.id, state });
}

/** A browser with cookies, followed until it is sent to the application. */
async function follow(start: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let step = 0; step < 20; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const each of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (!location) throw new Error(`${answer.status} at ${url.pathname}: ${await answer.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(environment.redirectUri)) return url;
  }
  throw new Error("The browser was sent around without end.");
}

/** To the rogue and back, without the network in between. */
async function throughRogue(change: (back: URL) => void = () => undefined, connection = trap) {
  const { location } = await visit(authorizeUrl(connection));
  const back = rogue.answer(location ?? new URL("about:blank"));
  change(back);
  return await visit(back.href);
}

async function failedCheck(connection = trap): Promise<string | undefined> {
  const path = `/environments/${environment.id}/connections/${connection.id}/traces`;
  const { body } = await service.manage<{ data: { checks: { id: string; result: string }[] }[] }>(
    "GET",
    path,
  );
  return body.data[0]?.checks.find(({ result }) => result === "failed")?.id;
}

test("a person signs in through a real OpenID provider, with state, nonce and PKCE", async () => {
  const back = await follow(authorizeUrl(honest, "xyz"));
  expect(back.searchParams.get("state")).toBe("xyz");
  const workos = new WorkOS(environment.apiKey, {
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
  const { profile } = await workos.sso.getProfileAndToken({
    code: back.searchParams.get("code") ?? "",
    clientId: environment.clientId,
  });
  expect(profile).toMatchObject({
    email: "grace@example.com",
    firstName: "Grace",
    lastName: "Hopper",
    idpId: "grace-1906",
    connectionType: "GenericOIDC",
    groups: ["compilers"],
  });
});

test("endpoints entered by hand work without discovery", async () => {
  const byHand = await connect({
    issuer: idp.issuer,
    authorization_endpoint: `${idp.issuer}/auth`,
    token_endpoint: `${idp.issuer}/token`,
    userinfo_endpoint: `${idp.issuer}/me`,
    jwks_uri: `${idp.issuer}/jwks`,
    client_id: idp.clientId,
    client_secret: idp.clientSecret,
  });
  allowed.push(byHand.sp.redirect_uri);
  expect((await follow(authorizeUrl(byHand))).searchParams.get("code")).toBeTruthy();
});

test("signing out leads to the identity provider with a hint of whom it is about", async () => {
  const back = await follow(authorizeUrl(honest));
  const workos = new WorkOS(environment.apiKey, {
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
  const code = back.searchParams.get("code") ?? "";
  const { profile } = await workos.sso.getProfileAndToken({ code, clientId: environment.clientId });
  const answer = await fetch(`${service.url}/sso/logout/authorize`, {
    method: "POST",
    headers: { authorization: `Bearer ${environment.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ profile_id: profile.id }),
  });
  const { logout_url } = (await answer.json()) as { logout_url: string };
  const { location } = await visit(logout_url);
  expect(location?.href.startsWith(`${idp.issuer}/session/end`)).toBe(true);
  expect(location?.searchParams.get("id_token_hint")).toBeTruthy();
  expect((await visit(logout_url.replace(/.{8}$/, "AAAAAAAA"))).status).toBe(404);
});

test("the trap works where nothing is wrong, so that each refusal below is about its own fault", async () => {
  expect((await throughRogue()).location?.searchParams.get("code")).toBeTruthy();
});

const later = Math.floor(Date.now() / 1000) + 86_400;

test.each([
  ["an ID token that is not signed", { signed: "none" }, "id_token.algorithm"],
  ["an ID token signed with the public key as a secret", { signed: "hmac" }, "id_token.algorithm"],
  ["an ID token signed with another key", { signed: "other" }, "id_token.signature"],
  ["a key id that nobody knows", { header: { kid: "../../etc/passwd" } }, "id_token.signature"],
  [
    "a key in the token's own header",
    { signed: "other", header: { jku: "http://127.0.0.1/k", jwk: {} } },
    "id_token.signature",
  ],
  [
    "a key at an address in the token's own header",
    { signed: "other", header: { x5u: "http://127.0.0.1/k", x5c: ["AAAA"] } },
    "id_token.signature",
  ],
  [
    "a header that has to be understood and is not (crit)",
    { header: { crit: ["sallyport"], sallyport: 1 } },
    "id_token.shape",
  ],
  [
    "another issuer",
    { claims: (right: object) => ({ ...right, iss: "https://evil.example" }) },
    "id_token.issuer",
  ],
  [
    "another audience",
    { claims: (right: object) => ({ ...right, aud: "someone-else" }) },
    "id_token.audience",
  ],
  [
    "several audiences without saying which is meant",
    { claims: (right: { aud: string }) => ({ ...right, aud: [right.aud, "someone-else"] }) },
    "id_token.audience",
  ],
  [
    "a token that was issued to another client (azp)",
    { claims: (right: object) => ({ ...right, azp: "someone-else" }) },
    "id_token.audience",
  ],
  [
    "a token that came with another access token (at_hash)",
    { claims: (right: object) => ({ ...right, at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }) },
    "id_token.access_token",
  ],
  ["another nonce", { claims: (right: object) => ({ ...right, nonce: "stolen" }) }, "id_token.nonce"],
  ["no nonce", { claims: ({ nonce: _nonce, ...right }: { nonce?: unknown }) => right }, "id_token.nonce"],
  ["an expired token", { claims: (right: object) => ({ ...right, exp: 1_000_000 }) }, "id_token.time"],
  [
    "a token that is not valid yet",
    { claims: (right: object) => ({ ...right, nbf: later }) },
    "id_token.time",
  ],
  ["user info about another person", { userInfoSub: "somebody-else" }, "userinfo.subject"],
  ["an answer from another issuer (mix-up)", { responseIssuer: "https://evil.example" }, "response.issuer"],
])("refuses %s, and the trace names the check", async (_what, roguery, check) => {
  rogue.roguery = { ...HONEST, ...(roguery as Partial<typeof HONEST>) };
  const { location } = await throughRogue();
  expect(location?.searchParams.get("error")).toBe("oauth_failed");
  expect(location?.searchParams.has("code")).toBe(false);
  expect(await failedCheck()).toBe(check);
});

test("an ID token without a key id is refused where several keys could be meant", async () => {
  rogue.roguery = { ...HONEST, header: { kid: undefined }, moreKeys: 1 };
  const fresh = await connect({ issuer: rogue.issuer, client_id: "sallyport", client_secret: "secret" });
  const { location } = await throughRogue(undefined, fresh);
  expect(location?.searchParams.get("error")).toBe("oauth_failed");
  expect(await failedCheck(fresh)).toBe("id_token.signature");
});

test("keys that the provider replaces while somebody is there are taken up at once, and the old one is worth nothing", async () => {
  expect((await throughRogue()).location?.searchParams.get("code")).toBeTruthy();
  const { location } = await visit(authorizeUrl(trap));
  const back = rogue.answer(location ?? new URL("about:blank"));
  rogue.rotate();
  expect((await visit(back.href)).location?.searchParams.get("code")).toBeTruthy();
  rogue.roguery = { ...HONEST, signed: "retired" };
  expect((await throughRogue()).location?.searchParams.get("error")).toBe("oauth_failed");
  expect(await failedCheck()).toBe("id_token.signature");
});

test("refuses an answer without the issuer that the provider promises to send", async () => {
  const { location } = await throughRogue((back) => back.searchParams.delete("iss"));
  expect(location?.searchParams.get("error")).toBe("oauth_failed");
});

test("an answer with a state that is not pending goes nowhere", async () => {
  const unknown = await throughRogue((back) => back.searchParams.set("state", "guessed"));
  expect([unknown.status, unknown.location]).toEqual([400, null]);
});

test("an answer is good for one sign-in", async () => {
  const { location } = await visit(authorizeUrl(trap));
  const back = rogue.answer(location ?? new URL("about:blank"));
  expect((await visit(back.href)).location?.searchParams.get("code")).toBeTruthy();
  expect((await visit(back.href)).status).toBe(400);
});

test("an answer at another connection's address is not believed", async () => {
  const { location } = await visit(authorizeUrl(trap));
  const back = rogue.answer(location ?? new URL("about:blank"));
  const elsewhere = new URL(honest.sp.redirect_uri);
  elsewhere.search = back.search;
  expect((await visit(elsewhere.href)).status).toBe(400);
});

test("a person who says no at the identity provider is told so by the application", async () => {
  const { location } = await throughRogue((back) => {
    back.searchParams.delete("code");
    back.searchParams.set("error", "access_denied");
  });
  expect(location?.searchParams.get("error")).toBe("access_denied");
  expect(location?.searchParams.get("state")).toBe("s");
});

test("an identity provider that cannot be reached is a sentence to the application, not a crash", async () => {
  const gone = await connect({ issuer: "http://127.0.0.1:9", client_id: "x", client_secret: "y" });
  const { location } = await visit(authorizeUrl(gone));
  expect(location?.searchParams.get("error")).toBe("oauth_failed");
});

test("the client's secret is never shown again", async () => {
  const path = `/environments/${environment.id}/connections/${honest.id}`;
  const { body } = await service.manage<object>("GET", path);
  expect(JSON.stringify(body)).not.toContain(idp.clientSecret);
  expect(body).toMatchObject({ oidc: { has_client_secret: true, client_id: idp.clientId } });
});
