import { readAddress, readCidr } from "#lib/shared/addresses.ts";
import { fqdnContains } from "#lib/shared/hostnames.ts";
import type { PlanRule } from "./plan.ts";
import type { Door } from "./report.ts";

/** A connection that has to be possible: what a door would have to let through. */
export interface Wanted {
  protocol: "tcp" | "udp";
  port: number;
  host: string;
  /** The addresses it was tried at, if any are known. */
  addresses?: readonly string[];
  purpose: string;
}

/**
 * The door for a connection out of here, with the rule that opens it: one that names the host, else one whose addresses hold
 * it. Where none does the door is said all the same, for whoever writes the rule.
 */
export function doorFor(rules: readonly PlanRule[], wanted: Wanted): Door {
  const fitting = rules.filter(
    ({ direction, protocol, portFrom, portTo }) =>
      direction === "egress" &&
      protocol === wanted.protocol &&
      portFrom !== null &&
      portTo !== null &&
      portFrom <= wanted.port &&
      wanted.port <= portTo,
  );
  const rule =
    fitting.find(({ names }) => names.includes(wanted.host)) ??
    fitting.find(({ names }) => names.some((name) => fqdnContains(name, wanted.host))) ??
    fitting.find(({ cidrs }) => (wanted.addresses ?? []).some((address) => isWithin(address, cidrs)));
  return {
    ruleId: rule?.id ?? null,
    direction: "egress",
    protocol: wanted.protocol,
    port: wanted.port,
    peer: wanted.host,
    purpose: rule?.purpose || wanted.purpose,
  };
}

/** The door in one line: "rule_…: egress tcp 443 to api.workos.com". */
export function doorText({ ruleId, direction, protocol, port, peer }: Door): string {
  return `${ruleId ?? "no rule yet"}: ${direction} ${protocol} ${port} ${direction === "egress" ? "to" : "from"} ${peer}`;
}

function isWithin(addressText: string, cidrs: readonly string[]): boolean {
  const address = readAddress(addressText);
  if (!address.ok) return false;
  const { family, value } = address.value;
  return cidrs.some((cidrText) => {
    const cidr = readCidr(cidrText);
    return cidr.ok && cidr.value.family === family && cidr.value.first <= value && value <= cidr.value.last;
  });
}
