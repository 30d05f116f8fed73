import { decodeJwt } from "jose";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { ADA, idpSettings } from "#tests/support/saml-idp.ts";
import { codeThrough, type SamlConnection } from "#tests/support/sso-sessions.ts";

const idp = idpSettings();
let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let connection: SamlConnection;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const made = await service.manage<SamlConnection>("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "GenericSAML",
    name: "Example SAML",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
    },
    role_map: [{ group: "engineers", role: "admin" }],
  });
  expect(made.status).toBe(201);
  connection = made.body;
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);

const codeFor = (person = ADA) => codeThrough(service, here, connection, idp, { person });

test("a code of single sign-on is worth a session; the person becomes a member with the role of their group", async () => {
  const signedIn = await sdkFor(service, here).userManagement.authenticateWithCode({
    clientId: here.clientId,
    code: await codeFor(),
  });
  expect(signedIn).toMatchObject({
    authenticationMethod: "SSO",
    organizationId: here.organizationId,
    user: { emailVerified: true },
  });
  const again = await sdkFor(service, here).userManagement.authenticateWithCode({
    clientId: here.clientId,
    code: await codeFor(),
  });
  expect(again.user.id).toBe(signedIn.user.id);
  expect(decodeJwt(again.accessToken)).toMatchObject({
    sub: signedIn.user.id,
    org_id: here.organizationId,
    role: "admin",
  });
  const told = await eventsOf(admin, here.id, "authentication.sso_succeeded");
  expect(told.at(-1)).toMatchObject({ user_id: again.user.id, sso: { connection_id: connection.id } });
});

test("an identity provider's word about an address outside its organization's domains makes nobody somebody else", async () => {
  const victim = await call("POST", "/user_management/users", {
    email: "victim@elsewhere.example",
    email_verified: true,
  });
  await call("PUT", `/organizations/${here.organizationId}`, { allow_profiles_outside_organization: true });
  const code = await codeFor({
    ...ADA,
    nameId: "victim",
    attributes: {
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "victim@elsewhere.example",
    },
  });
  const redeemed = await fetch(`${service.url}/user_management/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: here.clientId,
      client_secret: here.apiKey,
      grant_type: "authorization_code",
      code,
    }),
  });
  const asked = await redeemed.json();
  expect([redeemed.status, asked]).toMatchObject([
    403,
    { code: "email_verification_required", email: "victim@elsewhere.example" },
  ]);
  const [message] = await messagesTo(admin, here.id, "victim@elsewhere.example");
  const signedIn = await sdkFor(service, here).userManagement.authenticateWithEmailVerification({
    clientId: here.clientId,
    pendingAuthenticationToken: asked.pending_authentication_token,
    code: /^ {4}(\d{6})$/m.exec(message?.text ?? "")?.[1] ?? "",
  });
  expect(signedIn.user.id).toBe(victim.body.id);
  // Whoever has the mailbox said so once: it is not asked again.
  const later = await codeFor({
    ...ADA,
    nameId: "victim",
    attributes: {
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "victim@elsewhere.example",
    },
  });
  const next = await sdkFor(service, here).userManagement.authenticateWithCode({
    clientId: here.clientId,
    code: later,
  });
  expect(next.user.id).toBe(victim.body.id);
});

test("an address that the provider itself calls unverified is its owner's to confirm, in the organization's own domain too", async () => {
  const email = "unsure@example.com";
  const person = (email_verified: string) => ({
    ...ADA,
    nameId: `unsure ${email_verified}`,
    attributes: {
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": email,
      email_verified,
    },
  });
  const exchange = async (code: string) =>
    await call("POST", "/user_management/authenticate", {
      client_id: here.clientId,
      client_secret: here.apiKey,
      grant_type: "authorization_code",
      code,
    });
  const refused = await exchange(await codeFor(person("false")));
  expect([refused.status, refused.body]).toMatchObject([403, { code: "email_verification_required", email }]);
  const signedIn = await exchange(await codeFor(person("true")));
  expect([signedIn.status, signedIn.body.user]).toMatchObject([200, { email, email_verified: true }]);
});

test("whose membership was ended is not let in by the identity provider", async () => {
  const code = await codeFor();
  const { user } = await sdkFor(service, here).userManagement.authenticateWithCode({
    clientId: here.clientId,
    code,
  });
  const { body } = await call("GET", `/user_management/organization_memberships?user_id=${user.id}`);
  expect(
    (await call("PUT", `/user_management/organization_memberships/${body.data[0].id}/deactivate`)).status,
  ).toBe(200);
  await expect(
    sdkFor(service, here).userManagement.authenticateWithCode({
      clientId: here.clientId,
      code: await codeFor(),
    }),
  ).rejects.toMatchObject({ error: "organization_membership_not_found" });
});

test("an identity provider makes members of its own organization only, whichever its people ask for on the way", async () => {
  await call("PUT", `/organizations/${here.organizationId}`, { allow_profiles_outside_organization: true });
  const other = await call("POST", "/organizations", { name: "Somebody else's" });
  const email = "mallory@elsewhere.example";
  const code = await codeFor({
    ...ADA,
    nameId: "mallory",
    attributes: { "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": email },
  });
  const authenticate = (fields: Record<string, string>) =>
    call("POST", "/user_management/authenticate", {
      client_id: here.clientId,
      client_secret: here.apiKey,
      ...fields,
    });
  const asked = await authenticate({ grant_type: "authorization_code", code });
  const moved = await authenticate({
    grant_type: "urn:workos:oauth:grant-type:organization-selection",
    pending_authentication_token: asked.body.pending_authentication_token,
    organization_id: other.body.id,
  });
  expect(moved.body).toMatchObject({ code: "email_verification_required" });
  const [message] = await messagesTo(admin, here.id, email);
  const refused = await authenticate({
    grant_type: "urn:workos:oauth:grant-type:email-verification:code",
    pending_authentication_token: moved.body.pending_authentication_token,
    code: /^ {4}(\d{6})$/m.exec(message?.text ?? "")?.[1] ?? "",
  });
  expect([refused.status, refused.body.error]).toEqual([400, "organization_membership_not_found"]);
  const members = await call(
    "GET",
    `/user_management/organization_memberships?organization_id=${other.body.id}`,
  );
  expect(members.body.data).toEqual([]);
});
