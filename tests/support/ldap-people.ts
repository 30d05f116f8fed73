import { SUFFIX } from "./slapd.ts";

export const PASSWORD = "correct horse battery staple";
export const SERVICE = { dn: `cn=reader,${SUFFIX}`, password: "reader-only-for-the-tests" };

/** An entry of LDIF. */
export function entry(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): string {
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}:: ${Buffer.from(value).toString("base64")}`),
  );
  return [`dn:: ${Buffer.from(dn).toString("base64")}`, ...lines, ""].join("\n");
}

/** A person as most directories have them. */
export function person(uid: string, more: Readonly<Record<string, string | readonly string[]>> = {}): string {
  return entry(`uid=${uid},ou=people,${SUFFIX}`, {
    objectClass: ["inetOrgPerson", "user"],
    uid,
    cn: `${uid} Example`,
    sn: "Example",
    givenName: uid,
    mail: `${uid}@example.com`,
    userPassword: PASSWORD,
    ...more,
  });
}

export function group(name: string, members: readonly string[]): string {
  return entry(groupDn(name), { objectClass: "groupOfNames", cn: name, member: members });
}

export function personDn(uid: string): string {
  return `uid=${uid},ou=people,${SUFFIX}`;
}

export function groupDn(name: string): string {
  return `cn=${name},ou=groups,${SUFFIX}`;
}

/** The tree's upper parts, a service account that may read, and a password policy. */
export const TREE = [
  entry(SUFFIX, { objectClass: ["dcObject", "organization"], o: "Example", dc: "example" }),
  entry(`ou=people,${SUFFIX}`, { objectClass: "organizationalUnit", ou: "people" }),
  entry(`ou=groups,${SUFFIX}`, { objectClass: "organizationalUnit", ou: "groups" }),
  entry(SERVICE.dn, {
    objectClass: ["organizationalRole", "simpleSecurityObject"],
    cn: "reader",
    userPassword: SERVICE.password,
  }),
  entry(`cn=policy,${SUFFIX}`, {
    objectClass: ["device", "pwdPolicy"],
    cn: "policy",
    pwdAttribute: "userPassword",
    pwdLockout: "TRUE",
    pwdMaxFailure: "3",
    pwdMustChange: "TRUE",
  }),
].join("\n");
