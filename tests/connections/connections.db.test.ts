import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  changeConnectionState,
  changeMapping,
  createConnection,
  inspectMetadata,
  readTest,
  removeConnection,
  replaceCertificates,
  startTest,
} from "#lib/connections/commands.ts";
import {
  getConnection,
  listConnections,
  listOrganizations,
  readLiveConnection,
} from "#lib/connections/queries.ts";
import {
  ChangeMappingInput,
  type ConnectionListQuery,
  CreateConnectionInput,
} from "#lib/connections/schema.ts";
import { syncDue, syncEnvironment } from "#lib/connections/sync.ts";
import { listDomains } from "#lib/domains/queries.ts";
import { DOMAIN_LIST } from "#lib/domains/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const AT_ONCE = { when: "now", reason: "The old one ends tonight" } as const;
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");
const CERTIFICATE = aCertificate();

let site: Site;
let environmentId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const saml = (organizationName: string): CreateConnectionInput => ({
  ...{
    environmentId,
    organizationId: "new",
    organizationName,
    domains: [],
    name: `${organizationName} Okta`,
  },
  ...{
    source: "fields",
    type: "OktaSAML",
    entityId: "https://idp.example/",
    signInUrl: "https://idp.example/sso",
  },
  certificates: [CERTIFICATE],
});
const list = (over: Partial<ConnectionListQuery> = {}) =>
  listConnections(owner, site.deploymentId, {
    ...{ page: 1, pageSize: 25, sort: "name", direction: "asc", search: "" },
    filters: { state: [], environment: [], certificate: [] },
    ...over,
  });
const make = async (organizationName: string) => {
  const made = await createConnection(owner, saml(organizationName));
  if (made.state !== "done") throw new Error(made.reason);
  return made.targetId;
};

test("a SAML connection is made with its organization, and starts as a draft", async () => {
  const id = await make("Contoso");
  expect(await getConnection(owner, site.deploymentId, id)).toMatchObject({
    ...{ name: "Contoso Okta", organizationName: "Contoso", provider: "Okta (SAML)", state: "draft" },
    certificateExpiresAt: expect.any(Date),
  });
  const { organizations } = await listOrganizations(owner, environmentId);
  expect(organizations.map(({ name }) => name)).toEqual(["Contoso"]);
});

