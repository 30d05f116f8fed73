import { afterAll, beforeAll, test as everyTest, expect } from "vitest";
import { PlainBrowser } from "#tests/support/browser-visit.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { group, PASSWORD, person, personDn, TREE } from "#tests/support/ldap-people.ts";
import { type LdapConnection, ldapSignIns, searchSettings } from "#tests/support/ldap-sign-in.ts";
import { failedCheckOf, type Revisions, resultOf, revisionsOf } from "#tests/support/revisions.ts";
import { type Slapd, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

// A real OpenLDAP server; where there is none, nothing of this can be tested.
const test = everyTest.skipIf(!slapdInstalled());

let slapd: Slapd;
let service: RunningIdentityService;
let environment: TestEnvironment;
let ldap: ReturnType<typeof ldapSignIns>;
let connection: LdapConnection;
let of: Revisions;

beforeAll(async () => {
  if (!slapdInstalled()) return;
  slapd = await startSlapd([TREE, person("grace")].join("\n"));
  slapd.add(group("nurses", [personDn("grace")]));
  service = await startIdentityService((await testDatabase()).identityUrl);
  environment = await prepareEnvironment(service);
  await callWire(service, environment, "POST", "/authorization/roles", { slug: "carer", name: "Carer" });
  ldap = ldapSignIns(service, environment);
  connection = await ldap.connect(searchSettings(slapd));
  of = revisionsOf(service, environment, connection.id);
});
afterAll(async () => {
  await service?.close();
  await slapd?.close();
});

test("a draft's directory is tried with a password, and people meanwhile sign in by the active one", async () => {
  await of.draft({
    ldap: { base_dn: "ou=nowhere,dc=example,dc=com" },
    role_map: [{ group: "nurses", role: "carer" }],
  });
  const take = async () => {
    const { body: trial } = await of.startTest(2);
    const browser = new PlainBrowser(service.url);
    const page = await browser.go(trial.url);
    const shown = await browser.submit(page, { username: "grace", password: PASSWORD });
    return { id: trial.id, text: shown.text };
  };
  const wrong = await take();
  expect(wrong.text).toContain("The test sign-in failed");
  expect(await of.trace(wrong.id)).toMatchObject({ preview: null, captured_until: null });
  const live = await ldap.signIn(connection, "grace", PASSWORD);
  expect((await ldap.profile(live)).email).toBe("grace@example.com");
  const { base_dn } = searchSettings(slapd);
  await of.change(2, { ldap: { base_dn: base_dn as string } });
  const right = await take();
  expect(right.text).toContain("The test sign-in passed");
  const { preview } = await of.trace(right.id);
  expect(preview?.roles).toEqual([{ role: "carer", group: "nurses" }]);
  expect(preview?.fields.find(({ field }) => field === "email")).toMatchObject({
    attribute: "mail",
    values: ["grace@example.com"],
  });
  expect(preview?.fields.find(({ field }) => field === "idp_id")).toMatchObject({ attribute: "entryUUID" });
  expect(preview?.fields.find(({ field }) => field === "groups")).toMatchObject({
    attribute: "groups",
    values: ["nurses"],
  });

  // The entry that was read, seen through other maps: the directory is not asked again.
  await of.change(2, { attribute_map: { email: "telephoneNumber" } });
  const replayed = (await of.replay(2, right.id)).body;
  expect(failedCheckOf(replayed)).toBe("profile.email");
  expect(resultOf(replayed, "person.password")).toBe("skipped");
  expect((await of.replay(1, right.id)).body).toMatchObject({ state: "passed", preview: { roles: null } });
  expect(JSON.stringify([preview, replayed])).not.toContain(PASSWORD);
});
