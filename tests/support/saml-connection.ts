import { expect } from "vitest";
import { type RunningIdentityService, type TestEnvironment, visit } from "./identity-service.ts";
import { ADA, type idpSettings, samlResponse } from "./saml-idp.ts";

export interface SamlConnection {
  id: string;
  state: string;
  sp: { entity_id: string; acs_url: string };
}
type Idp = ReturnType<typeof idpSettings>;

/** People of one environment who sign in through SAML, without a browser or a server of the provider's. */
export function samlSignIns(service: RunningIdentityService, environment: TestEnvironment, idp: Idp) {
  const settings = {
    idp_entity_id: idp.entityId,
    idp_sso_url: "https://idp.example.com/sso",
    idp_certificates: [idp.certificate],
  };
  const answer = async (connection: SamlConnection, handle: string, { by = idp, person = ADA } = {}) => {
    const SAMLResponse = await samlResponse(by, person, {
      audience: connection.sp.entity_id,
      acsUrl: connection.sp.acs_url,
      inResponseTo: handle,
    });
    return await visit(connection.sp.acs_url, { SAMLResponse, RelayState: handle });
  };
  const begin = async ({ id }: SamlConnection) => {
    const query = new URLSearchParams({
      client_id: environment.clientId,
      redirect_uri: environment.redirectUri,
      response_type: "code",
      connection: id,
    });
    const { location } = await visit(`${service.url}/sso/authorize?${query}`);
    return { to: location, handle: location?.searchParams.get("RelayState") ?? "" };
  };
  return {
    settings,
    begin,
    answer,
    connect: async (saml: object = {}, more: object = {}): Promise<SamlConnection> => {
      const made = await service.manage<SamlConnection>(
        "POST",
        `/environments/${environment.id}/connections`,
        {
          organization_id: environment.organizationId,
          connection_type: "GenericSAML",
          name: "Example SAML",
          state: "active",
          saml: { ...settings, ...saml },
          ...more,
        },
      );
      expect(made.status).toBe(201);
      return made.body;
    },
    /** From the application's button back to the application. */
    signIn: async (connection: SamlConnection, as: { by?: Idp } = {}) => {
      const { handle } = await begin(connection);
      return (await answer(connection, handle, as)).location?.searchParams ?? new URLSearchParams();
    },
    /** From a test's link to the page that says what came of it. */
    take: async (connection: SamlConnection, url: string, as: { by?: Idp } = {}) => {
      const { location } = await visit(url);
      return await answer(connection, location?.searchParams.get("RelayState") ?? "", as);
    },
  };
}
