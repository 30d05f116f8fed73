import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

// Somebody makes an account with another's address and waits in it until its owner comes ("pre-hijacking").

const STRANGERS = "the stranger's pass phrase";
const OWNERS = "the owner's own pass phrase";
const idp = idpSettings();
let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const authenticate = (fields: object) =>
  callWire(service, here, "POST", "/user_management/authenticate", {
    client_id: here.clientId,
    client_secret: here.apiKey,
    ...fields,
  });
const byPassword = (email: string, password: string) =>
  authenticate({ grant_type: "password", email, password });
const lastCode = async (to: string) =>
  /^ {4}(\d{6})$/m.exec((await messagesTo(admin, here.id, to)).at(-1)?.text ?? "")?.[1] ?? "";
const newUser = (email: string, more = {}) =>
  callWire(service, here, "POST", "/user_management/users", { email, password: STRANGERS, ...more });

async function signUp(email: string, password: string) {
  const browser = plainBrowser(service.url);
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    provider: "authkit",
    screen_hint: "sign-up",
  });
  await browser.goTo(`${service.url}/user_management/authorize?${query}`);
  await browser.send("sign-up", { email, password, first_name: "", last_name: "" });
  return browser;
}

test("whoever signed up with another's address has no password there once its owner has come", async () => {
  const email = "owner@outside.example";
  await signUp(email, STRANGERS);
  const owner = await signUp(email, OWNERS);
  await owner.send("code", { code: await lastCode(email) });
  expect(owner.left?.searchParams.get("code")).toBeTruthy();
  expect((await byPassword(email, STRANGERS)).status).toBe(400);
  expect((await byPassword(email, OWNERS)).status).toBe(200);
});

test("a password set before anybody had shown that the address is theirs is worth nothing after a code by mail", async () => {
  const email = "by-code@outside.example";
  await newUser(email);
  await callWire(service, here, "POST", "/user_management/magic_auth", { email });
  const code = await lastCode(email);
  const signedIn = await authenticate({
    grant_type: "urn:workos:oauth:grant-type:magic-auth:code",
    email,
    code,
  });
  expect(signedIn.body.user).toMatchObject({ email, email_verified: true });
  expect((await byPassword(email, STRANGERS)).body).toMatchObject({ code: "invalid_credentials" });
});

test("nor after the owner came through their identity provider", async () => {
  const email = "by-provider@example.com";
  await newUser(email);
  const { body: connection } = await service.manage<{
    id: string;
    sp: { entity_id: string; acs_url: string };
  }>("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "GenericSAML",
    name: "Example SAML",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
    },
  });
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    connection: connection.id,
  });
  const { location } = await visit(`${service.url}/sso/authorize?${query}`);
  const relayState = location?.searchParams.get("RelayState") ?? "";
  const person = {
    username: "x",
    password: "x",
    nameId: email,
    attributes: { "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": email },
  };
  const SAMLResponse = await samlResponse(idp, person, {
    inResponseTo: relayState,
    acsUrl: connection.sp.acs_url,
    audience: connection.sp.entity_id,
  });
  const back = await visit(connection.sp.acs_url, { SAMLResponse, RelayState: relayState });
  const code = back.location?.searchParams.get("code");
  const signedIn = await authenticate({ grant_type: "authorization_code", code });
  expect(signedIn.body.user).toMatchObject({ email, email_verified: true });
  const { rows } = await admin.query("SELECT password_hash FROM identity.users WHERE email = $1", [email]);
  expect(rows).toEqual([{ password_hash: null }]);
});

test("whoever knows the password and proves the address keeps it, and so does whoever signed in before", async () => {
  const email = "mine@outside.example";
  await newUser(email);
  const asked = await byPassword(email, STRANGERS);
  const proved = await authenticate({
    grant_type: "urn:workos:oauth:grant-type:email-verification:code",
    pending_authentication_token: asked.body.pending_authentication_token,
    code: await lastCode(email),
  });
  expect(proved.status).toBe(200);
  expect((await byPassword(email, STRANGERS)).status).toBe(200);
  // Their address is changed, and shown to be theirs by a code: the password is theirs all the same.
  const moved = "moved@outside.example";
  await callWire(service, here, "PUT", `/user_management/users/${proved.body.user.id}`, { email: moved });
  await callWire(service, here, "POST", "/user_management/magic_auth", { email: moved });
  await authenticate({
    grant_type: "urn:workos:oauth:grant-type:magic-auth:code",
    email: moved,
    code: await lastCode(moved),
  });
  expect((await byPassword(moved, STRANGERS)).status).toBe(200);
});
