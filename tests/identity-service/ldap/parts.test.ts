import fc from "fast-check";
import { FilterParser } from "ldapts";
import { expect, test } from "vitest";
import { accountExpiresAt, accountState } from "#lib/identity-service/ldap/account-state.ts";
import { identifier, isReadable } from "#lib/identity-service/ldap/entry.ts";
import { dnKey, escapeDnValue, leadingName } from "#lib/identity-service/ldap/escape.ts";
import { fillTemplate, isFilter, personFilter, takesUsername } from "#lib/identity-service/ldap/filters.ts";
import { Frames } from "#lib/identity-service/ldap/frames.ts";

const NOW = new Date("2026-06-01T00:00:00Z");

test("whatever is typed, the filter has the shape that was written, with one value that is what was typed", () => {
  const typed = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(typed, (username) => {
      const text = personFilter("(&(objectClass=person)(uid={username}))", "standard", username);
      expect(isFilter(text)).toBe(true);
      const filter = FilterParser.parseString(text) as unknown as {
        filters: { attribute: string; value: string }[];
      };
      expect(filter.filters).toHaveLength(2);
      expect(filter.filters[1]).toMatchObject({ attribute: "uid", value: username });
    }),
  );
});

test("whatever is typed, the distinguished name has the parts that were written, with one value that is what was typed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (username) => {
      const dn = fillTemplate("uid={username},ou=people,dc=example", username) ?? "";
      expect(leadingName(dn)).toBe(username);
      expect(dnKey(dn).endsWith(",ou=people,dc=example")).toBe(true);
    }),
  );
});

test("two ways of writing a distinguished name are one name", () => {
  const same = [
    "CN=Smith\\, J,OU=People,DC=example,DC=com",
    "cn = smith\\2c j , ou=people, dc=EXAMPLE,dc=com",
    'cn="Smith, J",ou=people,dc=example,dc=com',
  ];
  expect(new Set(same.map(dnKey)).size).toBe(1);
  expect(dnKey("cn=Smith,cn=J")).not.toBe(dnKey("cn=Smith\\,cn\\=J"));
  expect(escapeDnValue(" #a,b ")).toBe("\\ #a\\,b\\ ");
});

test.each([
  ["(uid={username})", true],
  ["(|(uid={username})(mail={username}))", true],
  ["(memberOf:1.2.840.113556.1.4.1941:={username})", true],
  ["({username}=x)", false],
  ["(uid=x)", false],
  ["(uid={username})({username}=x)", false],
])("the user name may stand only where a filter has a value: %s", (filter, allowed) => {
  expect(takesUsername(filter)).toBe(allowed);
});

test.each(["uid=x", "(uid=x", "(&)", "(!(a=b)(c=d))", "(=x)", "(uid=x))", "(uid=\\zz)", "(uid)", ""])(
  "what is no filter is not taken for one: %s",
  (text) => {
    expect(isFilter(text)).toBe(false);
  },
);

test.each([
  [{ userAccountControl: "514" }, "disabled"],
  [{ userAccountControl: "512" }, undefined],
  [{ nsAccountLock: "true" }, "disabled"],
  [{ loginDisabled: "TRUE" }, "disabled"],
  [{ "msDS-UserAccountDisabled": "TRUE" }, "disabled"],
  [{ pwdAccountLockedTime: "000001010000Z" }, "disabled"],
  [{ accountExpires: "126227808000000000" }, "expired"],
  [{ accountExpires: "0" }, undefined],
  [{ accountExpires: "9223372036854775807" }, undefined],
  [{ shadowExpire: "1" }, "expired"],
  [{ shadowExpire: "-1" }, undefined],
  [{ USERACCOUNTCONTROL: "2" }, "disabled"],
])("the entry itself says whether the account may be used: %j", (attributes, reason) => {
  expect(accountState({ dn: "cn=x", ...attributes }, NOW)?.reason).toBe(reason);
});

test("an account lasts until the very moment at which it expires", () => {
  const entry = { dn: "cn=x", accountExpires: "126227808000000000" };
  const at = accountExpiresAt(entry) ?? new Date(0);
  expect(at.toISOString()).toBe("2001-01-01T00:00:00.000Z");
  expect(accountState(entry, new Date(at.getTime() - 1))).toBeNull();
  expect(accountState(entry, at)?.reason).toBe("expired");
});

test("an identifier is read as its directory writes it, and a broken one not at all", () => {
  const bytes = Buffer.from("33221100554477668899aabbccddeeff", "hex");
  expect(identifier({ dn: "x", objectGUID: bytes }, "objectGUID")).toBe(
    "00112233-4455-6677-8899-aabbccddeeff",
  );
  expect(identifier({ dn: "x", entryUUID: "abc" }, "entryuuid")).toBe("abc");
  expect(identifier({ dn: "x", objectGUID: Buffer.from("00", "hex") }, "objectGUID")).toBeNull();
});

test("attributes that hold passwords are not read, in any case, nor by number", () => {
  for (const name of [
    "userPassword",
    "UNICODEPWD",
    "ms-Mcs-AdmPwd",
    "2.5.4.35",
    "userPassword;binary",
    "*",
    "",
  ])
    expect(isReadable(name)).toBe(false);
  expect(isReadable("msDS-cloudExtensionAttribute1")).toBe(true);
});

const BIND_ANSWER = Buffer.from("300c02010161070a010004000400", "hex");

test("messages come out whole, however they were cut up on the way", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
      (count, cuts) => {
        const frames = new Frames();
        let rest = Buffer.concat(Array.from({ length: count }, () => BIND_ANSWER));
        const out: Buffer[] = [];
        for (const cut of [...cuts, rest.length]) {
          if (rest.length === 0) break;
          out.push(...frames.push(rest.subarray(0, cut)));
          rest = rest.subarray(cut);
        }
        if (rest.length > 0) out.push(...frames.push(rest));
        expect(Buffer.concat(out)).toEqual(Buffer.concat(Array.from({ length: count }, () => BIND_ANSWER)));
        expect(out).toHaveLength(count);
      },
    ),
  );
});

test("lengths that reach beyond their message, and messages that are no LDAP or too large, are refused", () => {
  for (const hex of [
    "301702010264120401613 00d300b040161310604ffffffff41",
    "300c02010161080a010004000400",
    "300c0201016184ffffffff0004000400",
    "3084ffffffff00",
    "3080",
    "308500000000ff",
    "48545450",
  ])
    expect(() => new Frames().push(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toThrow();
  expect(new Frames().push(BIND_ANSWER)).toEqual([BIND_ANSWER]);
});
