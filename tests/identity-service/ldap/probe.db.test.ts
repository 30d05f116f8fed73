import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, test as everyTest, expect } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { type FakeLdap, startFakeLdap } from "#tests/support/fake-ldap.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { ldapDirectories } from "#tests/support/ldap-directory.ts";
import { group, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

// A real OpenLDAP server; where there is none, nothing of this can be tested.
const test = everyTest.skipIf(!slapdInstalled());

let slapd: Slapd;
let service: RunningIdentityService;
let environment: TestEnvironment;

beforeAll(async () => {
  if (!slapdInstalled()) return;
  const people = Array.from({ length: 12 }, (_, index) => person(`p${index}`));
  slapd = await startSlapd([TREE, ...people, group("staff", [personDn("p1")])].join("\n"));
  service = await startIdentityService((await testDatabase()).identityUrl);
  environment = await prepareEnvironment(service);
});
afterAll(async () => {
  await service?.close();
  await slapd?.close();
});

interface Step {
  id: string;
  result: string;
  code: string;
  message: string;
  facts: Record<string, unknown>;
}
interface Probe {
  state: string;
  servers: { server: string; state: string; steps: Step[] }[];
  steps: Step[];
  root: { naming_contexts: string[]; active_directory: boolean } | null;
  people: { dn: string; username: string; email: string; name: string }[];
  groups: { name: string }[];
}

const good = () => ({
  servers: [slapd.ldaps],
  ca_certificates: readFileSync(slapd.ca.file, "utf8"),
  bind_dn: SERVICE.dn,
  bind_password: SERVICE.password,
  base_dn: `ou=people,${SUFFIX}`,
  group_base_dn: `ou=groups,${SUFFIX}`,
});
async function probe(
  ldap: Record<string, unknown>,
  { purpose = "directory", ...more }: Record<string, unknown> = {},
): Promise<Probe> {
  const path = `/environments/${environment.id}/ldap_probes/${purpose}`;
  const answer = await service.manage<Probe>("POST", path, { ldap, ...more });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
const codes = (steps: Step[] | undefined) => (steps ?? []).map(({ id, code }) => `${id} ${code}`);

test("everything is right: who is found, and what the server says of itself", async () => {
  const found = await probe(good());
  expect(found).toMatchObject({
    state: "passed",
    root: { naming_contexts: [SUFFIX], active_directory: false },
    groups: [{ name: "staff" }],
  });
  expect(codes(found.servers[0]?.steps)).toEqual(["name address", "connection ok", "encryption trusted"]);
  expect(found.servers[0]?.steps[2]?.facts).toMatchObject({
    mode: "ldaps",
    issuer: expect.stringContaining("CN=Test CA"),
    names: ["localhost", "127.0.0.1"],
    not_after: expect.stringMatching(/^\d{4}-/),
  });
  expect(codes(found.steps)).toEqual(["account let_in", "people found", "groups found"]);
  expect(found.steps[1]?.facts).toMatchObject({ count: 12, more: false });
  expect(found.people).toHaveLength(5);
  expect(found.people[0]).toMatchObject({ dn: personDn("p0"), username: "p0", email: "p0@example.com" });
  expect(JSON.stringify(found)).not.toContain(SERVICE.password);
});

test("signing in is tried likewise: its filter finds everybody whom it would find by what they type", async () => {
  const user_filter = "(&(objectClass=inetOrgPerson)(|(uid={username})(mail=*{username})))";
  const found = await probe({ ...good(), user_filter }, { purpose: "sign_in" });
  expect(found.steps[1]).toMatchObject({ code: "found", facts: { count: 12 } });
  const direct = { servers: [slapd.ldaps], ca_certificates: good().ca_certificates, mode: "direct" };
  const template = { bind_template: `uid={username},ou=people,${SUFFIX}` };
  const withoutAccount = await probe({ ...direct, ...template }, { purpose: "sign_in" });
  expect(withoutAccount.state).toBe("passed");
  expect(codes(withoutAccount.steps)).toEqual([
    "account needs_a_person",
    "people needs_a_person",
    "groups needs_a_person",
  ]);
});

test("each wrong turn has its own word, and what comes behind it is not tried", async () => {
  const serverStep = async (change: Record<string, unknown>) => {
    const { state, servers, steps } = await probe({ ...good(), ...change });
    expect(state).toBe("failed");
    expect(steps.every(({ code }) => code === "not_reached")).toBe(true);
    return servers[0]?.steps.find(({ result }) => result === "failed");
  };
  const other = createTestCa();
  expect(await serverStep({ servers: ["ldaps://no-such-host.invalid"] })).toMatchObject({
    id: "name",
    code: expect.stringMatching(/^(unknown|no_answer)$/),
  });
  expect(await serverStep({ servers: ["ldaps://127.0.0.1:1"] })).toMatchObject({
    id: "connection",
    code: "refused",
  });
  expect(await serverStep({ ca_certificates: readFileSync(other.file, "utf8") })).toMatchObject({
    id: "encryption",
    code: "unknown_authority",
    facts: { issuer: expect.stringContaining("Test CA"), subject: expect.stringContaining("localhost") },
  });
  other.remove();
  expect(await serverStep({ servers: [slapd.ldap.replace("ldap:", "ldaps:")] })).toMatchObject({
    id: "encryption",
    code: expect.stringMatching(/^(not_tls|ended)$/),
  });

  const step = async (change: Record<string, unknown>) => {
    const { state, servers, steps } = await probe({ ...good(), ...change });
    expect([state, servers[0]?.state]).toEqual(["failed", "passed"]);
    return steps.find(({ result }) => result === "failed");
  };
  expect(await step({ bind_password: "wrong" })).toMatchObject({ id: "account", code: "wrong" });
  expect(await step({ bind_password: undefined })).toMatchObject({ id: "account", code: "password_missing" });
  expect(await step({ base_dn: `ou=peple,${SUFFIX}` })).toMatchObject({
    id: "people",
    code: "no_such_entry",
    facts: { base: `ou=peple,${SUFFIX}` },
  });
  expect(await step({ base_dn: undefined })).toMatchObject({ id: "people", code: "base_missing" });
  expect(await step({ user_filter: "(uid=nobody-at-all)" })).toMatchObject({ id: "people", code: "none" });
  expect(await step({ kind: "active_directory" })).toMatchObject({ id: "people" });
  const withoutGroups = await probe({ ...good(), group_base_dn: `ou=people,${SUFFIX}` });
  expect(withoutGroups.state).toBe("passed");
  expect(codes(withoutGroups.steps)).toContain("groups none");
});

test("each server is tried; one that answers is enough to look inside", async () => {
  const found = await probe({ ...good(), servers: ["ldaps://127.0.0.1:1", slapd.ldaps] });
  expect(found.state).toBe("passed");
  expect(found.servers.map(({ state }) => state)).toEqual(["failed", "passed"]);
});

test("StartTLS is tried as it will be used, and a server without it is said to be one", async () => {
  const found = await probe({ ...good(), servers: [slapd.ldap] });
  expect(found.servers[0]?.steps[2]).toMatchObject({ code: "trusted", facts: { mode: "starttls" } });
  const fake: FakeLdap = await startFakeLdap(() => ({ code: 2, diagnostic: "no StartTLS here" }));
  const refused = await probe({ ...good(), servers: [fake.url] });
  expect(refused.servers[0]?.steps[2]).toMatchObject({ result: "failed", code: "starttls_refused" });
  expect(fake.heard.some(({ kind }) => kind === "bind")).toBe(false);
  await fake.close();
});

test("what takes connections and says nothing is told in time", async () => {
  const mute: Server = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as { port: number };
  const found = await probe({ ...good(), servers: [`ldaps://127.0.0.1:${port}`] });
  expect(found.servers[0]?.steps[2]).toMatchObject({ result: "failed", code: "timeout" });
  mute.close();
});

test("the password that is kept is told to nobody but the servers it was given for", async () => {
  const { id } = await ldapDirectories(service, environment).make(good());
  const { bind_password: _left, ...kept } = good();
  expect((await probe(kept, { directory_id: id })).state).toBe("passed");
  const path = `/environments/${environment.id}/ldap_probes/directory`;
  const moved = { ...kept, servers: [slapd.ldap] };
  const answer = await service.manage("POST", path, { directory_id: id, ldap: moved });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: "ldap.bind_password" }] } });
});
