import pg from "pg";
import { callWire, eventsOf, eventsReadable } from "./environment-calls.ts";
import { plainBrowser } from "./hosted-pages.ts";
import type { RunningIdentityService, TestEnvironment } from "./identity-service.ts";
import { ADA, idpSettings, samlResponse } from "./saml-idp.ts";

/** What names things of one environment, by kind: ids, slugs, external ids, and secrets that somebody was given once. */
export type Ids = Record<string, string>;

const PASSWORD = "a rather long pass phrase";

/** Makes one of everything that has a name in an environment. `mark` is in every name that is chosen, not given. */
export async function everyKindOfId(
  service: RunningIdentityService,
  site: TestEnvironment,
  { adminUrl, mark }: { adminUrl: string; mark: string },
): Promise<Ids> {
  const ids: Ids = {
    environment: site.id,
    client: site.clientId,
    organization: site.organizationId,
    user_email: `somebody@${mark}.example`,
    unverified_email: `unverified@${mark}.example`,
    invited_email: `guest@${mark}.example`,
  };
  const make = async (path: string, body: object = {}, method = "POST") => {
    const answer = await callWire(service, site, method, path, method === "GET" ? undefined : body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever comes is read for its ids
  const manage = async (path: string, body: object = {}, method = "POST"): Promise<any> => {
    const at = `/environments/${site.id}${path}`;
    const answer = await service.manage<unknown>(method, at, method === "GET" ? undefined : body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const parts: Parts = { service, site, ids, mark, make, manage, admin, adminUrl };
    await makeOrganization(parts);
    await makePeople(parts);
    await makeSecrets(parts);
    await makeAccess(parts);
    await makeResources(parts);
    await makeConnections(parts);
    await makeDirectory(parts);
    await makeRest(parts);
  } finally {
    await admin.end();
  }
  const unknown = Object.keys(ids).filter((kind) => !ids[kind]);
  if (unknown.length > 0) throw new Error(`Nothing was made of these kinds: ${unknown.join(", ")}`);
  return ids;
}

interface Parts {
  service: RunningIdentityService;
  site: TestEnvironment;
  ids: Ids;
  mark: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever comes is read for its ids
  make: (path: string, body?: object, method?: string) => Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever comes is read for its ids
  manage: (path: string, body?: object, method?: string) => Promise<any>;
  admin: pg.Client;
  adminUrl: string;
}

async function makeOrganization({ ids, mark, make }: Parts): Promise<void> {
  ids.organization_external_id = `organization-${mark}`;
  await make(`/organizations/${ids.organization}`, { external_id: ids.organization_external_id }, "PUT");
  const domain = { domain: `domain.${mark}.example`, organization_id: ids.organization };
  ids.organization_domain = (await make("/organization_domains", domain)).id;
  const group = await make(`/organizations/${ids.organization}/groups`, { name: `Group ${mark}` });
  ids.group = group.id;
}

async function makePeople({ service, site, ids, mark, make }: Parts): Promise<void> {
  const users = "/user_management/users";
  ids.user_external_id = `user-${mark}`;
  const person = { email: ids.user_email, password: PASSWORD, email_verified: true };
  ids.user = (await make(users, { ...person, external_id: ids.user_external_id })).id;
  const membership = { user_id: ids.user, organization_id: ids.organization };
  ids.membership = (await make("/user_management/organization_memberships", membership)).id;
  await make(`/organizations/${ids.organization}/groups/${ids.group}/organization-memberships`, {
    organization_membership_id: ids.membership,
  });
  const client = { client_id: site.clientId, client_secret: site.apiKey };
  const signedIn = await make("/user_management/authenticate", {
    ...client,
    grant_type: "password",
    email: ids.user_email,
    password: PASSWORD,
  });
  ids.refresh_token = signedIn.refresh_token;
  const browser = plainBrowser(service.url);
  const asked = { client_id: site.clientId, redirect_uri: site.redirectUri, response_type: "code" };
  const query = new URLSearchParams({ ...asked, provider: "authkit" });
  await browser.goTo(`${service.url}/user_management/authorize?${query}`);
  await browser.send("identify", { email: ids.user_email ?? "" });
  await browser.send("password", { password: PASSWORD });
  ids.user_code = browser.left?.searchParams.get("code") ?? "";
  ids.session = (await make(`${users}/${ids.user}/sessions`, undefined, "GET")).data[0].id;
  const invitation = { email: ids.invited_email, organization_id: ids.organization };
  const invited = await make("/user_management/invitations", invitation);
  ids.invitation = invited.id;
  ids.invitation_token = invited.token;
  const key = { name: `Key ${mark}`, organization_id: ids.organization };
  ids.user_api_key = (await make(`${users}/${ids.user}/api_keys`, key)).id;
}

async function makeSecrets({ ids, make, site, admin }: Parts): Promise<void> {
  const magic = await make("/user_management/magic_auth", { email: ids.user_email });
  ids.magic_auth = magic.id;
  ids.magic_code = magic.code;
  const reset = await make("/user_management/password_reset", { email: ids.user_email });
  ids.password_reset = reset.id;
  ids.password_reset_token = reset.password_reset_token;
  ids.unverified_user = (await make("/user_management/users", { email: ids.unverified_email })).id;
  await make(`/user_management/users/${ids.unverified_user}/email_verification/send`);
  const [sent] = await eventsOf(admin, site.id, "email_verification.created");
  ids.email_verification = String(sent?.id);
  const enrolled = await make(`/user_management/users/${ids.user}/auth_factors`, { type: "totp" });
  ids.factor = enrolled.authentication_factor.id;
  ids.challenge = (await make(`/auth/factors/${ids.factor}/challenge`)).id;
  const session = { email: ids.user_email, type: "MagicLink" };
  ids.passwordless_session = (await make("/passwordless/sessions", session)).id;
  const links = await make("/connections?connection_type=MagicLink", undefined, "GET");
  ids.magic_link_connection = links.data[0].id;
  ids.device_code = (
    await make("/user_management/authorize/device", { client_id: site.clientId })
  ).device_code;
}

async function makeAccess({ ids, mark, make }: Parts): Promise<void> {
  const at = "/authorization";
  for (const [kind, plural] of [
    ["permission", "permissions"],
    ["other_permission", "permissions"],
    ["role", "roles"],
    ["other_role", "roles"],
  ] as const) {
    ids[kind] = `${kind.replace("_", "-")}-${mark}`;
    await make(`${at}/${plural}`, { slug: ids[kind], name: ids[kind] });
  }
  await make(`${at}/roles/${ids.role}/permissions`, { permissions: [ids.permission] }, "PUT");
  ids.organization_role = `org-role-${mark}`;
  const ofOrganization = `${at}/organizations/${ids.organization}/roles`;
  await make(ofOrganization, { slug: ids.organization_role, name: ids.organization_role });
  await make(
    `${ofOrganization}/${ids.organization_role}/permissions`,
    { permissions: [ids.permission] },
    "PUT",
  );
  const key = { name: `Key ${mark}` };
  const made = await make(`/organizations/${ids.organization}/api_keys`, key);
  ids.api_key = made.id;
  ids.api_key_value = made.value;
}

async function makeResources({ ids, mark, make }: Parts): Promise<void> {
  const at = "/authorization";
  ids.resource_type = `project-${mark}`;
  ids.resource_external_id = `ours-${mark}`;
  const resource = {
    external_id: ids.resource_external_id,
    name: "Resource",
    resource_type_slug: ids.resource_type,
    organization_id: ids.organization,
  };
  ids.resource = (await make(`${at}/resources`, resource)).id;
  ids.resource_permission = `read-${mark}`;
  const onType = { resource_type_slug: ids.resource_type };
  await make(`${at}/permissions`, { slug: ids.resource_permission, name: "Read", ...onType });
  ids.resource_role = `reader-${mark}`;
  await make(`${at}/roles`, { slug: ids.resource_role, name: "Reader", ...onType });
  await make(
    `${at}/roles/${ids.resource_role}/permissions`,
    { permissions: [ids.resource_permission] },
    "PUT",
  );
  const role = { role_slug: ids.resource_role, resource_id: ids.resource };
  ids.role_assignment = (
    await make(`${at}/organization_memberships/${ids.membership}/role_assignments`, role)
  ).id;
  ids.group_role_assignment = (await make(`${at}/groups/${ids.group}/role_assignments`, role)).id;
}

async function makeConnections({ site, ids, make, manage }: Parts): Promise<void> {
  const idp = idpSettings();
  const connection = await manage("/connections", {
    organization_id: ids.organization,
    connection_type: "GenericSAML",
    name: "SAML",
    saml: {
      idp_entity_id: idp.entityId,
      idp_sso_url: "https://idp.example.com/sso",
      idp_certificates: [idp.certificate],
      idp_slo_url: "https://idp.example.com/slo",
      idp_initiated: true,
    },
  });
  ids.connection = connection.id;
  await manage(`/connections/${connection.id}`, { state: "active" }, "PATCH");
  const answerWith = async (inResponseTo?: string) => {
    const { entity_id: audience, acs_url: acsUrl } = connection.sp;
    const SAMLResponse = await samlResponse(idp, ADA, { audience, acsUrl, inResponseTo });
    const body = new URLSearchParams({ SAMLResponse });
    return await fetch(acsUrl, { method: "POST", redirect: "manual", body });
  };
  const signIn = async () => {
    const answer = await answerWith();
    return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  };
  const redeemed = await make("/sso/token", {
    client_id: site.clientId,
    client_secret: site.apiKey,
    grant_type: "authorization_code",
    code: await signIn(),
  });
  ids.profile = redeemed.profile.id;
  ids.sso_code = await signIn();
  const tested = await manage(`/connections/${connection.id}/test_sign_ins`);
  ids.test_sign_in = tested.id;
  const away = await fetch(tested.url, { redirect: "manual" });
  await answerWith(new URL(away.headers.get("location") ?? "").searchParams.get("RelayState") ?? "");
  ids.revision = (await manage(`/connections/${connection.id}/revisions`)).id;
}

async function makeDirectory({ ids, mark, manage }: Parts): Promise<void> {
  const directory = await manage("/directories", { organization_id: ids.organization, name: "Staff" });
  ids.directory = directory.id;
  ids.directory_key = directory.external_key;
  ids.directory_token = directory.token.id;
  ids.scim_token = directory.token.value;
  const scim = async (path: string, body: object) => {
    const answer = await fetch(`${directory.scim_url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${directory.token.value}`,
        "content-type": "application/scim+json",
      },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`SCIM ${path} answered ${answer.status}`);
    return ((await answer.json()) as { id: string }).id;
  };
  ids.directory_user = await scim("/Users", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: `staff@${mark}.example`,
    emails: [{ value: `staff@${mark}.example`, primary: true, type: "work" }],
  });
  ids.directory_group = await scim("/Groups", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: `Staff ${mark}`,
    members: [{ value: ids.directory_user }],
  });
  ids.role_mapping = (
    await manage(`/directories/${directory.id}/role_mappings`, {
      group_id: ids.directory_group,
      role_slug: ids.role,
    })
  ).id;
  const draft = { mappings: [{ group_id: ids.directory_group, role_slug: ids.other_role }] };
  await manage(`/directories/${directory.id}/role_plan/draft`, draft, "PUT");
}

