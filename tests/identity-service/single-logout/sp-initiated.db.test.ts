import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { formWalker } from "#tests/support/form-walker.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { type OidcIdp, startOidcIdp } from "#tests/support/oidc-provider.ts";
import { EVIL_PAIR } from "#tests/support/saml-attacks.ts";
import { ADA, idpSettings } from "#tests/support/saml-idp.ts";
import { logoutResponseXml, postFields, redirectQuery } from "#tests/support/saml-logout.ts";
import {
  codeThrough,
  connectSaml,
  isSignedIn,
  type SamlConnection,
  type SignedIn,
  sessionFor,
} from "#tests/support/sso-sessions.ts";

const idp = idpSettings();
const HOME = "http://localhost:9999/bye";
const oidcAddresses: string[] = [];
let service: RunningIdentityService;
let here: TestEnvironment;
let connection: SamlConnection;
let oidc: OidcIdp;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  connection = await connectSaml(service, here, idp);
  oidc = await startOidcIdp(oidcAddresses);
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { pages: { sign_out_urls: [HOME] } },
  });
});
afterAll(async () => {
  await oidc.close();
  await service.close();
});

const signIn = async (index = "_session1", through = connection) =>
  await sessionFor(service, here, await codeThrough(service, here, through, idp, { index }));
const signedIn = (session: SignedIn) => isSignedIn(service, here, session);

function signOut({ sessionId }: SignedIn, returnTo = HOME) {
  const query = new URLSearchParams({ session_id: sessionId, return_to: returnTo });
  return visit(`${service.url}/user_management/sessions/logout?${query}`);
}

function answerTo(inResponseTo: string, pair = idp as { privateKey: string; certificate: string } | null) {
  const xml = logoutResponseXml({
    issuer: idp.entityId,
    destination: connection.sp.slo_url,
    issuedAt: new Date(),
    inResponseTo,
  });
  return `${connection.sp.slo_url}?${redirectQuery("SAMLResponse", xml, pair)}`;
}

describe("signing out of an application that was signed in to by SAML", () => {
  test("leads by way of the identity provider, which is told whom and which session, back to the application", async () => {
    const session = await signIn("_walk");
    const { location } = await signOut(session);
    expect(location?.href.startsWith("https://idp.example.com/slo?SAMLRequest=")).toBe(true);
    expect(location?.searchParams.get("Signature")).toBeTruthy();
    expect(await signedIn(session)).toBe(false);
    const packed = Buffer.from(location?.searchParams.get("SAMLRequest") ?? "", "base64");
    const xml = inflateRawSync(packed).toString();
    expect(xml).toContain(`>${ADA.nameId}</saml:NameID><samlp:SessionIndex>_walk</samlp:SessionIndex>`);
    expect(xml).toContain('Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"');
    const handle = location?.searchParams.get("RelayState") ?? "";
    expect(xml).toContain(`ID="${handle}"`);
    expect((await visit(answerTo(handle))).location?.href).toBe(HOME);
  });

  test("signs out of what else was signed in to with the same session there", async () => {
    const [one, two, other] = [await signIn("_shared"), await signIn("_shared"), await signIn("_apart")];
    await signOut(one);
    expect([await signedIn(one), await signedIn(two), await signedIn(other)]).toEqual([false, false, true]);
  });

  test("takes the answer by a form too, and whatever it says the person goes home", async () => {
    const { location } = await signOut(await signIn());
    const xml = logoutResponseXml({
      issuer: idp.entityId,
      destination: connection.sp.slo_url,
      issuedAt: new Date(),
      inResponseTo: location?.searchParams.get("RelayState") ?? "",
      status: "Responder",
    });
    const back = await visit(connection.sp.slo_url, postFields("SAMLResponse", xml, idp));
    expect(back.location?.href).toBe(HOME);
  });

  test.each([
    ["is not signed", null],
    ["somebody else signed", EVIL_PAIR],
  ])("does not follow an answer that %s", async (_what, pair) => {
    const { location } = await signOut(await signIn());
    const handle = location?.searchParams.get("RelayState") ?? "";
    expect((await visit(answerTo(handle, pair))).status).toBe(400);
    expect((await visit(answerTo(handle))).location?.href).toBe(HOME);
  });

  test("takes an answer once, and none to what was never asked", async () => {
    const { location } = await signOut(await signIn());
    const handle = location?.searchParams.get("RelayState") ?? "";
    expect((await visit(answerTo(handle))).status).toBe(302);
    expect((await visit(answerTo(handle))).status).toBe(400);
    expect((await visit(answerTo("_0123456789abcdef0123456789abcdef"))).status).toBe(400);
  });

  test("is refused before anything is sent where the address to return to is not the application's", async () => {
    const session = await signIn();
    const refused = await signOut(session, "https://evil.example/");
    expect([refused.status, refused.location]).toEqual([422, null]);
    expect(await signedIn(session)).toBe(false);
  });

  test("by POST where the provider wants it so", async () => {
    const posting = await connectSaml(service, here, idp, { idp_slo_binding: "post" });
    const { status, text } = await signOut(await signIn("_post", posting));
    expect(status).toBe(200);
    expect(text).toContain('action="https://idp.example.com/slo"');
    expect(text).toContain('name="SAMLRequest"');
  });

  test.each([
    ["has no address for it", { idp_slo_url: null }],
    ["is not to be told", { single_logout: false }],
  ])("goes straight home where the identity provider %s", async (_what, saml) => {
    const plain = await connectSaml(service, here, idp, saml);
    expect((await signOut(await signIn("_plain", plain))).location?.href).toBe(HOME);
  });

  test("goes straight home where the session there is over already", async () => {
    const [one, two] = [await signIn("_over"), await signIn("_over")];
    await signOut(one);
    expect((await signOut(two)).location?.href).toBe(HOME);
  });
});