test("an OIDC connection keeps its client secret out of every row", async () => {
  const secret = "the-very-secret-of-this-client";
  const made = await createConnection(owner, {
    ...{ environmentId, organizationId: "new", organizationName: "Globex", domains: ["globex.example"] },
    ...{ name: "Globex", source: "oidc", type: "GenericOIDC", issuer: "https://op.example" },
    ...{ clientId: "sallyport", clientSecret: secret },
  });
  expect(made.state).toBe("done");
  // The organization was made with the domain: it stands in the console's list at once.
  const { rows: domains } = await listDomains(owner, site.deploymentId, parseListQuery({}, DOMAIN_LIST));
  expect(domains).toMatchObject([{ name: "globex.example", organizationName: "Globex", state: "verified" }]);
  const rows = await asSystem("a test looks for secrets", (tx) =>
    Promise.all([tx.operation.findMany(), tx.auditEvent.findMany(), tx.connection.findMany()]),
  );
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test("an Active Directory connection is called what it is, and keeps its account's password out of every row", async () => {
  const password = "the-very-password-of-this-account";
  const input = CreateConnectionInput.parse({
    ...{ environmentId, organizationId: "new", organizationName: "Initrode", name: "Initrode domain" },
    ...{
      source: "ldap",
      type: "ActiveDirectory",
      servers: "ldaps://dc1.soylent.example, ldaps://dc2.soylent.example",
    },
    ...{ bindDn: "reader@soylent.example", bindPassword: password, baseDn: "DC=soylent,DC=example" },
    ...{ caCertificates: CERTIFICATE, groupBaseDn: "", userFilter: "" },
  });
  const made = await createConnection(owner, input);
  if (made.state !== "done") throw new Error(made.reason);
  expect(await getConnection(owner, site.deploymentId, made.targetId)).toMatchObject({
    provider: "Active Directory (LDAP)",
    state: "draft",
  });
  const live = await readLiveConnection(owner, made.targetId);
  expect(live).toMatchObject({ state: "answered", detail: { toCopy: [] } });
  expect(live.state === "answered" && live.detail.provider).toEqual([
    { key: "servers", label: "Servers", value: "ldaps://dc1.soylent.example, ldaps://dc2.soylent.example" },
    { key: "bindDn", label: "Service account", value: "reader@soylent.example" },
    { key: "baseDn", label: "People beneath", value: "DC=soylent,DC=example" },
  ]);
  const rows = await asSystem("a test looks for secrets", (tx) =>
    Promise.all([tx.operation.findMany(), tx.auditEvent.findMany(), tx.connection.findMany()]),
  );
  expect(JSON.stringify(rows)).not.toContain(password);
  await removeConnection(owner, { connectionId: made.targetId, confirm: "Initrode domain" });
});

test.each([
  ["servers", { servers: "dc1.umbrella.example" }],
  ["servers", { servers: "" }],
  ["baseDn", { baseDn: "umbrella" }],
  ["bindPassword", { bindPassword: "" }],
  ["userFilter", { userFilter: "(uid=somebody)" }],
])("what is missing or wrong for LDAP is said beside its field: %s", (field, wrong) => {
  const { error } = CreateConnectionInput.safeParse({
    ...{ environmentId, organizationId: "org_1", name: "Umbrella", source: "ldap", type: "LDAP" },
    ...{ servers: "ldaps://a.example", bindDn: "cn=x", bindPassword: "x", baseDn: "dc=x", ...wrong },
  });
  expect(error?.issues.map(({ path }) => path[0])).toEqual([field]);
});

test("whose creation broke in the middle, after the organization, is made once by the worker", async () => {
  // The look for an organization of this name and its making go through; the connection's does not.
  site.line.spoil(null, null, ...FOR_GOOD);
  const made = await createConnection(owner, saml("Initech"));
  expect(made.state).toBe("waits");
  site.line.spoil();
  await asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({ where: { state: "pending" }, data: { nextAttemptAt: new Date(0) } }),
  );
  expect(await carryOutDue(operationKinds)).toEqual({ done: 1, failed: 0 });
  const { organizations } = await listOrganizations(owner, environmentId);
  expect(organizations.filter(({ name }) => name === "Initech")).toHaveLength(1);
  expect((await list({ search: "initech" })).total).toBe(1);
});

test("an organization of a name that is there already is refused beside the field", async () => {
  await expect(createConnection(owner, saml("contoso"))).rejects.toMatchObject({
    kind: "conflict",
    fields: { organizationName: expect.any(String) },
  });
});

test("bad metadata is refused in a sentence, and makes nothing", async () => {
  const text = { environmentId, source: "text" as const, metadataXml: "<html/>" };
  expect(await inspectMetadata(owner, text)).toMatchObject({
    ...{ document: null, providers: [] },
    findings: [{ code: "web_page", severity: "error" }],
  });
  const {
    certificates: _,
    entityId: __,
    signInUrl: ___,
    ...rest
  } = saml("Umbrella") as Record<string, unknown>;
  const made = createConnection(owner, { ...rest, ...text, source: "metadata" } as CreateConnectionInput);
  await expect(made).rejects.toMatchObject({
    kind: "invalid",
    fields: { metadataXml: expect.stringContaining("web page") },
  });
  const { organizations } = await listOrganizations(owner, environmentId);
  expect(organizations.map(({ name }) => name)).not.toContain("Umbrella");
});

test("is activated, disabled, given other certificates, and deleted with its name typed", async () => {
  const id = await make("Soylent");
  await changeConnectionState(owner, { connectionId: id, state: "active" });
  expect((await getConnection(owner, site.deploymentId, id)).state).toBe("active");
  await changeConnectionState(owner, { connectionId: id, state: "inactive" });
  expect((await getConnection(owner, site.deploymentId, id)).state).toBe("inactive");
  await replaceCertificates(owner, {
    connectionId: id,
    certificates: [aCertificate(), aCertificate()],
    ...AT_ONCE,
  });
  const live = await readLiveConnection(owner, id);
  expect(live).toMatchObject({ state: "answered", detail: { certificates: [{}, {}] } });
  await expect(removeConnection(owner, { connectionId: id, confirm: "Other" })).rejects.toMatchObject({
    kind: "invalid",
  });
  await removeConnection(owner, { connectionId: id, confirm: "Soylent Okta" });
  await expect(getConnection(owner, site.deploymentId, id)).rejects.toMatchObject({ kind: "not_found" });
  const events = await asSystem("a test reads the audit log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId: id }, orderBy: { id: "asc" } }),
  );
  expect(events.map(({ action }) => action)).toEqual([
    ...["connection.change", "connection.change", "connection.change", "connection.remove"],
  ]);
});

test("a connection is named anew, and what is taken from its provider is changed as one", async () => {
  const id = await make("Tyrell");
  const asked = {
    connectionId: id,
    name: "Initech people",
    domains: "initech.example, mail.initech.example",
    email: "mail",
    fullName: "displayName",
    customAttributes: JSON.stringify([{ from: "cost_center", to: "costCenter" }]),
    roles: JSON.stringify([
      { from: "it-admins", to: "admin" },
      { from: "staff", to: "member" },
    ]),
  };
  await changeMapping(owner, ChangeMappingInput.parse(asked));
  expect(await readLiveConnection(owner, id)).toMatchObject({
    detail: {
      connection: { name: "Initech people", domains: ["initech.example", "mail.initech.example"] },
      mapping: {
        attributes: { email: "mail", name: "displayName" },
        customAttributes: { cost_center: "costCenter" },
        roles: [
          { group: "it-admins", role: "admin" },
          { group: "staff", role: "member" },
        ],
      },
    },
  });
  expect(await getConnection(owner, site.deploymentId, id)).toMatchObject({ name: "Initech people" });
  const unknown = ChangeMappingInput.parse({
    ...asked,
    roles: JSON.stringify([{ from: "a", to: "emperor" }]),
  });
  await expect(changeMapping(owner, unknown)).rejects.toMatchObject({
    message: expect.stringContaining("emperor"),
  });
  const half = ChangeMappingInput.safeParse({ ...asked, roles: JSON.stringify([{ from: "a", to: "" }]) });
  expect(half.error?.issues[0]).toMatchObject({ path: ["roles"], message: "Fill both sides of each row." });
});

test("a test sign-in has a URL to open, and waits until somebody does", async () => {
  const id = await make("Hooli");
  const { testId, url } = await startTest(owner, { connectionId: id });
  expect(url).toMatch(new RegExp(`^${site.line.url}/`));
  expect(await readTest(owner, { connectionId: id, testId })).toMatchObject({ state: "pending" });
});

test("a site that is silent leaves the mirror to be read, and shows why", async () => {
  const id = await make("Vandelay");
  site.line.spoil(...FOR_GOOD);
  expect(await readLiveConnection(owner, id)).toMatchObject({
    state: "silent",
    reason: /could not be reached/,
  });
  expect((await getConnection(owner, site.deploymentId, id)).name).toBe("Vandelay Okta");
  site.line.spoil(...FOR_GOOD);
  expect(await syncEnvironment(environmentId)).toBe(false);
  const [environment] = await listEnvironments(owner, site.deploymentId);
  expect(environment).toMatchObject({ state: "failing", stateReason: /could not be reached/ });
  site.line.spoil();
  await asSystem("a test lets time pass", (tx) =>
    tx.environment.updateMany({ data: { lastCheckedAt: new Date(0) } }),
  );
  expect(await syncDue()).toEqual({ heard: 1, silent: 0 });
  const deployment = await asSystem("a test reads", (tx) =>
    tx.deployment.findUniqueOrThrow({ where: { id: site.deploymentId } }),
  );
  expect(Date.now() - Number(deployment.lastHeardAt)).toBeLessThan(60_000);
});

test("the list is searched, filtered, sorted and cut into pages by the database", async () => {
  const all = await list({ pageSize: 100 });
  const names = all.rows.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect((await list({ pageSize: 100, direction: "desc" })).rows.map(({ name }) => name)).toEqual(
    names.toReversed(),
  );
  const page = await list({ pageSize: 2, page: 2 });
  expect(page.rows.map(({ name }) => name)).toEqual(names.slice(2, 4));
  expect((await list({ search: "globex.example" })).rows.map(({ name }) => name)).toEqual(["Globex"]);
  const filters = { state: ["draft"], environment: [environmentId], certificate: ["none"] };
  expect((await list({ filters })).rows.map(({ name }) => name)).toEqual(["Globex"]);
});

test("another customer's actor finds nothing and changes nothing", async () => {
  const id = await make("Walled");
  const stranger = anActor("customer_admin", [site.strangerId]);
  const notFound = { kind: "not_found" };
  const query = { page: 1, pageSize: 25, sort: "name", direction: "asc", search: "" } as const;
  const filters = { state: [], environment: [], certificate: [] };
  await expect(listConnections(stranger, site.deploymentId, { ...query, filters })).rejects.toMatchObject(
    notFound,
  );
  await expect(getConnection(stranger, site.deploymentId, id)).rejects.toMatchObject(notFound);
  await expect(readLiveConnection(stranger, id)).rejects.toMatchObject(notFound);
  await expect(startTest(stranger, { connectionId: id })).rejects.toMatchObject(notFound);
  await expect(
    removeConnection(stranger, { connectionId: id, confirm: "Walled Okta" }),
  ).rejects.toMatchObject(notFound);
  await expect(createConnection(stranger, saml("Evil"))).rejects.toMatchObject(notFound);
  await expect(listOrganizations(stranger, environmentId)).rejects.toMatchObject(notFound);
});

function aCertificate(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return selfSignedCertificate(privateKey, "idp.example", new Date());
}
