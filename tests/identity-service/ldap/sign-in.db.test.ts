import { afterAll, beforeAll, test as everyTest, expect } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { entry, group, groupDn, PASSWORD, person, personDn, TREE } from "#tests/support/ldap-people.ts";
import { type LdapConnection, ldapSignIns, searchSettings } from "#tests/support/ldap-sign-in.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

// A real OpenLDAP server; where there is none, nothing of this can be tested.
const test = everyTest.skipIf(!slapdInstalled());

let slapd: Slapd;
let databaseUrl: string;
let service: RunningIdentityService;
let environment: TestEnvironment;
let ldap: ReturnType<typeof ldapSignIns>;
let connection: LdapConnection;

const UNIQUE = entry(`cn=unique,ou=groups,${SUFFIX}`, {
  objectClass: "groupOfUniqueNames",
  cn: "unique",
  uniqueMember: personDn("grace"),
});
const POSIX = entry(`cn=posix,ou=groups,${SUFFIX}`, {
  objectClass: "posixGroup",
  cn: "posix",
  gidNumber: "1000",
  memberUid: "grace",
});

beforeAll(async () => {
  if (!slapdInstalled()) return;
  slapd = await startSlapd([TREE, ...["grace", "anna"].map((uid) => person(uid))].join("\n"));
  slapd.add(
    group("nurses", [personDn("grace")]),
    group("staff", [groupDn("nurses"), personDn("anna")]),
    // A circle.
    group("everybody", [groupDn("staff")]),
    UNIQUE,
    POSIX,
  );
  slapd.change(
    `dn: ${groupDn("nurses")}\nchangetype: modify\nadd: member\nmember: ${groupDn("everybody")}\n`,
  );
  databaseUrl = (await testDatabase()).identityUrl;
  service = await startIdentityService(databaseUrl);
  environment = await prepareEnvironment(service);
  ldap = ldapSignIns(service, environment);
  connection = await ldap.connect(searchSettings(slapd));
});
afterAll(async () => {
  await service?.close();
  await slapd?.close();
});

test("a person signs in with the password that their own directory knows", async () => {
  const shown = await ldap.signIn(connection, "grace", PASSWORD);
  expect(shown.sentTo?.searchParams.get("state")).toBe("a state");
  expect(await ldap.profile(shown)).toMatchObject({
    email: "grace@example.com",
    connectionType: "GenericSAML",
    firstName: "grace",
    lastName: "Example",
    rawAttributes: { uid: "grace", mail: "grace@example.com" },
  });
  expect((await ldap.trace(connection)).checks?.every(({ result }) => result === "passed")).toBe(true);
});

test("a person keeps their profile when they are renamed and moved in the directory", async () => {
  slapd.add(person("ada"));
  const before = await ldap.profile(await ldap.signIn(connection, "ada", PASSWORD));
  slapd.change(
    `dn: ${personDn("ada")}\nchangetype: modrdn\nnewrdn: uid=lovelace\ndeleteoldrdn: 1\nnewsuperior: ou=people,${SUFFIX}\n`,
  );
  const after = await ldap.profile(await ldap.signIn(connection, "lovelace", PASSWORD));
  expect(after).toMatchObject({ id: before.id, idpId: before.idpId, rawAttributes: { uid: "lovelace" } });
});

test.each([
  ["named in the person's entry", { groups: "member_of" }, ["everybody", "nurses", "staff"]],
  ["found by their members", { groups: "search" }, ["everybody", "nurses", "posix", "staff", "unique"]],
  [
    "not looked up within one another",
    { groups: "search", nested_groups: false },
    ["nurses", "posix", "unique"],
  ],
  ["not asked for", { groups: "none" }, []],
  ["named in full", { groups: "member_of", nested_groups: false, group_names: "dn" }, [groupDn("nurses")]],
])("groups %s come with the profile, circles and all", async (_how, settings, groups) => {
  const other = await ldap.connect({ ...searchSettings(slapd), ...settings });
  const profile = await ldap.profile(await ldap.signIn(other, "grace", PASSWORD));
  expect(profile.groups).toEqual(groups);
});

test("a group outside the place for groups counts for nothing, whatever its name", async () => {
  slapd.add(
    entry(`ou=clubs,${SUFFIX}`, { objectClass: "organizationalUnit", ou: "clubs" }),
    entry(`cn=admins,ou=clubs,${SUFFIX}`, {
      objectClass: "groupOfNames",
      cn: "admins",
      member: personDn("anna"),
    }),
  );
  const within = await ldap.profile(await ldap.signIn(connection, "anna", PASSWORD));
  expect(within.groups).not.toContain("admins");
  const anywhere = await ldap.connect({ ...searchSettings(slapd), group_base_dn: null });
  expect((await ldap.profile(await ldap.signIn(anywhere, "anna", PASSWORD))).groups).toContain("admins");
});

test("no role comes by the name of a group that anybody may have made anywhere", async () => {
  const path = `/environments/${environment.id}/connections`;
  const role_map = [{ group: "admins", role: "member" }];
  const made = { organization_id: environment.organizationId, name: "Faked", role_map };
  const anywhere = { ...searchSettings(slapd), group_base_dn: null };
  const refused = await service.manage<{ errors: { field: string }[] }>("POST", path, {
    ...made,
    ldap: anywhere,
  });
  expect([refused.status, refused.body.errors[0]?.field]).toEqual([422, "ldap.group_base_dn"]);
  const placed = await ldap.connect(searchSettings(slapd), { role_map });
  const moved = await service.manage("PATCH", `${path}/${placed.id}`, { ldap: { group_base_dn: null } });
  expect(moved.status).toBe(422);
  const inFull = await service.manage("POST", path, { ...made, ldap: { ...anywhere, group_names: "dn" } });
  expect(inFull.status).toBe(201);
});

