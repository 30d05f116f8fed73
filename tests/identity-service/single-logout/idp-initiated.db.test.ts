import { createVerify } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { eventsOf } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { EVIL_PAIR } from "#tests/support/saml-attacks.ts";
import { ADA, idpSettings } from "#tests/support/saml-idp.ts";
import { type Field, logoutRequestXml, postFields, redirectQuery } from "#tests/support/saml-logout.ts";
import {
  authenticate,
  codeThrough,
  connectSaml,
  isSignedIn,
  type SamlConnection,
  sessionFor,
} from "#tests/support/sso-sessions.ts";

const idp = idpSettings();
let service: RunningIdentityService;
let twin: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let connection: SamlConnection;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  twin = await startIdentityService(database.identityUrl, { baseUrl: service.url });
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  connection = await connectSaml(service, here, idp);
});
afterAll(async () => {
  await admin.end();
  await twin.close();
  await service.close();
});

const code = (index?: string, through = connection) =>
  codeThrough(service, here, through, idp, index ? { index } : {});
const signIn = async (index?: string, through = connection) =>
  await sessionFor(service, here, await code(index, through));
const signedIn = (session: Awaited<ReturnType<typeof signIn>>) => isSignedIn(service, here, session);

function request({ indexes = [] as string[], to = connection, id = "" } = {}): string {
  return logoutRequestXml({
    issuer: idp.entityId,
    destination: to.sp.slo_url,
    issuedAt: new Date(),
    nameId: ADA.nameId,
    indexes,
    ...(id ? { id } : {}),
  });
}

/** What a browser is answered when the identity provider sends it with a request. */
const send = (xml: string, relayState = "", at = service) =>
  visit(
    `${connection.sp.slo_url.replace(service.url, at.url)}?${redirectQuery("SAMLRequest", xml, idp, { relayState })}`,
  );

describe("a person who signs out at their identity provider", () => {
  test("is signed out here: the session that was begun with that one, and no other", async () => {
    const [this_, other] = [await signIn("_a"), await signIn("_b")];
    const { location } = await send(request({ indexes: ["_a"] }), "theirs");
    expect(location?.href.startsWith("https://idp.example.com/slo?SAMLResponse=")).toBe(true);
    expect(location?.searchParams.get("RelayState")).toBe("theirs");
    expect([await signedIn(this_), await signedIn(other)]).toEqual([false, true]);
    const refreshed = { grant_type: "refresh_token", refresh_token: this_.refreshToken };
    expect((await authenticate(service, here, refreshed)).body).toMatchObject({ error: "invalid_grant" });
    const told = (await eventsOf(admin, here.id, "session.revoked")).map(({ id }) => id);
    expect(told).toContain(this_.sessionId);
  });

  test("the answer is signed with the key that our metadata names", async () => {
    await signIn("_signed");
    const { location } = await send(request({ indexes: ["_signed"] }));
    const [query = "", signature = ""] = (location?.search.slice(1) ?? "").split("&Signature=");
    const { text } = await visit(connection.sp.metadata_url);
    expect(text).toContain(`Location="${connection.sp.slo_url}"`);
    const certificate = /<ds:X509Certificate>([^<]*)</.exec(text)?.[1] ?? "";
    const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
    const verifier = createVerify("sha256").update(query);
    expect(verifier.verify(pem, decodeURIComponent(signature), "base64")).toBe(true);
  });

  test("is signed out of every session where the request names none", async () => {
    const sessions = [await signIn("_c"), await signIn("_d")];
    await send(request());
    expect(await Promise.all(sessions.map(signedIn))).toEqual([false, false]);
  });

  test("by a form as well as by a redirect", async () => {
    const session = await signIn("_form");
    const answer = await visit(
      connection.sp.slo_url,
      postFields("SAMLRequest", request({ indexes: ["_form"] }), idp),
    );
    expect(answer.location?.searchParams.has("SAMLResponse")).toBe(true);
    expect(await signedIn(session)).toBe(false);
  });

  test("leaves whoever has the same name at another identity provider signed in", async () => {
    const elsewhere = await connectSaml(service, here, idp);
    const session = await signIn("_same", elsewhere);
    await send(request({ indexes: ["_same"] }));
    expect(await signedIn(session)).toBe(true);
  });

  test("cannot be signed in by a code that they had before, for a session or for a profile", async () => {
    const [forSession, forToken] = [await code("_late"), await code("_late")];
    await send(request({ indexes: ["_late"] }));
    for (const grant of [forSession, forToken]) expect(grant).not.toBe("");
    const late = await authenticate(service, here, { grant_type: "authorization_code", code: forSession });
    expect(late.body).toMatchObject({ error: "invalid_grant" });
    const token = await redeem(forToken);
    expect([token.status, await token.json()]).toMatchObject([400, { error: "invalid_grant" }]);
  });

  test("cannot be read about with a token of /sso/token any more", async () => {
    const { access_token } = (await (await redeem(await code("_token"))).json()) as { access_token: string };
    const profile = () =>
      fetch(`${service.url}/sso/profile`, { headers: { authorization: `Bearer ${access_token}` } });
    expect((await profile()).status).toBe(200);
    await send(request({ indexes: ["_token"] }));
    expect((await profile()).status).toBe(401);
  });

  test("is shown that they are signed out where the identity provider takes no answer", async () => {
    const silent = await connectSaml(service, here, idp, { idp_slo_url: null });
    const session = await signIn("_silent", silent);
    const query = redirectQuery("SAMLRequest", request({ to: silent }), idp);
    const page = await visit(`${silent.sp.slo_url}?${query}`);
    expect([page.status, page.text.includes("You are signed out")]).toEqual([200, true]);
    expect(await signedIn(session)).toBe(false);
  });

  test("the answer goes where the provider wants answers, by the binding it wants", async () => {
    const other = await connectSaml(service, here, idp, {
      idp_slo_binding: "post",
      idp_slo_response_url: "https://idp.example.com/slo/answers",
    });
    const query = redirectQuery("SAMLRequest", request({ to: other }), idp);
    const page = await visit(`${other.sp.slo_url}?${query}`);
    expect(page.text).toContain('action="https://idp.example.com/slo/answers"');
    expect(page.text).toContain('name="SAMLResponse"');
  });
});

