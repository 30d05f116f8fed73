import { createHash } from "node:crypto";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import type { Family } from "#lib/shared/addresses.ts";
import { cidrsOf } from "#lib/shared/allowlist/lines.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { type Lifetime, normalTraffic, rangesOf, type Traffic } from "../policy.ts";
import { type AddressSet, type SetBook, setBook } from "../sets/book.ts";

/** A rule in force, as it is exported. */
export interface ExportRule extends Traffic, Lifetime {
  id: string;
  hosts: readonly string[];
  purpose: string;
  ownerName: string;
  ticket: string;
  pack: string | null;
}

/** The same as every format is given it: no set has to be looked up any more. */
export interface ExportedRule extends ExportRule {
  /** Its networks by family, in the order in which the set or the rule names them. Both empty where it names a host. */
  networks: Readonly<Record<Family, readonly string[]>>;
}

/** What every format is made from: the rules in force, in one order, and the address sets they name. */
export interface ExportedAllowlist {
  deployment: { id: string; name: string; mode: DeploymentMode; customerName: string };
  exportedAt: Date;
  rules: readonly ExportedRule[];
  sets: readonly AddressSet[];
  /** The same for the same content, whoever exports it, whenever: what a site can be asked for. */
  digest: string;
}

export function exportedAllowlist(
  deployment: ExportedAllowlist["deployment"],
  inForce: readonly ExportRule[],
  exportedAt: Date,
  book: SetBook<AddressSet>,
): ExportedAllowlist {
  const doors = inForce.map((rule) => ({ rule, key: JSON.stringify(doorOf(rule)) })).sort(byDoor);
  const rules = doors.map(({ rule }) => ({ ...rule, networks: networksOf(rule, book) }));
  const slugs = [
    ...new Set(rules.filter((rule) => rule.peerKind === "address_set").map((rule) => rule.peer)),
  ];
  const sets = slugs.sort().flatMap((slug) => book.get(slug) ?? []);
  const content = JSON.stringify({
    deployment: deployment.id,
    rules: doors.map(({ key }) => key),
    sets: sets.map(({ slug, cidrs }) => ({ slug, cidrs })),
  });
  return { deployment, exportedAt, rules, sets, digest: createHash("sha256").update(content).digest("hex") };
}

/** What the rules let pass, as sets that can be compared with what a file of some format lets pass. */
export function trafficRules({ rules, sets }: Pick<ExportedAllowlist, "rules" | "sets">): TrafficRule[] {
  const book = setBook(sets);
  return rules.map((rule) => ({ id: rule.id, ...normalTraffic(rule, book) }));
}

function networksOf(rule: ExportRule, book: SetBook): ExportedRule["networks"] {
  const networks: Record<Family, string[]> = { 4: [], 6: [] };
  for (const { family, first, last } of rangesOf(rule, book))
    networks[family].push(...cidrsOf(family, first, last));
  return networks;
}

/** What it opens and until when: some formats carry the date, so that a file with another date is another file. */
function doorOf(rule: ExportRule): Traffic & { expiresAt: Date | null } {
  const { direction, protocol, portFrom, portTo, peerKind, peer, carriedBy, expiresAt } = rule;
  return { direction, protocol, portFrom, portTo, peerKind, peer, carriedBy, expiresAt };
}

interface Door {
  rule: ExportRule;
  key: string;
}

/** Not by age or id: the same doors give the same file, however they came to be. */
function byDoor(a: Door, b: Door): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.rule.id < b.rule.id ? -1 : 1;
}
