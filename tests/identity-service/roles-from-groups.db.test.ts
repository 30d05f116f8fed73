import { WorkOS } from "@workos-inc/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

interface Connection {
  id: string;
  role_map: unknown;
  sp: { entity_id: string; acs_url: string };
}

const idp = idpSettings();
let service: RunningIdentityService;
let environment: TestEnvironment;
let connection: Connection;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  environment = await prepareEnvironment(service);
  const saml = {
    idp_entity_id: idp.entityId,
    idp_sso_url: "https://idp.example.com/sso",
    idp_certificates: [idp.certificate],
  };
  const draft = { connection_type: "GenericSAML", name: "Example", state: "active", saml };
  const made = await service.manage<Connection>("POST", home(), {
    ...draft,
    organization_id: environment.organizationId,
  });
  connection = made.body;
});
afterAll(() => service.close());

const home = () => `/environments/${environment.id}/connections`;
const map = (role_map: { group: string; role: string }[]) =>
  service.manage<Connection & { code: string }>("PATCH", `${home()}/${connection.id}`, { role_map });

async function profileOf(groups: string[]) {
  const sdk = new WorkOS(environment.apiKey, {
    clientId: environment.clientId,
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
  const url = sdk.sso.getAuthorizationUrl({
    clientId: environment.clientId,
    redirectUri: environment.redirectUri,
    connection: connection.id,
  });
  const relayState = (await visit(url)).location?.searchParams.get("RelayState") ?? "";
  const person = { ...ADA, attributes: { ...ADA.attributes, groups } };
  const SAMLResponse = await samlResponse(idp, person, {
    audience: connection.sp.entity_id,
    acsUrl: connection.sp.acs_url,
    inResponseTo: relayState,
  });
  const { location } = await visit(connection.sp.acs_url, { SAMLResponse, RelayState: relayState });
  const code = location?.searchParams.get("code") ?? "";
  return (await sdk.sso.getProfileAndToken({ code, clientId: environment.clientId })).profile;
}

test("where no group is mapped, a profile names no role", async () => {
  expect(await profileOf(["engineers"])).toMatchObject({ groups: ["engineers"] });
  expect((await profileOf(["engineers"])).role).toBeFalsy();
});

test("the first group of the map that somebody has is the role, and all that match are the roles", async () => {
  const mapped = await map([
    { group: "operators", role: "admin" },
    { group: "engineers", role: "member" },
    { group: "people", role: "member" },
  ]);
  expect(mapped.body.role_map).toHaveLength(3);
  const both = await profileOf(["people", "engineers", "operators"]);
  expect(both).toMatchObject({ role: { slug: "admin" }, roles: [{ slug: "admin" }, { slug: "member" }] });
  expect(await profileOf(["engineers"])).toMatchObject({ role: { slug: "member" } });
});

test("somebody in no mapped group is a member, and loses what an earlier sign-in brought", async () => {
  expect(await profileOf(["visitors"])).toMatchObject({
    role: { slug: "member" },
    roles: [{ slug: "member" }],
  });
});

test("a group cannot bring a role that does not exist", async () => {
  const refused = await map([{ group: "operators", role: "emperor" }]);
  expect(refused).toMatchObject({ status: 422, body: { message: "There is no role 'emperor'." } });
});
