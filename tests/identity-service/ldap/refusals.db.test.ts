import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, test as everyTest, expect } from "vitest";
import { attempt } from "#lib/identity-service/ldap/attempts.ts";
import { withSession } from "#lib/identity-service/ldap/session.ts";
import { LdapSettings } from "#lib/identity-service/ldap/settings.ts";
import { formOf, PlainBrowser } from "#tests/support/browser-visit.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type FakeLdap, startFakeLdap } from "#tests/support/fake-ldap.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { entry, PASSWORD, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { type LdapConnection, ldapSignIns, searchSettings } from "#tests/support/ldap-sign-in.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

// A real OpenLDAP server; where there is none, nothing of this can be tested.
const test = everyTest.skipIf(!slapdInstalled());

let slapd: Slapd;
let elsewhere: FakeLdap;
let databaseUrl: string;
let service: RunningIdentityService;
let environment: TestEnvironment;
let ldap: ReturnType<typeof ldapSignIns>;
let connection: LdapConnection;
let direct: LdapConnection;

const WRONG = "The user name or the password is wrong.";

beforeAll(async () => {
  if (!slapdInstalled()) return;
  elsewhere = await startFakeLdap(() => ({}));
  const people = ["grace", "locked", "reset", "twin", "noted"].map((uid) => person(uid));
  slapd = await startSlapd(
    [
      TREE,
      ...people,
      person("off", { userAccountControl: "514" }),
      // Windows counts from 1601: the first of January 2001.
      person("gone", { accountExpires: "126227808000000000" }),
      person("twin-2", { mail: "twin@example.com" }),
      entry(`ou=special,ou=people,${SUFFIX}`, { objectClass: "organizationalUnit", ou: "special" }),
      entry(`uid=root,ou=special,ou=people,${SUFFIX}`, {
        objectClass: "inetOrgPerson",
        uid: "root",
        cn: "root",
        sn: "root",
        mail: "root@example.com",
        userPassword: PASSWORD,
      }),
      entry(`ou=elsewhere,ou=people,${SUFFIX}`, {
        objectClass: ["referral", "extensibleObject"],
        ou: "elsewhere",
        ref: `${elsewhere.url}/ou=people,${SUFFIX}`,
      }),
    ].join("\n"),
  );
  slapd.change(`dn: ${personDn("reset")}\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n`);
  databaseUrl = (await testDatabase()).identityUrl;
  service = await startIdentityService(databaseUrl);
  environment = await prepareEnvironment(service);
  ldap = ldapSignIns(service, environment);
  const settings = searchSettings(slapd);
  connection = await ldap.connect(settings);
  direct = await ldap.connect({
    servers: settings.servers,
    ca_certificates: settings.ca_certificates,
    mode: "direct",
    bind_template: `uid={username},ou=people,${SUFFIX}`,
  });
});
afterAll(async () => {
  await service?.close();
  await slapd?.close();
  await elsewhere?.close();
});

test("an empty password is refused, though the server would take it for a sign-in as nobody", async () => {
  const asNobody = ["-x", "-H", slapd.ldap, "-D", personDn("grace"), "-w", ""];
  expect(execFileSync("ldapwhoami", asNobody).toString()).toContain("anonymous");
  for (const each of [connection, direct]) {
    const shown = await ldap.signIn(each, "grace", "");
    expect(shown).toMatchObject({ status: 400, sentTo: null });
  }
  const settings = LdapSettings.parse(searchSettings(slapd));
  const bind = withSession(settings, async (session) => await session.bind(personDn("grace"), ""));
  await expect(bind).rejects.toMatchObject({ trouble: "credentials" });
});

test.each([
  "*",
  "gr*",
  "grace)(uid=*",
  "*)(objectClass=*",
  "grace)(|(uid=*",
  "grace\\2a",
  "nobody)(mail=grace@example.com",
  "(",
  "\\",
])("a user name that is written like a filter stays a name: %s", async (username) => {
  const shown = await ldap.signIn(connection, username, PASSWORD);
  expect(shown).toMatchObject({ status: 403, sentTo: null });
  expect(shown.text).toContain(WRONG);
});

test.each([
  "root,ou=special",
  "root\\,ou=special",
  "grace,ou=people,dc=example,dc=com#",
  "*",
  'grace"',
  "grace+cn=x",
  "",
])("a user name that is written like part of a distinguished name stays a name: %s", async (username) => {
  const shown = await ldap.signIn(direct, username, PASSWORD);
  expect(shown.sentTo).toBeNull();
  expect(shown.status).toBe(username === "" ? 400 : 403);
});

