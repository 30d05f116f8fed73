import { afterAll, beforeAll, test as everyTest, expect } from "vitest";
import { sql } from "#lib/identity-service/db.ts";
import { startSyncing } from "#lib/identity-service/ldap/sync/loop.ts";
import { runSync } from "#lib/identity-service/ldap/sync/run.ts";
import { claimSource } from "#lib/identity-service/ldap/sync/source.ts";
import type { TestDatabase } from "#tests/support/cluster.ts";
import { testDatabase } from "#tests/support/database.ts";
import { readEvents } from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { directorySettings, type LdapDirectory, ldapDirectories } from "#tests/support/ldap-directory.ts";
import { entry, group, groupDn, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

// A real OpenLDAP server; where there is none, nothing of this can be tested.
const test = everyTest.skipIf(!slapdInstalled());

const LET_GO = sql(
  "test_ldap_let_go",
  "UPDATE identity.ldap_sources SET lease_until = now() - interval '1 second' WHERE directory_id = $1",
);

let slapd: Slapd;
let database: TestDatabase;
let service: RunningIdentityService;
let environment: TestEnvironment;
let ldap: ReturnType<typeof ldapDirectories>;
let directory: LdapDirectory;

beforeAll(async () => {
  if (!slapdInstalled()) return;
  const people = Array.from({ length: 30 }, (_, index) => person(`p${String(index).padStart(2, "0")}`));
  slapd = await startSlapd(
    [
      TREE,
      ...people,
      person("grace", { title: "Rear admiral", departmentNumber: "42", jpegPhoto: "not asked for" }),
      person("off", { userAccountControl: "514" }),
      group("nurses", [personDn("grace"), personDn("p01")]),
      group("staff", [groupDn("nurses"), personDn("p02"), "uid=nobody,ou=elsewhere,dc=example,dc=com"]),
      entry(`cn=posix,ou=groups,${SUFFIX}`, {
        objectClass: "posixGroup",
        cn: "posix",
        gidNumber: "1000",
        memberUid: ["p03", "GRACE"],
      }),
    ].join("\n"),
    "sizelimit unlimited",
  );
  database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  environment = await prepareEnvironment(service);
  ldap = ldapDirectories(service, environment);
  directory = await ldap.make(
    { ...directorySettings(slapd), page_size: 7 },
    { deactivated_users: "keep", attribute_map: { department: "departmentNumber" } },
  );
});
afterAll(async () => {
  await service?.close();
  await slapd?.close();
});

interface Trial {
  state: string;
  checks: { id: string; result: string; message: string }[];
  sample: { username: string; email: string }[];
}
const tried = async (id: string) => (await service.manage<Trial>("POST", `${ldap.path}/${id}/test`)).body;

test("a trial says how far it came, in a sentence, and keeps nothing", async () => {
  const made = await ldap.make(directorySettings(slapd));
  const { state, checks, sample } = await tried(made.id);
  expect([state, ...checks.map(({ result }) => result)]).toEqual(Array.from({ length: 6 }, () => "passed"));
  expect(checks.find(({ id }) => id === "people")?.message).toContain("More than 5 people");
  expect(sample).toHaveLength(5);
  expect(await ldap.show(made.id)).toMatchObject({ state: "unlinked", sync: { users: 0 } });
  for (const [change, failing, sentence] of [
    [{ bind_password: "not it" }, "account", /did not accept the name or the password/],
    [{ base_dn: `ou=nowhere,${SUFFIX}` }, "people", /there is no such entry/],
    [{ user_filter: "(uid=nobody)" }, "people", /Nobody is found/],
    [{ ca_certificates: null, bind_password: SERVICE.password }, "server", /is not trusted/],
  ] as const) {
    const other = await ldap.make({ ...directorySettings(slapd), ...change });
    const trial = await tried(other.id);
    expect(trial.state).toBe("failed");
    expect(trial.checks.find(({ result }) => result === "failed")).toMatchObject({
      id: failing,
      message: expect.stringMatching(sentence),
    });
    expect(JSON.stringify(trial)).not.toContain(SERVICE.password);
    await service.manage("DELETE", `${ldap.path}/${other.id}`);
  }
  await service.manage("DELETE", `${ldap.path}/${made.id}`);
});

test("a directory is read whole, page by page, with its people, groups and groups within groups", async () => {
  expect(directory).toMatchObject({
    type: "generic scim v2.0",
    state: "unlinked",
    sync: { state: "waiting" },
    ldap: { has_bind_password: true },
  });
  expect(JSON.stringify(directory)).not.toContain(SERVICE.password);
  expect(await ldap.runDue()).toBe(1);
  const after = await ldap.show(directory.id);
  expect(after).toMatchObject({
    state: "linked",
    last_error: null,
    sync: { state: "idle", kind: "full", users: 32, groups: 3, removed: 0 },
  });
  const users = await ldap.users(directory.id);
  expect(users).toHaveLength(32);
  expect(users.find(({ email }) => email === "grace@example.com")).toMatchObject({
    firstName: "grace",
    lastName: "Example",
    state: "active",
    customAttributes: { department: "42" },
    rawAttributes: { dn: personDn("grace"), uid: "grace", title: "Rear admiral" },
  });
  expect(users.find(({ email }) => email === "off@example.com")).toMatchObject({ state: "inactive" });
  expect(JSON.stringify(users)).not.toMatch(/userPassword|not asked for|SSHA/i);
  const groups = await ldap.groups(directory.id);
  expect(groups.map(({ name }) => name)).toEqual(["nurses", "posix", "staff"]);
  const [nurses, posix, staff] = await Promise.all(groups.map(({ id }) => ldap.members(id)));
  expect(nurses).toEqual(["grace@example.com", "p01@example.com"]);
  expect(posix).toEqual(["grace@example.com", "p03@example.com"]);
  expect(staff).toEqual(["grace@example.com", "p01@example.com", "p02@example.com"]);
});

test("reading the same again changes nothing and tells applications nothing", async () => {
  const before = await readEvents(database.adminUrl, environment.id);
  expect(before.map(({ event }) => event)).toContain("dsync.group.user_added");
  expect((await ldap.sync(directory.id, { kind: "full" })).sync.kind).toBe("full");
  expect((await ldap.sync(directory.id)).sync.kind).toBe("incremental");
  expect(await readEvents(database.adminUrl, environment.id)).toEqual(before);
});

test("an incremental sync takes in who is new, who changed, and who is in which group", async () => {
  slapd.add(person("new"));
  slapd.change(`dn: ${personDn("p04")}\nchangetype: modify\nreplace: title\ntitle: Captain\n`);
  slapd.change(
    `dn: ${groupDn("nurses")}\nchangetype: modify\nadd: member\nmember: ${personDn("new")}\n-\ndelete: member\nmember: ${personDn("p01")}\n`,
  );
  const before = (await readEvents(database.adminUrl, environment.id)).length;
  const { sync } = await ldap.sync(directory.id);
  expect(sync).toMatchObject({ kind: "incremental", removed: 0 });
  const events = (await readEvents(database.adminUrl, environment.id)).slice(before);
  expect(events.map(({ event }) => event).sort()).toEqual(
    [
      "dsync.user.created",
      "dsync.user.updated",
      // Of the group itself, and of the one around it.
      "dsync.group.user_added",
      "dsync.group.user_added",
      "dsync.group.user_removed",
      "dsync.group.user_removed",
    ].sort(),
  );
  const updated = events.find(({ event }) => event === "dsync.user.updated");
  expect(updated?.data).toMatchObject({ job_title: "Captain", previous_attributes: { job_title: null } });
});

test("somebody who is renamed stays the same person, in the same groups", async () => {
  const before = (await ldap.users(directory.id)).find(({ email }) => email === "p02@example.com");
  slapd.change(`dn: ${personDn("p02")}\nchangetype: modrdn\nnewrdn: uid=p02-renamed\ndeleteoldrdn: 1\n`);
  slapd.change(
    `dn: ${groupDn("staff")}\nchangetype: modify\ndelete: member\nmember: ${personDn("p02")}\n-\nadd: member\nmember: ${personDn("p02-renamed")}\n`,
  );
  await ldap.sync(directory.id);
  const after = (await ldap.users(directory.id)).find(({ email }) => email === "p02@example.com");
  expect(after).toMatchObject({
    id: before?.id,
    idpId: before?.idpId,
    rawAttributes: { uid: "p02-renamed" },
  });
  const staff = (await ldap.groups(directory.id)).find(({ name }) => name === "staff");
  expect(await ldap.members(staff?.id ?? "")).toContain("p02@example.com");
});

test("who is deleted is gone with the next full sync, and applications are told once", async () => {
  slapd.change(`dn: ${personDn("p05")}\nchangetype: delete\n`);
  slapd.change(`dn: cn=posix,ou=groups,${SUFFIX}\nchangetype: delete\n`);
  await ldap.sync(directory.id);
  expect((await ldap.users(directory.id)).map(({ email }) => email)).toContain("p05@example.com");
  const before = (await readEvents(database.adminUrl, environment.id)).length;
  expect((await ldap.sync(directory.id, { kind: "full" })).sync).toMatchObject({ removed: 2 });
  const events = (await readEvents(database.adminUrl, environment.id)).slice(before);
  expect(events.map(({ event }) => event)).toEqual(["dsync.group.deleted", "dsync.user.deleted"]);
  expect((await ldap.users(directory.id)).map(({ email }) => email)).not.toContain("p05@example.com");
});

test("a sync that no longer sees most people removes nobody, until somebody says that they are gone", async () => {
  const one = { user_filter: "(uid=grace)" };
  await service.manage("PATCH", `${ldap.path}/${directory.id}`, { ldap: one });
  await ldap.runDue();
  const refused = await ldap.show(directory.id);
  expect(refused.last_error).toMatch(/31 of 32 people .* Nobody was removed/);
  expect(await ldap.users(directory.id)).toHaveLength(32);
  const accepted = await ldap.sync(directory.id, { accept_removals: true });
  expect(accepted).toMatchObject({ last_error: null, sync: { kind: "full", removed: 31 } });
  expect((await ldap.users(directory.id)).map(({ email }) => email)).toEqual(["grace@example.com"]);
  await service.manage("PATCH", `${ldap.path}/${directory.id}`, { ldap: { user_filter: null } });
  await ldap.runDue();
  expect(await ldap.users(directory.id)).toHaveLength(32);
});

test("what goes wrong is said to whoever looks after the directory, and the next sync makes it good", async () => {
  await slapd.stop();
  const lost = await ldap.sync(directory.id);
  expect(lost.last_error).toContain("nothing listens there");
  expect(lost.sync).toMatchObject({ state: "waiting", kind: "incremental" });
  await slapd.start();
  expect((await ldap.sync(directory.id)).last_error).toBeNull();
  const other = await ldap.make({ ...directorySettings(slapd), bind_password: "wrong" });
  await ldap.runDue();
  expect(await ldap.show(other.id)).toMatchObject({
    state: "invalid_credentials",
    last_error: expect.stringContaining("did not accept the name or the password"),
  });
  await service.manage("PATCH", `${ldap.path}/${other.id}`, { ldap: { bind_password: SERVICE.password } });
  await ldap.runDue();
  expect(await ldap.show(other.id)).toMatchObject({ state: "linked", last_error: null });
  await service.manage("DELETE", `${ldap.path}/${other.id}`);
});

test("a directory whose server gives out no more than some of its entries is not read at all", async () => {
  const few = await startSlapd(
    [TREE, ...Array.from({ length: 30 }, (_, i) => person(`q${i}`))].join("\n"),
    "sizelimit 10",
  );
  try {
    const limited = await ldap.make({ ...directorySettings(few), page_size: 5 });
    await ldap.runDue();
    expect(await ldap.show(limited.id)).toMatchObject({
      state: "unlinked",
      last_error: expect.stringContaining("raise its size limit"),
    });
    await service.manage("DELETE", `${ldap.path}/${limited.id}`);
  } finally {
    await few.close();
  }
});

test("of two instances one reads a directory, and the other only once the first is lost", async () => {
  await service.manage("POST", `${ldap.path}/${directory.id}/sync`);
  const first = await claimSource(service.parts.db);
  expect(first?.directory_id).toBe(directory.id);
  expect(await claimSource(service.parts.db)).toBeNull();
  expect((await ldap.show(directory.id)).sync.state).toBe("running");
  // The first hangs until its lease is over.
  await service.parts.db.query(environment.id, LET_GO, [directory.id]);
  const second = await claimSource(service.parts.db);
  expect(second?.directory_id).toBe(directory.id);
  if (!first || !second) throw new Error("Both were claimed.");
  // It comes back, and finds that it may not write any more.
  slapd.add(person("late"));
  await runSync(service.parts, first);
  expect((await ldap.users(directory.id)).map(({ email }) => email)).not.toContain("late@example.com");
  expect((await ldap.show(directory.id)).sync.state).toBe("running");
  await runSync(service.parts, second);
  expect((await ldap.users(directory.id)).map(({ email }) => email)).toContain("late@example.com");
  expect((await ldap.show(directory.id)).sync.state).toBe("idle");
});

test("the service reads by itself what is due, with two instances running", async () => {
  const stops = [0, 1].map(() => startSyncing(service.parts, (error) => expect(error).toBeNull()));
  try {
    slapd.add(person("by-itself"));
    await service.manage("POST", `${ldap.path}/${directory.id}/sync`);
    await expect
      .poll(async () => (await ldap.users(directory.id)).map(({ email }) => email), {
        timeout: 40_000,
        interval: 500,
      })
      .toContain("by-itself@example.com");
  } finally {
    for (const stop of stops) stop();
  }
});

test("a directory's settings are checked, its password sealed and asked for again where it would go elsewhere", async () => {
  const path = `${ldap.path}/${directory.id}`;
  for (const ldapSettings of [
    { servers: ["ldaps://elsewhere.example"] },
    { user_attributes: { email: "userPassword" } },
    { id_attribute: "2.5.4.35" },
    { user_filter: "(uid=" },
    { interval_minutes: 0 },
  ])
    expect((await service.manage("PATCH", path, { ldap: ldapSettings })).status).toBe(422);
  const scim = await service.manage("POST", ldap.path, {
    organization_id: environment.organizationId,
    name: "SCIM",
    ldap: {},
  });
  expect(scim.status).toBe(422);
  const incomplete = await ldap.make({});
  expect(incomplete.sync).toMatchObject({ state: "waiting", next_at: null });
  expect(await service.manage("POST", `${ldap.path}/${incomplete.id}/sync`)).toMatchObject({ status: 422 });
});

test("another environment neither sees nor starts a sync of this one", async () => {
  const other = await prepareEnvironment(service);
  const path = `/environments/${other.id}/directories/${directory.id}/sync`;
  for (const method of ["GET", "POST"])
    expect(await service.manage(method, path)).toMatchObject({
      status: 404,
      body: { entity_id: directory.id },
    });
});