test("a role follows from a group of the directory, as with every other connection", async () => {
  const { apiKey } = environment;
  await fetch(`${service.url}/authorization/roles`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ slug: "nurse", name: "Nurse" }),
  });
  const mapped = await ldap.connect(searchSettings(slapd), {
    role_map: [{ group: "nurses", role: "nurse" }],
  });
  expect((await ldap.profile(await ldap.signIn(mapped, "grace", PASSWORD))).role).toEqual({ slug: "nurse" });
  expect((await ldap.profile(await ldap.signIn(mapped, "anna", PASSWORD))).role).toEqual({ slug: "nurse" });
});

test("a person signs in without a service account, by the name that a template makes of what they type", async () => {
  const { servers, ca_certificates } = searchSettings(slapd);
  const direct = await ldap.connect({
    servers,
    ca_certificates,
    mode: "direct",
    bind_template: `uid={username},ou=people,${SUFFIX}`,
  });
  expect((await ldap.profile(await ldap.signIn(direct, "grace", PASSWORD))).email).toBe("grace@example.com");
  await ldap.signIn(direct, "grace", "wrong");
  expect((await ldap.trace(direct)).failed).toBe("person.password");
});

test("StartTLS serves where a directory has no port of its own for TLS", async () => {
  const other = await ldap.connect({ ...searchSettings(slapd), servers: [slapd.ldap] });
  expect((await ldap.profile(await ldap.signIn(other, "grace", PASSWORD))).email).toBe("grace@example.com");
});

test("another server is asked where one does not answer, and the same person signs in", async () => {
  const silent = `ldaps://127.0.0.1:${await freePort()}`;
  const pair = await ldap.connect({ ...searchSettings(slapd), servers: [silent, slapd.ldaps] });
  expect((await ldap.profile(await ldap.signIn(pair, "grace", PASSWORD))).email).toBe("grace@example.com");
  const lost = await ldap.connect({ ...searchSettings(slapd), servers: [silent] });
  const shown = await ldap.signIn(lost, "grace", PASSWORD);
  expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
  expect(await ldap.trace(lost)).toMatchObject({
    failed: "directory.reached",
    message: expect.stringContaining("nothing listens there"),
  });
});

test("the page asks for a password without scripts, names the directory, and has the name filled in that was hinted", async () => {
  const { page } = await ldap.begin(connection, { loginHint: `gr"ace` });
  expect(page.status).toBe(200);
  expect(page.text).toContain("Example directory");
  expect(page.text).toContain(`value="gr&#34;ace"`);
  expect(page.text).not.toContain("<script");
  expect(page.headers.get("content-security-policy")).toContain("script-src 'none'");
  expect(page.headers.get("cache-control")).toBe("no-store");
});

test("a draft is tried with a test sign-in, which shows what failed", async () => {
  const draft = await ldap.connect(searchSettings(slapd), { state: "draft" });
  const home = `/environments/${environment.id}/connections/${draft.id}/test_sign_ins`;
  const { browser } = await ldap.begin(connection);
  const first = await service.manage("POST", home);
  const wrong = await browser.submit(await browser.go(first.body.url ?? ""), {
    username: "grace",
    password: "wrong",
  });
  expect(wrong.text).toContain("The test sign-in failed");
  expect(wrong.text).toContain("The directory did not accept the password.");
  const second = await service.manage("POST", home);
  const right = await browser.submit(await browser.go(second.body.url ?? ""), {
    username: "grace",
    password: PASSWORD,
  });
  expect(right.text).toContain("The test sign-in passed");
});

test("a sign-in begun at one instance is finished at another", async () => {
  const other = await startIdentityService(databaseUrl, { baseUrl: service.url });
  try {
    const { browser, page } = await ldap.begin(connection);
    const moved = { ...page, text: page.text.replaceAll(`:${service.port}`, `:${other.port}`) };
    const shown = await browser.submit(moved, { username: "grace", password: PASSWORD });
    expect((await ldap.profile(shown)).email).toBe("grace@example.com");
  } finally {
    await other.close();
  }
});

test("only a complete connection is made active, and says what is missing", async () => {
  const path = `/environments/${environment.id}/connections`;
  const { bind_password, ...settings } = searchSettings(slapd);
  for (const [ldapSettings, missing] of [
    [{}, "server"],
    [settings, "password"],
    [{ ...settings, bind_password, base_dn: undefined }, "base DN"],
    [{ ...settings, bind_password, mode: "direct" }, "template"],
  ] as const) {
    const made = await service.manage<{ message: string }>("POST", path, {
      name: "x",
      state: "active",
      ldap: ldapSettings,
    });
    expect(made).toMatchObject({ status: 422, body: { message: expect.stringContaining(missing) } });
  }
});

test("a password page belongs to LDAP connections alone", async () => {
  const saml = await service.manage<LdapConnection>("POST", `/environments/${environment.id}/connections`, {
    name: "SAML",
    connection_type: "GenericSAML",
  });
  expect((await visit(saml.body.sp.password_url, { sign_in: "x" })).status).toBe(404);
  const key = connection.sp.password_url.split("/").at(-1);
  expect((await visit(`${service.url}/sso/saml/metadata/${key}`)).status).toBe(404);
});
