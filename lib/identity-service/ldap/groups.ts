import { type LdapEntry, texts } from "./entry.ts";
import { dnKey, escapeFilterValue, leadingName } from "./escape.ts";
import { LdapFailure } from "./failure.ts";
import { groupsFilter } from "./filters.ts";
import type { LdapSession } from "./session.ts";
import type { LdapSettings } from "./settings.ts";

/** Somebody in more groups than this is a mistake, or an attack on whoever counts them. */
const GROUPS_MAX = 2_000;
const NO_SUCH_ENTRY = 32;
/** So many groups are asked about at once: a filter has bounds of its own. */
const AT_ONCE = 50;
// Active Directory: members of members too, looked up by the server (LDAP_MATCHING_RULE_IN_CHAIN).
const IN_CHAIN = "1.2.840.113556.1.4.1941";

/**
 * The groups that somebody is in, as profiles name them. Where groups are in groups, those around them count too. Not more
 * and not less: a group that is left out might be the one that takes a role away.
 */
export async function groupsOf(
  session: LdapSession,
  settings: LdapSettings,
  person: LdapEntry,
): Promise<string[]> {
  const found = await find(session, settings, person);
  const within = settings.group_base_dn === null ? null : `,${dnKey(settings.group_base_dn)}`;
  const counted = [...found].filter(([key]) => within === null || key.endsWith(within)).map(([, dn]) => dn);
  const names = settings.group_names === "dn" ? counted : counted.map(leadingName);
  return [...new Set(names)].sort();
}

/** By their keys, so that no group is met twice. */
type Groups = Map<string, string>;

async function find(session: LdapSession, settings: LdapSettings, person: LdapEntry): Promise<Groups> {
  switch (settings.groups) {
    case "none":
      return new Map();
    case "member_of":
      return await upwards(texts(person, "memberOf"), settings, (dns) => memberOf(session, dns));
    case "matching_rule":
      return byKey(await search(session, settings, `(member:${IN_CHAIN}:=${escapeFilterValue(person.dn)})`));
    case "search": {
      const posix = texts(person, "uid").map((uid) => `(memberUid=${escapeFilterValue(uid)})`);
      const first = await search(session, settings, `(|${havingMember([person.dn])}${posix.join("")})`);
      return await upwards(first, settings, (dns) => search(session, settings, `(|${havingMember(dns)})`));
    }
  }
}

/** From groups to the groups around them, until there are no new ones: circles end too. */
async function upwards(
  first: readonly string[],
  { nested_groups }: LdapSettings,
  around: (dns: readonly string[]) => Promise<string[]>,
): Promise<Groups> {
  const known = byKey(first);
  let edge = [...known.values()];
  while (nested_groups && edge.length > 0) {
    const next: Groups = new Map();
    for (let start = 0; start < edge.length; start += AT_ONCE)
      for (const dn of await around(edge.slice(start, start + AT_ONCE))) {
        const key = dnKey(dn);
        if (!known.has(key)) next.set(key, dn);
      }
    for (const [key, dn] of next) known.set(key, dn);
    requireBounded(known.size);
    edge = [...next.values()];
  }
  return known;
}

async function memberOf(session: LdapSession, dns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const dn of dns) {
    const search = { scope: "base", filter: "(objectClass=*)", attributes: ["memberOf"] } as const;
    const entries = await session.find(dn, search, 1).catch((error: unknown) => {
      // A group that may not be seen, or is in another domain: who is around it is not known here.
      if (error instanceof LdapFailure && error.code === NO_SUCH_ENTRY) return [];
      throw error;
    });
    found.push(...entries.flatMap((entry) => texts(entry, "memberOf")));
  }
  return found;
}

async function search(session: LdapSession, settings: LdapSettings, members: string): Promise<string[]> {
  const filter = `(&${groupsFilter(null, settings.kind)}${members})`;
  const base = settings.group_base_dn ?? settings.base_dn ?? "";
  const found: string[] = [];
  for await (const page of session.pages(base, { filter, attributes: ["1.1"] }, settings.page_size)) {
    found.push(...page.map(({ dn }) => dn));
    requireBounded(found.length);
  }
  return found;
}

function havingMember(dns: readonly string[]): string {
  return dns
    .map(escapeFilterValue)
    .map((dn) => `(member=${dn})(uniqueMember=${dn})`)
    .join("");
}

function byKey(dns: readonly string[]): Groups {
  requireBounded(dns.length);
  return new Map(dns.map((dn) => [dnKey(dn), dn]));
}

function requireBounded(count: number): void {
  if (count > GROUPS_MAX)
    throw new LdapFailure("refused", `There are more than ${GROUPS_MAX} groups: narrow the group base DN.`);
}
