import { readFileSync } from "node:fs";
import { afterAll, beforeAll, test as everyTest, expect } from "vitest";
import type { LdapDraft } from "#lib/drivers/ldap-port.ts";
import { offlineDriver } from "#lib/drivers/offline.ts";
import { meetService } from "#lib/drivers/service.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";
import { person, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

// A real OpenLDAP server; where there is none, nothing of this can be tested.
const test = everyTest.skipIf(!slapdInstalled());

let slapd: Slapd;
let service: RunningIdentityService;
let driver: ReturnType<typeof offlineDriver>;
let organizationId = "";

beforeAll(async () => {
  if (!slapdInstalled()) return;
  slapd = await startSlapd([TREE, person("ada"), person("bob")].join("\n"));
  service = await startIdentityService((await testDatabase()).identityUrl);
  const environment = await prepareEnvironment(service);
  organizationId = environment.organizationId;
  const { publicKey } = await meetService(service.url, null, fetch);
  driver = offlineDriver({
    service: { name: "Site", baseUrl: service.url, publicKey, token: service.managementToken },
    ...{ remoteId: environment.id, baseUrl: service.url, key: environment.apiKey },
  });
});
afterAll(async () => {
  await service?.close();
  await slapd?.close();
});

const draft = (): LdapDraft => ({
  kind: "standard",
  servers: [slapd.ldaps],
  caCertificates: readFileSync(slapd.ca.file, "utf8"),
  bindDn: SERVICE.dn,
  bindPassword: SERVICE.password,
  baseDn: `ou=people,${SUFFIX}`,
  mode: "search",
  groups: "member_of",
  nestedGroups: true,
});

test("what is said of a server is tried before a connection is made of it, and after with the password that is kept", async () => {
  const { ldap, connections } = driver;
  if (!ldap || !connections) throw new Error("An offline environment can do this.");
  const tried = await ldap.signIn(draft(), null);
  expect(tried).toMatchObject({
    passed: true,
    root: { namingContexts: [SUFFIX], activeDirectory: false },
    people: [{ username: "ada" }, { username: "bob" }],
  });
  const wrong = await ldap.signIn({ ...draft(), bindPassword: "wrong" }, null);
  expect(wrong.steps[0]).toMatchObject({ id: "account", result: "failed", code: "wrong" });
  const made = await connections.create(
    { organizationId, type: "LDAP", name: "Staff", domains: [], ldap: draft() },
    { key: "op_ldap", again: false },
  );
  const { bindPassword: _kept, ...known } = draft();
  expect((await ldap.signIn(known, made.id)).passed).toBe(true);
  const source = { ...known, intervalMinutes: 15 };
  expect(await ldap.directory({ ...source, bindPassword: SERVICE.password }, null)).toMatchObject({
    passed: true,
  });
  await expect(ldap.directory(source, "directory_gone")).rejects.toMatchObject({ kind: "not_found" });
});

test("a connection whose names are made of a template is shown and changed like any other", async () => {
  const { connections } = driver;
  if (!connections) throw new Error("An offline environment makes connections.");
  const direct: LdapDraft = {
    ...draft(),
    ...{ mode: "direct", bindDn: "", baseDn: "", groups: "none", nestedGroups: false },
    bindTemplate: `uid={username},ou=people,${SUFFIX}`,
    bindPassword: undefined,
  };
  const made = await connections.create(
    { organizationId, type: "LDAP", name: "Direct", domains: [], ldap: direct },
    { key: "op_direct", again: false },
  );
  const { ldap } = await connections.describe(made.id);
  expect(ldap).toMatchObject({
    ...{ mode: "direct", bindDn: "", groups: "none", nestedGroups: false },
    bindTemplate: direct.bindTemplate,
  });
  await connections.change(made.id, { ldap: { ...direct, groups: "search", baseDn: SUFFIX } });
  expect((await connections.describe(made.id)).ldap).toMatchObject({ groups: "search", baseDn: SUFFIX });
  expect((await connections.change(made.id, { state: "active" })).state).toBe("active");
});