test("a referral is never followed, and nobody signs in by one", async () => {
  expect((await ldap.signIn(connection, "grace", PASSWORD)).sentTo?.searchParams.get("code")).toBeTruthy();
  const referred = await ldap.connect({
    ...searchSettings(slapd),
    base_dn: `ou=elsewhere,ou=people,${SUFFIX}`,
  });
  const shown = await ldap.signIn(referred, "grace", PASSWORD);
  expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
  expect((await ldap.trace(referred)).message).toContain("referred to another server, which is not followed");
  expect(elsewhere.heard).toEqual([]);
});

test("a certificate by another authority is refused, over TLS and StartTLS alike, and no password is sent", async () => {
  const other = createTestCa();
  try {
    for (const server of [slapd.ldaps, slapd.ldap]) {
      const distrusting = await ldap.connect({
        ...searchSettings(slapd),
        servers: [server],
        ca_certificates: readFileSync(other.file, "utf8"),
      });
      const shown = await ldap.signIn(distrusting, "grace", PASSWORD);
      expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
      expect(await ldap.trace(distrusting)).toMatchObject({
        failed: "directory.reached",
        message: expect.stringContaining("not by an authority that this connection trusts"),
      });
    }
  } finally {
    other.remove();
  }
});

test("a certificate for another name is refused", async () => {
  const misnamed = await ldap.connect({
    ...searchSettings(slapd),
    servers: [slapd.ldaps.replace("127.0.0.1", "127.0.0.2"), slapd.ldaps.replace("127.0.0.1", "[::1]")],
  });
  await ldap.signIn(misnamed, "grace", PASSWORD);
  expect(await ldap.trace(misnamed)).toMatchObject({ failed: "directory.reached" });
  const named = await ldap.connect({
    ...searchSettings(slapd),
    servers: [slapd.ldaps.replace("127.0.0.1", "localhost")],
  });
  expect((await ldap.signIn(named, "grace", PASSWORD)).sentTo?.searchParams.get("code")).toBeTruthy();
});

test.each([
  ["refuses it", { code: 53 }],
  ["says that it does not know it", { code: 2 }],
])("where StartTLS is taken away because a server %s, nothing is sent without it", async (_how, answer) => {
  const fake = await startFakeLdap(() => answer);
  try {
    const stripped = await ldap.connect({ ...searchSettings(slapd), servers: [fake.url] });
    const shown = await ldap.signIn(stripped, "grace", PASSWORD);
    expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
    expect(fake.heard).toEqual([{ kind: "start_tls" }]);
    expect((await ldap.trace(stripped)).message).toContain("Nothing was sent to it without encryption");
  } finally {
    await fake.close();
  }
});

test("what comes with the answer to StartTLS, unencrypted, is not taken for an answer under TLS", async () => {
  const answer = Buffer.from("300c02010178070a010004000400", "hex");
  const success = Buffer.from("300c02010261070a010004000400", "hex");
  const fake = await startFakeLdap(() => Buffer.concat([answer, success]));
  try {
    const injected = await ldap.connect({ ...searchSettings(slapd), servers: [fake.url] });
    await ldap.signIn(injected, "grace", PASSWORD);
    expect((await ldap.trace(injected)).message).toContain("more than its answer to StartTLS");
    expect(fake.heard).toEqual([{ kind: "start_tls" }]);
  } finally {
    await fake.close();
  }
});

test("a disabled or expired account is refused with the right password, and only then says why", async () => {
  for (const [uid, sentence] of [
    ["off", "The account is disabled in the directory."],
    ["gone", "The account expired on 2001-01-01."],
    ["reset", "The password was reset and has to be changed first."],
  ] as const) {
    const right = await ldap.signIn(connection, uid, PASSWORD);
    expect(right).toMatchObject({ status: 403, sentTo: null });
    expect(right.text).toContain(sentence);
    const wrong = await ldap.signIn(connection, uid, "wrong");
    expect(wrong.text).toContain(WRONG);
    expect(wrong.text).not.toContain(sentence);
  }
});