async function makeRest({ ids, mark, make, manage, adminUrl }: Parts): Promise<void> {
  ids.flag = `flag-${mark}`;
  await manage("/feature_flags", { slug: ids.flag, name: "Flag" });
  await make(`/feature-flags/${ids.flag}/targets/${ids.organization}`);
  await manage("/event_relay", { secret: `whsec_${mark}_of an endpoint` }, "PUT");
  const uri = `http://localhost:9999/${mark}`;
  ids.redirect_uri = (await make("/user_management/redirect_uris", { uri })).id;
  const origin = `https://${mark}.example`;
  ids.cors_origin = (await make("/user_management/cors_origins", { origin })).id;
  const endpoint = { endpoint_url: `https://hooks.${mark}.example/in`, events: ["user.created"] };
  ids.webhook_endpoint = (await make("/webhook_endpoints", endpoint)).id;
  const application = { name: "M2M", application_type: "m2m", organization_id: ids.organization };
  ids.application = (await make("/connect/applications", application)).id;
  ids.client_secret = (await make(`/connect/applications/${ids.application}/client_secrets`)).id;
  ids.audit_action = `action.${mark}`;
  await make(`/audit_logs/actions/${ids.audit_action}/schemas`, { targets: [{ type: "thing" }] });
  const range = { range_start: "2026-01-01T00:00:00Z", range_end: "2026-01-02T00:00:00Z" };
  const exported = await make("/audit_logs/exports", { organization_id: ids.organization, ...range });
  ids.audit_export = exported.id;
  ids.vault_name = `secret-${mark}`;
  const object = { name: ids.vault_name, value: "v", key_context: { owner: mark } };
  ids.vault_object = (await make("/vault/v1/kv", object)).id;
  ids.wrapped_key = (await make("/vault/v1/keys/data-key", { context: { owner: mark } })).encrypted_keys;
  await eventsReadable(adminUrl);
  ids.event = (await make("/events?limit=1&events=organization.created", undefined, "GET")).data[0].id;
  ids.environment_api_key = (await manage("/api_keys", { name: "another" })).id;
  const messages = await manage("/messages", undefined, "GET");
  ids.message = messages.data[0].id;
}
