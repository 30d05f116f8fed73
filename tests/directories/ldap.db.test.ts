import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, test as everyTest, expect } from "vitest";
import { changeLdap, createConnection } from "#lib/connections/commands.ts";
import { readLiveConnection } from "#lib/connections/queries.ts";
import { ChangeLdapInput, CreateConnectionInput } from "#lib/connections/schema.ts";
import { changeSource, createDirectory, syncDirectory, testDirectory } from "#lib/directories/commands.ts";
import { getDirectory, readLiveDirectory } from "#lib/directories/queries.ts";
import { ChangeSourceInput, CreateDirectoryInput } from "#lib/directories/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { runSync } from "#lib/identity-service/ldap/sync/run.ts";
import { claimSource } from "#lib/identity-service/ldap/sync/source.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";
import { group, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

// A directory that a site reads from a real OpenLDAP server, driven from the console.
const test = everyTest.skipIf(!slapdInstalled());
const owner = anActor();

let site: Site;
let slapd: Slapd;
let environmentId = "";
let directoryId = "";

beforeAll(async () => {
  if (!slapdInstalled()) return;
  const members = [personDn("ada"), personDn("grace")];
  slapd = await startSlapd([TREE, person("ada"), person("grace"), group("keepers", members)].join("\n"));
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
});
afterAll(async () => {
  await slapd?.close();
  await site?.close();
  await closeDatabase();
});
beforeEach(() => site?.line.spoil());

const server = () => ({
  kind: "standard",
  servers: slapd.ldaps,
  caCertificates: readFileSync(slapd.ca.file, "utf8"),
  bindDn: SERVICE.dn,
  baseDn: `ou=people,${SUFFIX}`,
  groupBaseDn: `ou=groups,${SUFFIX}`,
  userFilter: "",
});
const source = () => ({ ...server(), groupFilter: "", intervalMinutes: "15" });
const live = async () => {
  const answer = await readLiveDirectory(owner, directoryId);
  if (answer.state !== "answered" || !answer.detail.source) throw new Error("It is not read from LDAP.");
  return { ...answer.detail, source: answer.detail.source };
};
/** What the service does by itself within some seconds. */
const readNow = async () => {
  const claimed = await claimSource(site.service.parts.db);
  if (!claimed) throw new Error("No directory waits to be read.");
  await runSync(site.service.parts, claimed);
};
/** Everything that this console has written down, as text. */
const written = async () =>
  await asSystem("a test looks for secrets", async (tx) => {
    const operations = await tx.operation.findMany();
    return JSON.stringify([operations.map(({ input }) => input), await tx.auditEvent.findMany()]);
  });

test("a directory that is read from LDAP has no token, and is read from then on", async () => {
  const made = await createDirectory(
    owner,
    CreateDirectoryInput.parse({
      ...{ environmentId, organizationId: "new", organizationName: "Harbour", name: "Harbour staff" },
      ...{ deactivated: "delete", source: "ldap", bindPassword: SERVICE.password },
      ...source(),
    }),
  );
  expect(made).toMatchObject({ state: "done", token: null, endpoint: null });
  directoryId = made.state === "done" ? made.targetId : "";
  expect(await getDirectory(owner, site.deploymentId, directoryId)).toMatchObject({
    type: "ldap",
    provider: "LDAP",
  });
  expect((await live()).source).toMatchObject({
    ldap: { servers: [slapd.ldaps], bindDn: SERVICE.dn, intervalMinutes: 15 },
    run: { state: "waiting", finishedAt: null },
  });
  await readNow();
  const { directory, source: after } = await live();
  expect(directory).toMatchObject({ state: "active", content: { usersActive: 2, groups: 1 } });
  expect(after.run).toMatchObject({ state: "idle", kind: "full", users: 2, groups: 1 });
});

test("a trial says how far it came, and shows a few of the people", async () => {
  const trial = await testDirectory(owner, { directoryId });
  expect(trial).toMatchObject({ passed: true, sample: expect.arrayContaining([expect.anything()]) });
  expect(trial.checks.map(({ name, result }) => [name, result])).toContainEqual([
    "People are found",
    "passed",
  ]);
});

test("sync now asks for one, of what changed or of everything", async () => {
  await syncDirectory(owner, { directoryId, kind: "full", acceptRemovals: "on" });
  expect((await live()).source.run.state).toBe("waiting");
  slapd.add(person("joan"));
  await readNow();
  expect((await live()).directory.content).toMatchObject({ usersActive: 3 });
});

test("changed settings keep the password, unless they lead to another server", async () => {
  const change = (over: Record<string, string>) =>
    changeSource(owner, ChangeSourceInput.parse({ directoryId, ...source(), bindPassword: "", ...over }));
  expect(await change({ userFilter: "(uid=ada)", intervalMinutes: "60" })).toMatchObject({ state: "done" });
  await readNow();
  expect((await live()).source.ldap).toMatchObject({ userFilter: "(uid=ada)", intervalMinutes: 60 });
  await expect(change({ servers: "ldaps://elsewhere.example" })).rejects.toMatchObject({
    message: expect.stringContaining("password again"),
  });
  expect(await change({ bindPassword: "not it" })).toMatchObject({ state: "done" });
  await readNow();
  expect((await live()).directory).toMatchObject({
    state: "invalid_credentials",
    sync: { problem: expect.stringContaining("did not accept the name or the password") },
  });
  expect(await testDirectory(owner, { directoryId })).toMatchObject({ passed: false });
});

test("the settings of an LDAP connection are changed likewise", async () => {
  const made = await createConnection(
    owner,
    CreateConnectionInput.parse({
      ...{ environmentId, organizationId: "new", organizationName: "Quay", name: "Quay LDAP" },
      ...{ source: "ldap", type: "LDAP", bindPassword: SERVICE.password },
      ...(({ kind: _kind, ...rest }) => rest)(server()),
    }),
  );
  const connectionId = made.state === "done" ? made.targetId : "";
  const change = { connectionId, ...server(), kind: "active_directory", bindPassword: "" };
  const parsed = ChangeLdapInput.parse({ ...change, userFilter: "(mail={username})" });
  expect(await changeLdap(owner, parsed)).toMatchObject({ state: "done" });
  expect(await readLiveConnection(owner, connectionId)).toMatchObject({
    detail: {
      connection: { type: "ActiveDirectory" },
      ldap: { kind: "active_directory", userFilter: "(mail={username})", servers: [slapd.ldaps] },
    },
  });
  const moved = ChangeLdapInput.parse({ ...change, servers: "ldaps://elsewhere.example" });
  await expect(changeLdap(owner, moved)).rejects.toMatchObject({
    message: expect.stringContaining("password again"),
  });
});

test("no password stands in the audit log or among the operations", async () => {
  const all = await written();
  expect(all).toContain(SERVICE.dn);
  expect(all).not.toContain(SERVICE.password);
  expect(all).not.toContain("not it");
});