test("a locked account is refused with the right password too, in the words for a wrong one; the trace says locked", async () => {
  for (let count = 0; count < 3; count += 1) await ldap.signIn(connection, "locked", "wrong");
  const shown = await ldap.signIn(connection, "locked", PASSWORD);
  expect(shown).toMatchObject({ status: 403, sentTo: null });
  expect(shown.text).toContain(WRONG);
  expect(await ldap.trace(connection)).toMatchObject({
    failed: "person.password",
    message: expect.stringContaining("locked"),
  });
});

test("a name that fits two entries signs in neither", async () => {
  const shown = await ldap.signIn(connection, "twin@example.com", PASSWORD);
  expect(shown).toMatchObject({ status: 403, sentTo: null });
  expect(shown.text).toContain(WRONG);
  expect(await ldap.trace(connection)).toMatchObject({
    failed: "person.found",
    message: expect.stringContaining("More than one entry"),
  });
});

test("an unknown name and a wrong password are told apart by neither words nor time", async () => {
  const timed = async (username: string) => {
    const startedAt = performance.now();
    const shown = await ldap.signIn(connection, username, "wrong");
    return { shown, tookMs: performance.now() - startedAt };
  };
  const [unknown, wrong] = [await timed("nobody"), await timed("noted")];
  expect(unknown.shown.status).toBe(wrong.shown.status);
  const same = (text: string) => text.replace(/value="[^"]*"/g, "");
  expect(same(unknown.shown.text)).toBe(same(wrong.shown.text));
  // Both take a whole step at least, whatever the directory took; timers may fire a little early.
  for (const { tookMs } of [unknown, wrong]) expect(tookMs).toBeGreaterThan(990);
});

test("what was typed into the wrong field is in no trace", async () => {
  await ldap.signIn(connection, "my-secret-typed-too-early", "x");
  expect(JSON.stringify(await ldap.trace(connection))).not.toContain("my-secret-typed-too-early");
});

test("passwords of one account are guessed eight times at most, through any instance, all at once too", async () => {
  const other = await startIdentityService(databaseUrl, { baseUrl: service.url });
  try {
    slapd.add(person("guessed"));
    const tries = Array.from({ length: 12 }, async (_, index) => {
      const { browser, page } = await ldap.begin(connection);
      const text = index % 2 === 0 ? page.text : page.text.replaceAll(`:${service.port}`, `:${other.port}`);
      // In other letters it is the same account.
      return await browser.submit({ ...page, text }, { username: "Guessed", password: `guess ${index}` });
    });
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 403)).toHaveLength(8);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    const right = await ldap.signIn(connection, "guessed", PASSWORD);
    expect(right).toMatchObject({ status: 429, sentTo: null });
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(0);
  } finally {
    await other.close();
  }
});

test("one address tries a hundred passwords at most, whoever's they are, and a network of IPv6 counts as one", async () => {
  const connectionOf = { id: connection.id, environment_id: environment.id };
  const from = (address: (index: number) => string) =>
    Promise.all(
      Array.from({ length: 102 }, (_, index) =>
        attempt(service.parts, connectionOf, `user ${index}`, address(index)),
      ),
    );
  for (const address of [() => "203.0.113.9", (index: number) => `2001:db8:0:1::${index}`]) {
    const tried = await from(address);
    expect(tried.filter((each) => "retryAfter" in each)).toHaveLength(2);
    // Those that turned out to be right are given back.
    for (const each of tried.slice(0, 3)) if ("giveBack" in each) await each.giveBack();
  }
  expect(await attempt(service.parts, connectionOf, "another", "203.0.113.9")).toHaveProperty("giveBack");
});

test("somebody who signs in often is not held up by it", async () => {
  for (let count = 0; count < 10; count += 1) {
    const shown = await ldap.signIn(connection, "grace", PASSWORD);
    expect(shown.sentTo?.searchParams.get("code")).toBeTruthy();
  }
});

test("a page shown to one browser is not answered by another: nobody is signed in as somebody else", async () => {
  const { page } = await ldap.begin(connection);
  const { action, hidden } = formOf(page);
  const credentials = { ...hidden, username: "grace", password: PASSWORD };
  const stranger = new PlainBrowser(service.url);
  expect(await stranger.go(action, credentials)).toMatchObject({ status: 400, sentTo: null });
  // One that has been here before, and has a cookie of its own.
  const { browser } = await ldap.begin(connection);
  expect(await browser.go(action, credentials)).toMatchObject({ status: 400, sentTo: null });
  expect(page.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/);
});

