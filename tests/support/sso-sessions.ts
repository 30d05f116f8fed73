import { expect } from "vitest";
import { callWire } from "./environment-calls.ts";
import { type RunningIdentityService, type TestEnvironment, visit } from "./identity-service.ts";
import { ADA, type IdpPerson, type IdpSettings, responseXml } from "./saml-idp.ts";

export interface SamlConnection {
  id: string;
  sp: { entity_id: string; acs_url: string; metadata_url: string; slo_url: string };
}

/** A SAML connection to an identity provider that has a single logout address. */
export async function connectSaml(
  service: RunningIdentityService,
  here: TestEnvironment,
  idp: IdpSettings,
  saml: Record<string, unknown> = {},
): Promise<SamlConnection> {
  const made = await service.manage<SamlConnection>("POST", `/environments/${here.id}/connections`, {
    organization_id: here.organizationId,
    connection_type: "GenericSAML",
    name: "Example SAML",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_slo_url: "https://idp.example.com/slo",
      idp_certificates: [idp.certificate],
      ...saml,
    },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

/** A sign-in through a connection by /sso/authorize, up to the code; `index` names the session at the provider. */
export async function codeThrough(
  service: RunningIdentityService,
  here: TestEnvironment,
  connection: SamlConnection,
  idp: IdpSettings,
  { person = ADA, index = "_session1" }: { person?: IdpPerson; index?: string } = {},
): Promise<string> {
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    connection: connection.id,
  });
  const { location } = await visit(`${service.url}/sso/authorize?${query}`);
  const relayState = location?.searchParams.get("RelayState") ?? "";
  const xml = await responseXml({ ...idp, sessionIndex: index }, person, {
    inResponseTo: relayState,
    acsUrl: connection.sp.acs_url,
    audience: connection.sp.entity_id,
  });
  const back = await visit(connection.sp.acs_url, {
    SAMLResponse: Buffer.from(xml).toString("base64"),
    RelayState: relayState,
  });
  return back.location?.searchParams.get("code") ?? "";
}

export interface SignedIn {
  userId: string;
  sessionId: string;
  refreshToken: string;
}

/** Exchanges a code for a session, as an application's server does. */
export async function sessionFor(
  service: RunningIdentityService,
  here: TestEnvironment,
  code: string,
): Promise<SignedIn> {
  const answer = await authenticate(service, here, { grant_type: "authorization_code", code });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const { access_token, refresh_token, user } = answer.body;
  const [, claims = ""] = access_token.split(".");
  const { sid } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
  return { userId: user.id, sessionId: sid, refreshToken: refresh_token };
}

export function authenticate(
  service: RunningIdentityService,
  here: TestEnvironment,
  fields: Record<string, string>,
) {
  const body = { client_id: here.clientId, client_secret: here.apiKey, ...fields };
  return callWire(service, here, "POST", "/user_management/authenticate", body);
}

/** Whether a session is still there, as the API says. */
export async function isSignedIn(
  service: RunningIdentityService,
  here: TestEnvironment,
  { userId, sessionId }: SignedIn,
): Promise<boolean> {
  const { body } = await callWire(
    service,
    here,
    "GET",
    `/user_management/users/${userId}/sessions?limit=100`,
  );
  const found = (body.data as { id: string; status: string }[]).find(({ id }) => id === sessionId);
  expect(found).toBeDefined();
  return found?.status === "active";
}
