import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { type FakeAnswer, type FakeEntry, type FakeLdap, startFakeLdap } from "#tests/support/fake-ldap.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";
import { PASSWORD, SERVICE } from "#tests/support/ldap-people.ts";
import { ldapSignIns } from "#tests/support/ldap-sign-in.ts";

// What only Active Directory does, by a server that answers as it does.
const BASE = "DC=example,DC=com";
const JANE = `CN=Jane (Sales)\\, Ms,OU=People,${BASE}`;
const IN_CHAIN = "member:1.2.840.113556.1.4.1941:=";

let fake: FakeLdap;
let service: RunningIdentityService;
let ldap: ReturnType<typeof ldapSignIns>;
/** What is said to a person's password. */
let toPassword: FakeAnswer;
let people: FakeEntry[];

beforeAll(async () => {
  fake = await startFakeLdap((request) => {
    if (request.kind === "bind") return request.dn === SERVICE.dn ? {} : toPassword;
    if (request.kind !== "search") return { code: 2 };
    if (!request.filter.includes(IN_CHAIN)) return { entries: people };
    // Two pages, and the first of them empty: Active Directory does that when it has searched for long.
    if (request.cookie === "") return { entries: [], cookie: "more" };
    return {
      entries: ["Sales", "Staff"].map((name) => ({ dn: `CN=${name},OU=Groups,${BASE}`, attributes: {} })),
    };
  });
  service = await startIdentityService((await testDatabase()).identityUrl);
  ldap = ldapSignIns(service, await prepareEnvironment(service));
  toPassword = {};
  people = [jane()];
});
afterAll(async () => {
  await service?.close();
  await fake?.close();
});

function jane(more: FakeEntry["attributes"] = {}): FakeEntry {
  return {
    dn: JANE,
    attributes: {
      objectGUID: [Buffer.from("33221100554477668899aabbccddeeff", "hex")],
      mail: ["jane@example.com"],
      displayName: ["Jane Sales"],
      userAccountControl: ["512"],
      accountExpires: ["9223372036854775807"],
      ...more,
    },
  };
}

const settings = () => ({
  kind: "active_directory",
  servers: [fake.url],
  allow_unencrypted: true,
  bind_dn: SERVICE.dn,
  bind_password: SERVICE.password,
  base_dn: BASE,
  groups: "matching_rule",
});

test("Active Directory looks nested groups up itself, by its rule, and an empty page is not the last", async () => {
  const connection = await ldap.connect(settings());
  const profile = await ldap.profile(await ldap.signIn(connection, "jane", PASSWORD));
  expect(profile).toMatchObject({
    // As Windows shows it.
    idpId: "00112233-4455-6677-8899-aabbccddeeff",
    email: "jane@example.com",
    name: "Jane Sales",
    groups: ["Sales", "Staff"],
  });
  const searches = fake.heard.filter((request) => request.kind === "search").map(({ filter }) => filter);
  expect(searches[0]).toContain("(objectcategory=person)(objectclass=user)");
  expect(searches[0]).toContain("(|(samaccountname=jane)(userprincipalname=jane)(mail=jane))");
  expect(searches[1]).toContain("CN=Jane \\28Sales\\29\\5c, Ms,OU=People");
});

test.each([
  ["533", "disabled", true],
  ["701", "expired", true],
  ["532", "password has expired", true],
  ["773", "has to be changed", true],
  ["530", "time of day", true],
  ["531", "from this computer", true],
  ["775", "locked", false],
  ["525", "no such account", false],
  ["52e", "The password is wrong.", false],
])("error %s of Active Directory is understood: %s", async (data, sentence, personMayRead) => {
  const connection = await ldap.connect(settings());
  toPassword = {
    code: 49,
    diagnostic: `80090308: LdapErr: DSID-0C090400, comment: AcceptSecurityContext error, data ${data}, v1db1\0`,
  };
  const shown = await ldap.signIn(connection, `jane-${data}`, PASSWORD);
  toPassword = {};
  expect(shown).toMatchObject({ status: 403, sentTo: null });
  expect(shown.text.includes(sentence)).toBe(personMayRead);
  expect(shown.text.includes("The user name or the password is wrong.")).toBe(!personMayRead);
  expect((await ldap.trace(connection)).message).toContain(sentence);
});

test.each([
  ["{username}@example.com", "jane@example.com"],
  ["EXAMPLE\\{username}", "EXAMPLE\\jane"],
])(
  "a person signs in directly as %s, and their own entry is the one that is read",
  async (bind_template, name) => {
    const { bind_dn: _, bind_password: _password, ...rest } = settings();
    const connection = await ldap.connect({ ...rest, mode: "direct", bind_template });
    fake.heard.length = 0;
    expect((await ldap.profile(await ldap.signIn(connection, "jane", PASSWORD))).email).toBe(
      "jane@example.com",
    );
    expect(fake.heard[0]).toEqual({ kind: "bind", dn: name, password: PASSWORD });
    // Another domain's account, by a name that says so itself.
    for (const username of ["jane@elsewhere.example", "ELSEWHERE\\jane"]) {
      fake.heard.length = 0;
      expect((await ldap.signIn(connection, username, PASSWORD)).status).toBe(403);
      expect(fake.heard).toEqual([]);
    }
  },
);

test("an entry without an identifier that stays signs nobody in", async () => {
  people = [jane({ objectGUID: [] })];
  const connection = await ldap.connect(settings());
  const shown = await ldap.signIn(connection, "jane", PASSWORD);
  people = [jane()];
  expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
  expect((await ldap.trace(connection)).failed).toBe("person.identifier");
});

test("a server that does not answer in time, or answers nonsense, ends the sign-in and not the service", async () => {
  const answers = [
    "silence",
    // A value that claims to be longer than its message.
    Buffer.from("301702010264120401613 00d300b040161310604ffffffff41".replaceAll(" ", ""), "hex"),
    Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
    Buffer.from("3084ffffffff", "hex"),
    // An answer to something else, and a notice of disconnection.
    Buffer.from("300c02017f61070a010004000400", "hex"),
    Buffer.from("300c02010078070a013404000400", "hex"),
  ] as const;
  for (const answer of answers) {
    const broken = await startFakeLdap(() => answer);
    const connection = await ldap.connect({ ...settings(), servers: [broken.url], answer_timeout_ms: 500 });
    const shown = await ldap.signIn(connection, "jane", PASSWORD);
    await broken.close();
    expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
    expect((await ldap.trace(connection)).failed).toBe("directory.reached");
  }
});

test("a server that sends entries without end is cut off", async () => {
  const flood = Array.from({ length: 20_001 }, () => ({ dn: JANE, attributes: {} }));
  const flooding = await startFakeLdap((request) => (request.kind === "bind" ? {} : { entries: flood }));
  const connection = await ldap.connect({ ...settings(), servers: [flooding.url] });
  const shown = await ldap.signIn(connection, "jane", PASSWORD);
  await flooding.close();
  expect(shown.sentTo?.searchParams.get("error")).toBe("server_error");
  expect((await ldap.trace(connection)).message).toContain("more entries than were asked for");
});