test("a finished sign-in is not finished again, and one that was never begun not at all", async () => {
  const { browser, page } = await ldap.begin(connection);
  const credentials = { username: "grace", password: PASSWORD };
  expect((await browser.submit(page, credentials)).sentTo).not.toBeNull();
  expect(await browser.submit(page, credentials)).toMatchObject({ status: 400, sentTo: null });
  const { action } = formOf(page);
  expect(await browser.go(action, { sign_in: "made-up", ...credentials })).toMatchObject({
    status: 400,
    sentTo: null,
  });
});

test("a connection that is switched off while the page is open signs nobody in", async () => {
  const brief = await ldap.connect(searchSettings(slapd));
  const { browser, page } = await ldap.begin(brief);
  await service.manage("PATCH", `/environments/${environment.id}/connections/${brief.id}`, {
    state: "inactive",
  });
  const shown = await browser.submit(page, { username: "grace", password: PASSWORD });
  expect(shown.sentTo?.searchParams.get("error")).toBe("connection_unlinked");
});

test("somebody outside the organization's domains is refused, as with every other connection", async () => {
  slapd.add(person("outsider", { mail: "outsider@elsewhere.example" }));
  const shown = await ldap.signIn(connection, "outsider", PASSWORD);
  expect(shown.sentTo?.searchParams.get("error")).toBe("profile_not_allowed_outside_organization");
});

test("the service account's password is sealed, shown to nobody, and asked for again where it would go elsewhere", async () => {
  expect(JSON.stringify(connection)).not.toContain(SERVICE.password);
  expect(connection.ldap).toMatchObject({ has_bind_password: true, bind_dn: SERVICE.dn });
  expect(connection.ldap).not.toHaveProperty("bind_password_sealed");
  const path = `/environments/${environment.id}/connections/${connection.id}`;
  for (const change of [
    { servers: [slapd.ldaps, "ldaps://elsewhere.example"] },
    { ca_certificates: null },
    { allow_unencrypted: true },
    { bind_dn: personDn("grace") },
  ])
    expect(await service.manage("PATCH", path, { ldap: change })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "ldap.bind_password" }] },
    });
  expect(await service.manage("PATCH", path, { ldap: { page_size: 100 } })).toMatchObject({
    status: 200,
    body: { ldap: { has_bind_password: true, page_size: 100 } },
  });
});

test("attributes that hold passwords cannot be mapped, under whatever name", async () => {
  for (const name of ["userPassword", "UNICODEPWD", "2.5.4.35", "userPassword;binary", "*", "+"]) {
    const made = await service.manage("POST", `/environments/${environment.id}/connections`, {
      name: "x",
      ldap: searchSettings(slapd),
      attribute_map: { custom_attributes: { stolen: name } },
    });
    expect(made.status).toBe(422);
  }
});

test.each([
  [{ servers: ["https://example.com"] }],
  [{ servers: ["ldap://user:password@example.com"] }],
  [{ servers: ["ldaps://example.com/dc=x?sub"] }],
  [{ user_filter: "(uid=someone)" }],
  [{ user_filter: "({username}=x)" }],
  [{ user_filter: "(uid={username}" }],
  [{ bind_template: "{username}" }],
  [{ bind_template: "uid=someone" }],
  [{ ca_certificates: "not a certificate" }],
  [{ unknown: true }],
])("settings that would let in the wrong people are refused: %j", async (change) => {
  const path = `/environments/${environment.id}/connections`;
  const made = await service.manage("POST", path, {
    name: "x",
    ldap: { ...searchSettings(slapd), ...change },
  });
  expect(made.status).toBe(422);
});

test("another environment sees no LDAP connection of this one", async () => {
  const other = await prepareEnvironment(service);
  const answer = await fetch(`${service.url}/connections/${connection.id}`, {
    headers: { authorization: `Bearer ${other.apiKey}` },
  });
  expect(answer.status).toBe(404);
  const path = `/environments/${other.id}/connections/${connection.id}`;
  expect((await service.manage("PATCH", path, { ldap: {} })).status).toBe(404);
});

test("a link-local address is never asked, where machines are told their own secrets", async () => {
  const cloud = await ldap.connect({ ...searchSettings(slapd), servers: ["ldap://169.254.169.254"] });
  await ldap.signIn(cloud, "grace", PASSWORD);
  expect((await ldap.trace(cloud)).message).toContain("link-local");
});
