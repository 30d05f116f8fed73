import { MANAGEMENT_TOKEN } from "#tests/bench/identity-program.ts";
import { type IdpSettings, idpSettings } from "../saml-idp.ts";
import type { Client } from "./client.ts";

/** What is set up before anything is killed. */
export interface Site {
  clientId: string;
  apiKey: string;
  directoryId: string;
  scim: { path: string; token: string };
  saml: { id: string; audience: string; acsPath: string; acsUrl: string; idp: IdpSettings };
}

export const REDIRECT_URI = "http://localhost:9999/callback";

/** The events that the changes of `work.ts` lead to. */
export const EVENTS = [
  "organization.created",
  "organization.updated",
  "organization.deleted",
  "dsync.user.created",
  "dsync.user.updated",
  "dsync.user.deleted",
  "dsync.group.user_added",
  "user.created",
  "session.created",
];

/** An environment with a SAML connection, a directory, and a webhook endpoint at `endpointUrl`. */
export async function prepareSite(client: Client, endpointUrl: string): Promise<Site> {
  const made = async (path: string, body: object, bearer = MANAGEMENT_TOKEN, method = "POST") => {
    const answer = await client.insist(path, { method, body, bearer });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const environment = await made("/sallyport/v1/environments", { name: "Crash", kind: "staging" });
  const home = `/sallyport/v1/environments/${environment.id}`;
  const webhooks = { private_addresses: true };
  await made(home, { settings: { webhooks } }, MANAGEMENT_TOKEN, "PATCH");
  const { value: apiKey } = await made(`${home}/api_keys`, { name: "crash" });
  // Before anything happens that it is to be told of.
  await made("/webhook_endpoints", { endpoint_url: endpointUrl, events: EVENTS }, apiKey);
  await made(`${home}/redirect_uris`, { uri: REDIRECT_URI });
  const domain_data = [{ domain: "example.com", state: "verified" }];
  const { id: organization_id } = await made("/organizations", { name: "Site", domain_data }, apiKey);
  const idp = idpSettings();
  const connection = await made(`${home}/connections`, {
    organization_id,
    connection_type: "GenericSAML",
    name: "SAML",
    state: "active",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
    },
  });
  const directory = await made(`${home}/directories`, {
    organization_id,
    name: "Staff",
    type: "okta scim v2.0",
  });
  return {
    clientId: environment.client_id,
    apiKey,
    directoryId: directory.id,
    scim: { path: new URL(directory.scim_url).pathname, token: directory.token.value },
    saml: {
      id: connection.id,
      audience: connection.sp.entity_id,
      acsUrl: connection.sp.acs_url,
      acsPath: new URL(connection.sp.acs_url).pathname,
      idp,
    },
  };
}