test("metadata tells where to sign out, and by which binding", async () => {
  const slo = (binding: string, rest: string) =>
    `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" ${rest}/>`;
  const certificate = idp.certificate.replace(/-----[^-]*-----|\s/g, "");
  const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${idp.entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>${slo("SOAP", 'Location="https://idp.example.com/soap"')}${slo("HTTP-POST", 'Location="https://idp.example.com/out" ResponseLocation="https://idp.example.com/done"')}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/in"/></md:IDPSSODescriptor></md:EntityDescriptor>`;
  const made = await service.manage<{ saml: Record<string, unknown> }>(
    "POST",
    `/environments/${here.id}/connections`,
    {
      organization_id: here.organizationId,
      connection_type: "GenericSAML",
      name: "From metadata",
      saml: { metadata_xml: metadata },
    },
  );
  expect(made.body.saml).toMatchObject({
    idp_slo_url: "https://idp.example.com/out",
    idp_slo_response_url: "https://idp.example.com/done",
    idp_slo_binding: "post",
  });
});

describe("the link that an application without user management asks for", () => {
  async function profileOf(through: SamlConnection, index: string): Promise<string> {
    const code = await codeThrough(service, here, through, idp, { index });
    const body = {
      client_id: here.clientId,
      client_secret: here.apiKey,
      grant_type: "authorization_code",
      code,
    };
    return (await callWire(service, here, "POST", "/sso/token", body)).body.profile.id;
  }
  const link = (profileId: string) =>
    callWire(service, here, "POST", "/sso/logout/authorize", { profile_id: profileId });

  test("leads to the identity provider's single logout, for SAML too", async () => {
    const { body } = await link(await profileOf(connection, "_link"));
    const { location } = await visit(body.logout_url);
    const xml = inflateRawSync(
      Buffer.from(location?.searchParams.get("SAMLRequest") ?? "", "base64"),
    ).toString();
    expect(xml).toContain("<samlp:SessionIndex>_link</samlp:SessionIndex>");
    expect((await visit(body.logout_url)).status).toBe(404);
  });

  test("is not given where the identity provider has no such address", async () => {
    const plain = await connectSaml(service, here, idp, { idp_slo_url: null });
    const answer = await link(await profileOf(plain, "_none"));
    expect([answer.status, answer.body.error]).toEqual([400, "connection_invalid"]);
  });
});

describe("signing out of an application that was signed in to by OpenID Connect", () => {
  interface OidcConnection {
    id: string;
    sp: { redirect_uri: string; post_logout_redirect_uri: string };
  }

  async function connect(single_logout: boolean): Promise<OidcConnection> {
    const { body } = await service.manage<OidcConnection>("POST", `/environments/${here.id}/connections`, {
      organization_id: here.organizationId,
      connection_type: "GenericOIDC",
      name: "Example OIDC",
      state: "active",
      oidc: {
        issuer: oidc.issuer,
        client_id: oidc.clientId,
        client_secret: oidc.clientSecret,
        single_logout,
      },
    });
    oidcAddresses.push(body.sp.redirect_uri, body.sp.post_logout_redirect_uri);
    return body;
  }

  async function signInBy(through: OidcConnection) {
    const browser = formWalker();
    const query = new URLSearchParams({
      client_id: here.clientId,
      redirect_uri: here.redirectUri,
      response_type: "code",
      connection: through.id,
    });
    const { url } = await browser.open(`${service.url}/sso/authorize?${query}`, here.redirectUri);
    const session = await sessionFor(service, here, url.searchParams.get("code") ?? "");
    return { browser, session };
  }

  test("leads by way of the provider, with a hint of whom and the state, back to the application", async () => {
    const { browser, session } = await signInBy(await connect(true));
    const query = new URLSearchParams({ session_id: session.sessionId, return_to: HOME });
    const page = await browser.open(`${service.url}/user_management/sessions/logout?${query}`, HOME);
    expect(page.url.href.startsWith(`${oidc.issuer}/session/end`)).toBe(true);
    expect(page.url.searchParams.get("id_token_hint")).toBeTruthy();
    expect(await signedIn(session)).toBe(false);
    const back = await browser.send(page, { logout: "yes" }, HOME);
    expect(back.url.href).toBe(HOME);
  });

  test("the way back is good once", async () => {
    const through = await connect(true);
    const { session } = await signInBy(through);
    const { location } = await signOut(session);
    const state = location?.searchParams.get("state") ?? "";
    const back = () => visit(`${through.sp.post_logout_redirect_uri}?state=${state}`);
    expect([(await back()).location?.href, (await back()).status]).toEqual([HOME, 400]);
    expect((await visit(through.sp.post_logout_redirect_uri)).status).toBe(400);
  });

  test("goes straight home where nobody said that the provider knows the address to come back to", async () => {
    const { session } = await signInBy(await connect(false));
    expect((await signOut(session)).location?.href).toBe(HOME);
  });
});
