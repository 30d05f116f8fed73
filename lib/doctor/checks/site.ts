import type { Clock } from "#lib/shared/clock.ts";
import { clean } from "../bounds.ts";
import { doorFor, type Wanted } from "../doors.ts";
import type { DoctorPlan } from "../plan.ts";
import type { Ask, CheckResult, Door, Group, Outcome } from "../report.ts";
import type { Resolved } from "./names.ts";
import type { HttpProxy } from "./proxy.ts";

/** Where the doctor stands: what it is to look at, and what it was given to look with. */
export interface Site {
  plan: DoctorPlan;
  now: Clock;
  /** How long one question may stay without an answer. */
  timeoutMs: number;
  /** The name servers that this machine asks, as Node writes them. */
  resolvers: readonly string[];
  /** The proxy that is to be used for a host; null: none. */
  proxyFor(host: string): HttpProxy | null;
  /** What a name resolves to; asked once, whoever wants to know. */
  resolve(host: string): Promise<Resolved>;
  /** Authorities trusted beside Node's own list, PEM. */
  extraCertificates: readonly string[];
  /** From the environment of whoever runs the doctor; none of it is ever in a report. */
  secrets: { databaseUrl: string | null; ldapPassword: string | null };
}

export interface Finding {
  outcome: Outcome;
  code: string;
  expected: string;
  found: string;
  mend?: string;
  ask?: Ask;
  door?: Door;
}

/** One question, and how it is answered. What it throws is a failure of the question's own. */
export interface Check {
  id: string;
  group: Group;
  title: string;
  redirectUriId?: string;
  /** Longer than the usual time, where it consists of several steps. */
  steps?: number;
  run(): Promise<Finding>;
}

export function resultOf(check: Check, finding: Finding, tookMs: number): CheckResult {
  return {
    id: clean(check.id, 400),
    group: check.group,
    outcome: finding.outcome,
    code: finding.code,
    title: clean(check.title, 300),
    expected: clean(finding.expected, 500),
    found: clean(finding.found, 1_000),
    mend: clean(finding.mend ?? "", 600),
    ask: finding.ask ?? null,
    door: finding.door ? { ...finding.door, peer: clean(finding.door.peer, 300) } : null,
    redirectUriId: check.redirectUriId ?? null,
    tookMs: Math.max(0, Math.round(tookMs)),
  };
}

/** The door for a connection of this site, by the rules of its plan. */
export function doorOf({ plan }: Pick<Site, "plan">, wanted: Wanted): Door {
  return doorFor(plan.rules, wanted);
}

/** What to tell the firewall team of a door. */
export function openDoor(door: Door): string {
  const { ruleId, direction, protocol, port, peer } = door;
  const traffic = `${direction} ${protocol} ${port} to ${peer}`;
  return ruleId
    ? `Open ${traffic}: rule ${ruleId} of the allowlist allows it, the network does not let it through.`
    : `Open ${traffic}. No rule of the allowlist names it: propose one first.`;
}

/** A failure with its door. */
export function shut(
  site: Site,
  wanted: Wanted,
  finding: Omit<Finding, "outcome" | "mend" | "ask" | "door">,
): Finding {
  const door = doorOf(site, wanted);
  return { outcome: "failed", ...finding, mend: openDoor(door), ask: "firewall_team", door };
}
