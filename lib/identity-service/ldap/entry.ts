import type { Entry } from "ldapts";

export type LdapEntry = Entry;

/** Never read, whatever an administrator writes into a map: whoever holds these is the person, or can guess their way. */
const SECRET = new Set(
  "userpassword unicodepwd dbcspwd lmpwdhistory ntpwdhistory supplementalcredentials sambantpassword sambalmpassword krbprincipalkey ms-mcs-admpwd mslaps-password mslaps-encryptedpassword pwdhistory".split(
    " ",
  ),
);

/** Whether this is an attribute's name, and of none that holds a secret. A number (an OID) might be another name of one. */
export function isReadable(attribute: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]{0,99}$/.test(attribute) && !SECRET.has(attribute.toLowerCase());
}

/** The values of an attribute as text, whatever the case of its name (RFC 4512, 2.5); what is not text is left out. */
export function texts(entry: LdapEntry, attribute: string): string[] {
  const name = nameIn(entry, attribute);
  const values = name === undefined ? [] : [entry[name]].flat();
  return values.filter((value): value is string => typeof value === "string" && value !== "");
}

export function text(entry: LdapEntry, attribute: string): string | null {
  return texts(entry, attribute)[0]?.trim() || null;
}

export function number(entry: LdapEntry, attribute: string): number | null {
  const value = text(entry, attribute);
  return value !== null && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

/** The attributes that are octets: these are written as the directory's own tools write them. */
export const BINARY_IDS = ["objectGUID", "GUID"] as const;

/**
 * What stays when a person is renamed or moved. Active Directory's `objectGUID` is written as Windows shows it, with its
 * first three groups turned round.
 */
export function identifier(entry: LdapEntry, attribute: string): string | null {
  const name = nameIn(entry, attribute);
  const value = name === undefined ? undefined : [entry[name]].flat()[0];
  if (typeof value === "string") return value.trim() || null;
  if (!Buffer.isBuffer(value) || value.length !== 16) return null;
  if (attribute.toLowerCase() !== "objectguid") return value.toString("hex");
  const groups = [
    Buffer.from(value.subarray(0, 4)).reverse(),
    Buffer.from(value.subarray(4, 6)).reverse(),
    Buffer.from(value.subarray(6, 8)).reverse(),
    value.subarray(8, 10),
    value.subarray(10),
  ];
  return groups.map((group) => group.toString("hex")).join("-");
}

/** The highest number of a 64-bit counter, or null. */
export function counter(entry: LdapEntry, attribute: string): bigint | null {
  const value = text(entry, attribute);
  return value !== null && /^\d{1,20}$/.test(value) ? BigInt(value) : null;
}

function nameIn(entry: LdapEntry, attribute: string): string | undefined {
  if (Object.hasOwn(entry, attribute)) return attribute;
  const lower = attribute.toLowerCase();
  return Object.keys(entry).find((name) => name !== "dn" && name.toLowerCase() === lower);
}
