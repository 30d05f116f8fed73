import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withSession } from "#lib/identity-service/ldap/session.ts";
import { LdapDirectorySettings } from "#lib/identity-service/ldap/settings.ts";
import { entry, personDn, TREE } from "#tests/support/ldap-people.ts";
import { SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

const PEOPLE = 100_000;
const PAGE = 1_000;

test.skipIf(!slapdInstalled())(
  "a hundred thousand entries come page by page, each of them once",
  { timeout: 300_000 },
  async () => {
    const people = Array.from({ length: PEOPLE }, (_, index) =>
      entry(personDn(`u${index}`), { objectClass: "inetOrgPerson", uid: `u${index}`, cn: "x", sn: "x" }),
    );
    const slapd = await startSlapd([TREE, ...people].join("\n"), "sizelimit unlimited");
    try {
      const settings = LdapDirectorySettings.parse({
        servers: [slapd.ldaps],
        ca_certificates: readFileSync(slapd.ca.file, "utf8"),
      });
      const seen = new Set<string>();
      let largest = 0;
      await withSession(settings, async (session) => {
        const search = { filter: "(objectClass=inetOrgPerson)", attributes: ["entryUUID"] };
        for await (const page of session.pages(`ou=people,${SUFFIX}`, search, PAGE)) {
          largest = Math.max(largest, page.length);
          for (const { entryUUID } of page) seen.add(String(entryUUID));
        }
      });
      expect(seen.size).toBe(PEOPLE);
      expect(largest).toBe(PAGE);
    } finally {
      await slapd.close();
    }
  },
);
