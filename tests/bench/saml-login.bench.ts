import type { Bench, Contender } from "./bench.ts";
import { httpClient } from "./http-client.ts";
import { MANAGEMENT_TOKEN, startDurableDatabase, startIdentityProgram } from "./identity-program.ts";
import { startJackson } from "./jackson.ts";
import { IDP, signInFlows } from "./saml-flow.ts";

const REDIRECT_URI = "http://localhost:9999/callback";

async function ours(): Promise<Contender> {
  const database = await startDurableDatabase();
  const service = await startIdentityProgram(database.identityUrl);
  const { send, close } = httpClient(service.url);
  const bearer = (token: string) => ({
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
  });
  const post = async (path: string, body: object, token = MANAGEMENT_TOKEN) =>
    JSON.parse((await send("POST", path, bearer(token), JSON.stringify(body))).text);
  const environment = await post("/sallyport/v1/environments", { name: "Bench", kind: "staging" });
  const home = `/sallyport/v1/environments/${environment.id}`;
  const key = await post(`${home}/api_keys`, { name: "bench" });
  await post(`${home}/redirect_uris`, { uri: REDIRECT_URI });
  const domains = [{ domain: "example.com", state: "verified" }];
  const organization = await post("/organizations", { name: "Bench", domain_data: domains }, key.value);
  const connection = await post(`${home}/connections`, {
    organization_id: organization.id,
    connection_type: "GenericSAML",
    name: "Bench",
    state: "active",
    saml: {
      idp_entity_id: IDP.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [IDP.certificate],
    },
  });
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const asked = new URLSearchParams({
    client_id: environment.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    connection: connection.id,
    state: "state",
  });
  const acsPath = new URL(connection.sp.acs_url).pathname;
  const steps = {
    async authorize() {
      const { headers } = await send("GET", `/sso/authorize?${asked}`);
      const relayState = new URL(headers.get("location") ?? "").searchParams.get("RelayState") ?? "";
      return { relayState, requestId: relayState };
    },
    async respond(SAMLResponse: string, RelayState: string) {
      const body = new URLSearchParams({ SAMLResponse, RelayState }).toString();
      const { headers } = await send("POST", acsPath, form, body);
      return new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
    },
    async token(code: string) {
      const body = new URLSearchParams({
        client_id: environment.client_id,
        client_secret: key.value,
        grant_type: "authorization_code",
        code,
      }).toString();
      return JSON.parse((await send("POST", "/sso/token", form, body)).text).access_token as string;
    },
    async profile(token: string) {
      const { text } = await send("GET", "/sso/profile", { authorization: `Bearer ${token}` });
      return JSON.parse(text).email as string;
    },
  };
  const addresses = { audience: connection.sp.entity_id, acsUrl: connection.sp.acs_url };
  return {
    measure: signInFlows(steps, IDP, addresses),
    pids: [service.pid],
    async close() {
      close();
      await service.stop();
      await database.stop();
    },
  };
}

async function peer(): Promise<Contender> {
  const acsUrl = "http://localhost:5225/api/oauth/saml";
  const audience = "https://saml.example.com/entity";
  const { oauthController, connectionAPIController } = await startJackson({
    externalUrl: "http://localhost:5225",
    samlAudience: audience,
    samlPath: "/api/oauth/saml",
    db: { engine: "mem" },
    noAnalytics: true,
    clientSecretVerifier: "dummy",
  });
  const certificate = IDP.certificate.replace(/-----[^-]+-----|\s/g, "");
  await connectionAPIController.createSAMLConnection({
    rawMetadata: `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${IDP.entityId}">
      <IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
      <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
      </IDPSSODescriptor></EntityDescriptor>`,
    tenant: "bench",
    product: "bench",
    redirectUrl: [REDIRECT_URI],
    defaultRedirectUrl: REDIRECT_URI,
  });
  const client = { client_id: "tenant=bench&product=bench", redirect_uri: REDIRECT_URI };
  const steps = {
    async authorize() {
      const asked = { ...client, response_type: "code", state: "state" };
      const { redirect_url } = await oauthController.authorize(asked);
      const query = new URL(redirect_url).searchParams;
      const { inflateRawSync } = await import("node:zlib");
      const xml = inflateRawSync(Buffer.from(query.get("SAMLRequest") ?? "", "base64")).toString();
      return { relayState: query.get("RelayState") ?? "", requestId: / ID="([^"]+)"/.exec(xml)?.[1] ?? "" };
    },
    async respond(SAMLResponse: string, RelayState: string) {
      const { redirect_url } = await oauthController.samlResponse({ SAMLResponse, RelayState });
      return new URL(redirect_url).searchParams.get("code") ?? "";
    },
    async token(code: string) {
      const asked = { ...client, client_secret: "dummy", grant_type: "authorization_code", code };
      return (await oauthController.token(asked)).access_token as string;
    },
    profile: async (token: string) => (await oauthController.userInfo(token)).email as string,
  };
  return { measure: signInFlows(steps, IDP, { audience, acsUrl }) };
}

export const bench: Bench = {
  cases: [{ name: "authorize, ACS, token, profile", unit: "sign-ins/s", better: "higher", ours, peer }],
};
