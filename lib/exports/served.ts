import type { ExportedAllowlist, ExportedRule } from "#lib/allowlist/formats/normal-form.ts";
import type { RuleDirection } from "#lib/platform/prisma/enums.ts";
import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { type AddressRange, readCidr } from "#lib/shared/addresses.ts";
import { cidrsOf } from "#lib/shared/allowlist/lines.ts";
import type { Service } from "./shape.ts";

interface ListedTraffic {
  direction: RuleDirection;
  service: Service | null;
}

/** The rules whose addresses a list holds. A name has none that could be listed. */
export function listedRules(
  { rules }: Pick<ExportedAllowlist, "rules">,
  { direction, service }: ListedTraffic,
): ExportedRule[] {
  return rules.filter(
    (rule) =>
      rule.direction === direction &&
      rule.peerKind !== "fqdn" &&
      (service === null ||
        (rule.protocol === service.protocol &&
          rule.portFrom === service.portFrom &&
          rule.portTo === service.portTo)),
  );
}

/**
 * What a firewall is handed: the fewest networks that hold these addresses and no others, one a line. No heading and no
 * date: the same doors give the same bytes, and firewalls count what they do not understand as an error.
 */
export function listBody(rules: readonly ExportedRule[]): string {
  const networks = rules.flatMap((rule) => [...rule.networks[4], ...rule.networks[6]]);
  const merged = mergeRanges([...new Set(networks)].map(rangeOf));
  return merged
    .flatMap(({ family, first, last }) => cidrsOf(family, first, last))
    .map((cidr) => `${cidr}\n`)
    .join("");
}

function rangeOf(cidr: string): AddressRange {
  const reading = readCidr(cidr);
  if (!reading.ok) throw new Error(`An exported rule cannot be read: ${reading.problem}`);
  return reading.value;
}
