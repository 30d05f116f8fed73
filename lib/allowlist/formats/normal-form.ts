import { createHash } from "node:crypto";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { type AddressSet, findAddressSet } from "../address-sets.ts";
import type { Lifetime, Traffic } from "../policy.ts";

/** A rule as every format is given it. */
export interface ExportRule extends Traffic, Lifetime {
  id: string;
  hosts: readonly string[];
  purpose: string;
  ownerName: string;
  ticket: string;
  pack: string | null;
}

/** What every format is made from: the rules in force, in one order, and the address sets they name. */
export interface ExportedAllowlist {
  deployment: { id: string; name: string; mode: DeploymentMode; customerName: string };
  exportedAt: Date;
  rules: readonly ExportRule[];
  sets: readonly AddressSet[];
  /** The same for the same content, whoever exports it, whenever: what a site can be asked for. */
  digest: string;
}

export function exportedAllowlist(
  deployment: ExportedAllowlist["deployment"],
  inForce: readonly ExportRule[],
  exportedAt: Date,
): ExportedAllowlist {
  const rules = inForce.toSorted(byTraffic);
  const slugs = [
    ...new Set(rules.filter((rule) => rule.peerKind === "address_set").map((rule) => rule.peer)),
  ];
  const sets = slugs.sort().flatMap((slug) => findAddressSet(slug) ?? []);
  const content = JSON.stringify({
    deployment: deployment.id,
    rules: rules.map(trafficOf),
    sets: sets.map(({ slug, cidrs }) => ({ slug, cidrs })),
  });
  return { deployment, exportedAt, rules, sets, digest: createHash("sha256").update(content).digest("hex") };
}

function trafficOf({ direction, protocol, portFrom, portTo, peerKind, peer, carriedBy }: Traffic): Traffic {
  return { direction, protocol, portFrom, portTo, peerKind, peer, carriedBy };
}

/** Not by age or id: the same doors give the same file, however they came to be. */
function byTraffic(a: ExportRule, b: ExportRule): number {
  const left = JSON.stringify(trafficOf(a));
  const right = JSON.stringify(trafficOf(b));
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