describe("a logout request that must not be obeyed", () => {
  const unsigned = (field: Field, xml: string) => redirectQuery(field, xml, null);
  test.each([
    ["unsigned", unsigned],
    ["signed by somebody else", (field: Field, xml: string) => redirectQuery(field, xml, EVIL_PAIR)],
  ])("signs nobody out: one that is %s", async (_what, write) => {
    const session = await signIn("_kept");
    const page = await visit(`${connection.sp.slo_url}?${write("SAMLRequest", request())}`);
    expect([page.status, page.location]).toEqual([400, null]);
    const form = await visit(connection.sp.slo_url, postFields("SAMLRequest", request(), null));
    expect(form.status).toBe(400);
    expect(await signedIn(session)).toBe(true);
  });

  test("signs nobody out: one that was obeyed before, on whichever instance", async () => {
    const xml = request({ indexes: ["_replayed"] });
    await signIn("_replayed");
    expect((await send(xml)).status).toBe(302);
    const again = await signIn("_replayed");
    expect((await send(xml, "", twin)).status).toBe(400);
    expect((await send(xml)).status).toBe(400);
    expect(await signedIn(again)).toBe(true);
  });

  test("signs nobody out: one made for another connection's address", async () => {
    const other = await connectSaml(service, here, idp);
    const session = await signIn("_address", other);
    const query = redirectQuery("SAMLRequest", request(), idp);
    expect((await visit(`${other.sp.slo_url}?${query}`)).status).toBe(400);
    expect(await signedIn(session)).toBe(true);
  });

  test("signs nobody out: one of a connection that is switched off", async () => {
    const off = await connectSaml(service, here, idp);
    const session = await signIn("_off", off);
    await service.manage("PATCH", `/environments/${here.id}/connections/${off.id}`, { state: "inactive" });
    const query = redirectQuery("SAMLRequest", request({ to: off }), idp);
    expect((await visit(`${off.sp.slo_url}?${query}`)).status).toBe(400);
    expect(await signedIn(session)).toBe(true);
  });

  test("there is no such address for what is no SAML connection", async () => {
    expect((await visit(`${service.url}/sso/saml/slo/unknown`)).status).toBe(404);
  });
});

function redeem(given: string) {
  return fetch(`${service.url}/sso/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: here.clientId,
      client_secret: here.apiKey,
      grant_type: "authorization_code",
      code: given,
    }),
  });
}
