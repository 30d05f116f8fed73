import { createHash } from "node:crypto";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import type { Family } from "#lib/shared/addresses.ts";
import { cidrsOf } from "#lib/shared/allowlist/lines.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { type AddressSet, findAddressSet } from "../address-sets.ts";
import { type Lifetime, normalTraffic, rangesOf, type Traffic } from "../policy.ts";

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
): ExportedAllowlist {
  const rules = inForce.map((rule) => ({ ...rule, networks: networksOf(rule) })).toSorted(byTraffic);
  const slugs = [
    ...new Set(rules.filter((rule) => rule.peerKind === "address_set").map((rule) => rule.peer)),
  ];
  const sets = slugs.sort().flatMap((slug) => findAddressSet(slug) ?? []);
  const content = JSON.stringify({
    deployment: deployment.id,
    rules: rules.map(doorOf),
    sets: sets.map(({ slug, cidrs }) => ({ slug, cidrs })),
  });
  return { deployment, exportedAt, rules, sets, digest: createHash("sha256").update(content).digest("hex") };
}

/** What the rules let pass, as sets that can be compared with what a file of some format lets pass. */
export function trafficRules({ rules }: Pick<ExportedAllowlist, "rules">): TrafficRule[] {
  return rules.map((rule) => ({ id: rule.id, ...normalTraffic(rule) }));
}

function networksOf(rule: ExportRule): ExportedRule["networks"] {
  const networks: Record<Family, string[]> = { 4: [], 6: [] };
  for (const { family, first, last } of rangesOf(rule))
    networks[family].push(...cidrsOf(family, first, last));
  return networks;
}

function trafficOf({ direction, protocol, portFrom, portTo, peerKind, peer, carriedBy }: Traffic): Traffic {
  return { direction, protocol, portFrom, portTo, peerKind, peer, carriedBy };
}

/** What it opens and until when: some formats carry the date, so that a file with another date is another file. */
function doorOf(rule: ExportedRule): Traffic & { expiresAt: Date | null } {
  return { ...trafficOf(rule), expiresAt: rule.expiresAt };
}

/** Not by age or id: the same doors give the same file, however they came to be. */
function byTraffic(a: ExportedRule, b: ExportedRule): number {
  const left = JSON.stringify(doorOf(a));
  const right = JSON.stringify(doorOf(b));
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
