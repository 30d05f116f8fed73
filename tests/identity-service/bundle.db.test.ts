import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type IdentityProgram,
  MANAGEMENT_TOKEN,
  startIdentityProgram,
} from "#tests/bench/identity-program.ts";
import { testDatabase } from "#tests/support/database.ts";
import { startIdentityService } from "#tests/support/identity-service.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";

let program: IdentityProgram;
let identityUrl: string;

beforeAll(async () => {
  ({ identityUrl } = await testDatabase());
  program = await startIdentityProgram(identityUrl);
});
afterAll(() => program.stop());

async function post(path: string, body: object, token = MANAGEMENT_TOKEN) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${program.url}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, string> & { sp?: Record<string, string> },
  };
}

test("the service made into one program offers what its sources do", async () => {
  const service = await startIdentityService(identityUrl);
  const ours = await service.manage("GET", "/capabilities");
  await service.close();
  const headers = { authorization: `Bearer ${MANAGEMENT_TOKEN}` };
  const answer = await fetch(`${program.url}/sallyport/v1/capabilities`, { headers });
  expect(await answer.json()).toEqual(ours.body);
});

test("what is loaded late is there: passwords, bcrypt, certificates, XML, SCIM", async () => {
  const environment = await post("/sallyport/v1/environments", { name: "Bundle", kind: "staging" });
  const home = `/sallyport/v1/environments/${environment.body.id}`;
  const { body: key } = await post(`${home}/api_keys`, { name: "test" });
  const password = "a password that nobody has";
  const user = { email: "somebody@example.com", password };
  expect((await post("/user_management/users", user, key.value)).status).toBe(201);
  const imported = {
    email: "another@example.com",
    password_hash_type: "bcrypt",
    password_hash: "$2b$04$abcdefghijklmnopqrstuuf2DvLOKx0yqqzpjuZTJKY7tyIeQgLWi",
  };
  expect((await post("/user_management/users", imported, key.value)).status).toBe(201);
  const grant = {
    grant_type: "password",
    client_id: environment.body.client_id,
    client_secret: key.value,
    password,
  };
  const asked = { ...grant, email: imported.email };
  expect(await post("/user_management/authenticate", asked)).toMatchObject({
    status: 400,
    body: { code: "invalid_credentials" },
  });
  const { body: organization } = await post("/organizations", { name: "Bundle" }, key.value);
  const connection = await post(`${home}/connections`, {
    organization_id: organization.id,
    connection_type: "GenericSAML",
    name: "Bundle",
    saml: { idp_certificates: [idpSettings().certificate], idp_entity_id: "https://idp.example.com" },
  });
  expect(connection.status).toBe(201);
  const sent = await fetch(`${program.url}${new URL(connection.body.sp?.acs_url ?? "").pathname}`, {
    method: "POST",
    body: new URLSearchParams({ SAMLResponse: Buffer.from("<no response>").toString("base64") }),
  });
  expect(sent.status).toBe(400);
  expect((await fetch(`${program.url}/scim/v2.0/none/Users`)).status).toBe(401);
});

test("a HEAD is answered as its GET, without the body", async () => {
  const answer = await fetch(`${program.url}/health`, { method: "HEAD" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-length")).toBe(String(JSON.stringify({ status: "ok" }).length));
  expect(await answer.text()).toBe("");
});
