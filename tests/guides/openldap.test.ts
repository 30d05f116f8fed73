import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getGuide } from "#lib/guides/library.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

const PASSWORD = "a long one for reading only";
const LDIF = `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,${SUFFIX}
objectClass: organizationalUnit
ou: people

dn: ou=services,${SUFFIX}
objectClass: organizationalUnit
ou: services

dn: uid=jdoe,ou=people,${SUFFIX}
objectClass: inetOrgPerson
uid: jdoe
cn: Jane Doe
givenName: Jane
sn: Doe
mail: jane@example.com
userPassword: of-jane-herself
`;

// The guide's own lines, in the server that they are for.
describe.runIf(slapdInstalled())("who follows the guide for OpenLDAP", () => {
  let slapd: Slapd;
  let codeOf: (step: string) => string;

  beforeAll(async () => {
    const guide = await getGuide("openldap", "en");
    codeOf = (step) => guide?.steps.find(({ id }) => id === step)?.code[0]?.text ?? "";
    // LDIF folds a line by a space; slapd.conf says of `olcAccess: {1}to` only `access to`.
    const [, rule = ""] = /olcAccess: \{1\}(to .*)$/s.exec(codeOf("access").replaceAll("\n ", "")) ?? [];
    // Behind the guide's rule, one that lets nobody read: what is read is read by it.
    slapd = await startSlapd(LDIF, "", `access ${rule}\naccess to * by anonymous auth by * none`);
    const hash = execFileSync("/usr/sbin/slappasswd", ["-s", PASSWORD], { encoding: "utf8" }).trim();
    slapd.add(`${codeOf("account").replace("<slappasswd>", hash)}\n`);
  });
  afterAll(() => slapd?.close());

  /** The search that the guide has tried, as somebody. */
  function searchAs(dn: string, password: string): string {
    const [base = ""] = /(?<=-b )\S+/.exec(codeOf("check")) ?? [];
    const [, filter = "", attributes = ""] = /'([^']+)' (.*)$/.exec(codeOf("check")) ?? [];
    const options = ["-x", "-LLL", "-H", slapd.ldap, "-D", dn, "-w", password, "-b", base];
    return execFileSync("ldapsearch", [...options, filter, ...attributes.split(" "), "userPassword"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  test("has an account that reads people, with the identifier that stays, and never a password", () => {
    const [dn = ""] = /(?<=^dn: ).*$/m.exec(codeOf("account")) ?? [];
    const found = searchAs(dn, PASSWORD);
    expect(found.match(/^\w+(?=:)/gm)?.sort()).toEqual(["cn", "dn", "entryUUID", "givenName", "mail", "sn"]);
  });

  test("has let nobody else read", () => {
    expect(() => searchAs(`uid=jdoe,ou=people,${SUFFIX}`, "of-jane-herself")).toThrow();
  });
});
