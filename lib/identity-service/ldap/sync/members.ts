import { type LdapEntry, texts } from "../entry.ts";
import { LdapFailure } from "../failure.ts";
import type { LdapSession } from "../session.ts";

/** A group of Active Directory with a million members has this many parts of 1,500 or less. */
const PARTS_MAX = 5_000;
export const MEMBER_ATTRIBUTES = ["member", "uniqueMember", "memberUid"] as const;

/** Who is in a group, as its entry names them. */
export interface NamedMembers {
  dns: string[];
  usernames: string[];
}

/**
 * The members that an entry names, all of them: of a large group Active Directory sends some (`member;range=0-1499`), and
 * the rest where it is asked for the range behind.
 */
export async function membersOf(session: LdapSession, entry: LdapEntry): Promise<NamedMembers> {
  const dns = [...texts(entry, "member"), ...texts(entry, "uniqueMember")];
  let range = rangeOf(entry);
  for (let part = 0; range !== null; part += 1) {
    if (part > PARTS_MAX) throw new LdapFailure("refused", `${entry.dn} has more members than can be read.`);
    dns.push(...range.values);
    if (range.next === null) break;
    const search = {
      scope: "base",
      filter: "(objectClass=*)",
      attributes: [`member;range=${range.next}-*`],
    } as const;
    const [more] = await session.find(entry.dn, search, 1);
    range = more ? rangeOf(more) : null;
    // Left out, they would be taken for gone.
    if (range === null)
      throw new LdapFailure("refused", `${entry.dn} has more members, and they could not be read.`);
  }
  return { dns, usernames: texts(entry, "memberUid") };
}

function rangeOf(entry: LdapEntry): { values: string[]; next: number | null } | null {
  for (const name of Object.keys(entry)) {
    const range = /^member;range=(\d+)-(\d+|\*)$/i.exec(name);
    const values = range ? texts(entry, name) : [];
    // Who asked for a range is told of it without values too, under the name that was asked for.
    if (range && values.length > 0) return { values, next: range[2] === "*" ? null : Number(range[2]) + 1 };
  }
  return null;
}
