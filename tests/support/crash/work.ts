import { randomUUID } from "node:crypto";
import { GROUP_SCHEMA, patchOf, USER_SCHEMA } from "../directories.ts";
import { ADA, samlResponse } from "../saml-idp.ts";
import type { Client } from "./client.ts";
import type { Ledger } from "./ledger.ts";
import { REDIRECT_URI, type Site } from "./site.ts";

/** What goes on while the service is killed. Each kind goes on until the client is stopping. */
export interface Work {
  client: Client;
  site: Site;
  ledger: Ledger;
  signIns: SignIn[];
  sessions: LastToken[];
}

/** A sign-in that came to its end, and what may not be used again. */
export interface SignIn {
  email: string;
  token: string;
  code: string;
  form: URLSearchParams;
}

/** The one refresh token of a session that is good. */
export interface LastToken {
  email: string;
  refreshToken: string;
}

/** An application that changes organizations, and never asks for the same change twice. */
export async function changeOrganizations({ client, site, ledger }: Work, worker: number): Promise<void> {
  const ask = (path: string, method: string, body?: object) =>
    client.ask(path, { method, bearer: site.apiKey, body });
  for (let number = 0; !client.stopping(); number += 1) {
    const thing = `organization ${worker}-${number}`;
    const created = ledger.begin(thing, "created 0");
    const answer = await ask("/organizations", "POST", { name: `${thing} 0` });
    if (answer?.status !== 201) continue;
    created();
    const path = `/organizations/${answer.body.id}`;
    for (let version = 1; version <= 4; version += 1) {
      const updated = ledger.begin(thing, `updated ${version}`);
      if ((await ask(path, "PUT", { name: `${thing} ${version}` }))?.status === 200) updated();
    }
    if (number % 3 > 0) continue;
    const deleted = ledger.begin(thing, "deleted");
    const gone = await ask(path, "DELETE");
    if (gone && gone.status < 300) deleted();
  }
}

/** A provider that brings people and puts them into a group, and tries everything again until it knows that it is done. */
export async function syncPeople({ client, site, ledger }: Work, worker: number): Promise<void> {
  const scim = (path: string, method: string, body?: object) =>
    client.insist(`${site.scim.path}${path}`, {
      method,
      bearer: site.scim.token,
      body,
      headers: { "content-type": "application/scim+json" },
    });
  const displayName = `group ${worker}`;
  const group = await scim("/Groups", "POST", {
    schemas: [GROUP_SCHEMA],
    displayName,
    externalId: displayName,
  });
  const groupId =
    group.body.id ??
    (await scim(`/Groups?filter=${filter("displayName", displayName)}`, "GET")).body.Resources[0].id;
  for (let number = 0; !client.stopping(); number += 1) {
    const userName = `synced-${worker}-${number}@example.com`;
    const user = { schemas: [USER_SCHEMA], userName, externalId: userName, title: "0", active: true };
    const created = ledger.begin(userName, "created 0");
    const answer = await scim("/Users", "POST", user);
    // 409: it had been done already, and the answer got lost.
    const id = answer.status === 201 ? answer.body.id : (await found(userName)).id;
    created();
    const added = ledger.begin(`${displayName} ${userName}`, "added");
    const value = [{ value: id }];
    await scim(`/Groups/${groupId}`, "PATCH", patchOf({ op: "add", path: "members", value }));
    added();
    for (let version = 1; version <= 2; version += 1) {
      const updated = ledger.begin(userName, `updated ${version}`);
      await scim(`/Users/${id}`, "PATCH", patchOf({ op: "replace", path: "title", value: String(version) }));
      updated();
    }
    if (number % 3 > 0) continue;
    const deleted = ledger.begin(userName, "deleted");
    await scim(`/Users/${id}`, "DELETE");
    deleted();
  }
  async function found(userName: string) {
    return (await scim(`/Users?filter=${filter("userName", userName)}`, "GET")).body.Resources[0];
  }
}

function filter(attribute: string, value: string): string {
  return encodeURIComponent(`${attribute} eq "${value}"`);
}

/** People who sign in through the identity provider; where an answer does not come, they begin again. */
export async function signInBySaml({ client, site, signIns }: Work, worker: number): Promise<void> {
  const { saml, clientId } = site;
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    connection: saml.id,
    state: "state",
  });
  for (let number = 0; !client.stopping(); number += 1) {
    const begun = await client.ask(`/sso/authorize?${query}`);
    const handle = begun?.location && new URL(begun.location).searchParams.get("RelayState");
    if (!handle) continue;
    const email = `person-${worker}-${number}@example.com`;
    const person = { ...ADA, nameId: email, attributes: { email } };
    const ask = { audience: saml.audience, acsUrl: saml.acsUrl, inResponseTo: handle };
    const SAMLResponse = await samlResponse(saml.idp, person, ask);
    const form = new URLSearchParams({ SAMLResponse, RelayState: handle });
    const answered = await client.ask(saml.acsPath, { method: "POST", body: form });
    const code = answered?.location && new URL(answered.location).searchParams.get("code");
    if (!code) continue;
    // As the SDKs do: the same request again, under the same key.
    const { status, body } = await client.insist("/sso/token", {
      method: "POST",
      headers: { "idempotency-key": randomUUID() },
      body: redeeming(site, code),
    });
    if (status === 200) signIns.push({ email, token: body.access_token, code, form });
    else client.faults.push(`a code that was granted was not exchanged: ${status} ${JSON.stringify(body)}`);
  }
}

export function redeeming({ clientId, apiKey }: Site, code: string): URLSearchParams {
  const grant = { grant_type: "authorization_code", client_id: clientId, client_secret: apiKey };
  return new URLSearchParams({ ...grant, code });
}

/** People with a password of their own, whose application then refreshes their session again and again. */
export async function refreshSessions(
  { client, site, ledger, sessions }: Work,
  worker: number,
): Promise<void> {
  const grant = { client_id: site.clientId, client_secret: site.apiKey };
  const password = "a rather long pass phrase";
  for (let number = 0; !client.stopping(); number += 1) {
    const email = `user-${worker}-${number}@outside.example`;
    const created = ledger.begin(email, "created");
    const user = { email, password, email_verified: true };
    const made = await client.ask("/user_management/users", {
      method: "POST",
      bearer: site.apiKey,
      body: user,
    });
    if (made?.status !== 201) continue;
    created();
    const signedIn = ledger.begin(`session of ${made.body.id}`, "created");
    const first = await client.ask("/user_management/authenticate", {
      method: "POST",
      body: { ...grant, grant_type: "password", email, password },
    });
    if (first?.status !== 200) continue;
    signedIn();
    let refreshToken: string = first.body.refresh_token;
    for (let turn = 0; turn < 10; turn += 1) {
      const { status, body } = await client.insist("/user_management/authenticate", {
        method: "POST",
        headers: { "idempotency-key": randomUUID() },
        body: { ...grant, grant_type: "refresh_token", refresh_token: refreshToken },
      });
      if (status === 200) refreshToken = body.refresh_token;
      else client.faults.push(`a good refresh token was refused: ${status} ${JSON.stringify(body)}`);
    }
    sessions.push({ email, refreshToken });
  }
}
