import { newestVersion, PACKS, packName, usualPacks } from "#lib/allowlist/packs/index.ts";
import { questionsOf, type RulePack } from "#lib/allowlist/packs/pack.ts";
import type { PackAnswers } from "#lib/allowlist/packs/questions.ts";
import { type Ticked, wantedRules } from "#lib/allowlist/packs/wanted.ts";
import { type Traffic, trafficText } from "#lib/allowlist/policy.ts";
import type { Carrier } from "#lib/allowlist/schema.ts";
import type { DriverName } from "#lib/platform/prisma/enums.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { DEMO_SETS, setIdOf, UPDATE_SERVERS } from "./sets.ts";
import { deploymentTarget } from "./targets.ts";

export interface DemoRule extends Traffic {
  carriedBy: Carrier;
  hosts: readonly string[];
  purpose: string;
}

/** What networks answer when a capability is ticked. That people sign in from inside, most leave unsaid. */
const ANSWERS: PackAnswers = {
  authkitDomains: ["login.vendor.example"],
  dnsResolvers: ["198.51.100.53/32"],
  ntsServers: ["nts.vendor.example"],
  collectorPort: ["6514"],
  updateServers: ["registry.vendor.example"],
  directoryServers: ["198.51.100.10/32", "198.51.100.11/32"],
  mailRelays: ["198.51.100.25/32"],
  identityProviders: ["198.51.100.30/32"],
  provisioningSources: ["198.51.100.40/32"],
};

const HTTPS = {
  protocol: "tcp",
  portFrom: 443,
  portTo: 443,
  hosts: [] as string[],
  carriedBy: "application",
} as const;

/** How the vendor's console reaches an offline identity service behind a firewall. */
const CONSOLE: DemoRule = {
  ...HTTPS,
  direction: "ingress",
  peerKind: "cidr",
  peer: "192.0.2.16/28",
  purpose: "The vendor's console drives the identity service",
};

/** Where updates come from, by a set whose networks the vendor says. */
const UPDATES: DemoRule = {
  ...HTTPS,
  direction: "egress",
  peerKind: "address_set",
  peer: UPDATE_SERVERS.slug,
  purpose: "Fetch updates from the vendor's servers",
};

/** What sites ask for later, one at a time. */
export const EXTRAS: readonly [DemoRule, ...DemoRule[]] = [
  {
    ...HTTPS,
    direction: "egress",
    peerKind: "fqdn",
    peer: "updates.vendor.example",
    purpose: "Fetch updates while the new site is rolled out",
  },
  {
    ...HTTPS,
    direction: "ingress",
    peerKind: "cidr",
    peer: "198.51.100.0/25",
    purpose: "Remote support during acceptance",
  },
  {
    ...HTTPS,
    direction: "ingress",
    peerKind: "cidr",
    peer: "203.0.113.64/28",
    purpose: "People of the parent company sign in",
  },
  {
    ...HTTPS,
    direction: "egress",
    protocol: "udp",
    portFrom: 123,
    portTo: 123,
    peerKind: "cidr",
    peer: "198.51.100.123/32",
    purpose: "Keep the clock right (NTP)",
  },
];

/** The doors of a site: its capabilities' packs, and what was asked for since, some of it for a while only. */
export function addAllowlist(drawing: Drawing, deployment: DemoDeployment, driver: DriverName | null): void {
  if (driver === null) return;
  const { random, rows } = drawing;
  const before = rows.allowlistRules.length;
  if (deployment.progress === "running" || random.chance(0.5)) {
    addCapabilities(drawing, deployment, driver === "offline");
    if (driver === "offline" && deployment.mode !== "air_gapped")
      addRule(drawing, deployment, CONSOLE, { pack: null, packVersion: null, expiresAt: null });
  }
  if (rows.allowlistRules.length > before && new Random(`sets ${deployment.id}`).chance(0.3))
    addRule(drawing, deployment, UPDATES, { pack: null, packVersion: null, expiresAt: null });
  pinSets(drawing, deployment, rows.allowlistRules.slice(before));
  if (!random.chance(deployment.mode === "air_gapped" ? 0.1 : 0.45)) return;
  const terms = { pack: null, packVersion: null, expiresAt: ruleEnd(drawing) };
  addRule(drawing, deployment, random.pick(EXTRAS), terms);
}

/** How often a site has what is only offered, by who signs people in. */
const WANTED: Record<RulePack["group"], number> = { workos: 0.3, site: 0.25, offline: 0.35 };

function addCapabilities(drawing: Drawing, deployment: DemoDeployment, isLocal: boolean): void {
  const { random, rows } = drawing;
  const usual = usualPacks(deployment.mode, isLocal);
  const foreign = isLocal ? "workos" : "offline";
  const chosen = PACKS.filter(
    (pack) =>
      usual.includes(pack) ||
      (pack.modes[deployment.mode] === "offered" &&
        pack.group !== foreign &&
        random.chance(WANTED[pack.group])),
  );
  const createdAt = soonAfter(drawing, deployment);
  const ticked = new Map<string, Ticked>();
  for (const pack of chosen) {
    // Some took the pack before its last version was there, and nobody has looked since.
    const version = random.chance(0.3) ? pack.versions[0] : newestVersion(pack);
    const asked = questionsOf(version).flatMap((id) => (ANSWERS[id] ? [[id, [...ANSWERS[id]]]] : []));
    const has = { packVersion: version.number, answers: Object.fromEntries(asked) as PackAnswers };
    ticked.set(pack.id, has);
    const where = { customerId: deployment.customer.id, deploymentId: deployment.id };
    rows.deploymentCapabilities.push({
      ...where,
      capability: pack.id,
      ...has,
      createdAt,
      updatedAt: createdAt,
    });
    const detail = { capability: pack.id, capabilityName: packName(pack.id) };
    addEvent(drawing, createdAt, "allowlist.add_capability", {
      ...deploymentTarget(deployment),
      after: has,
      detail,
    });
  }
  for (const rule of wantedRules(ticked).values())
    addRule(drawing, deployment, rule, { pack: rule.pack, packVersion: rule.packVersion, expiresAt: null });
}

function soonAfter({ random, now }: Drawing, { createdAt }: DemoDeployment): Date {
  return new Date(Math.min(createdAt.getTime() + random.int(1, 6) * HOUR_MS, now.getTime()));
}

function pinSets(
  { rows }: Drawing,
  { id, customer }: DemoDeployment,
  rules: readonly { peer: string }[],
): void {
  for (const { slug, versionId } of DEMO_SETS.values())
    if (rules.some(({ peer }) => peer === slug))
      rows.deploymentAddressSets.push({
        ...{ deploymentId: id, customerId: customer.id, versionId },
        setId: setIdOf(versionId),
      });
}

interface Terms {
  pack: string | null;
  packVersion: number | null;
  expiresAt: Date | null;
}

function addRule(
  drawing: Drawing,
  deployment: DemoDeployment,
  rule: DemoRule,
  { pack, packVersion, expiresAt }: Terms,
): void {
  const { random, rows, now } = drawing;
  const createdAt = soonAfter(drawing, deployment);
  const retiredAt =
    pack === null && rule !== CONSOLE && random.chance(0.2) ? random.between(createdAt, now) : null;
  const id = random.id("rule", createdAt);
  rows.allowlistRules.push({
    id,
    customerId: deployment.customer.id,
    deploymentId: deployment.id,
    direction: rule.direction,
    protocol: rule.protocol,
    portFrom: rule.portFrom,
    portTo: rule.portTo,
    peerKind: rule.peerKind,
    peer: rule.peer,
    hosts: [...rule.hosts],
    purpose: rule.purpose,
    carriedBy: rule.carriedBy,
    ownerName: random.pick(["Network team", "Deployment desk", "Security desk"]),
    ticket: pack === null || random.chance(0.4) ? `NET-${random.int(1_000, 9_999)}` : "",
    pack,
    packVersion,
    expiresAt,
    expiredAt: expiresAt && expiresAt < now ? expiresAt : null,
    retiredAt,
    createdAt,
    updatedAt: createdAt,
  });
  const what = {
    ...deploymentTarget(deployment),
    targetType: "rule",
    targetId: id,
    targetName: trafficText(rule, DEMO_SETS),
  };
  const { direction, protocol, peer } = rule;
  addEvent(drawing, createdAt, "allowlist.add_rule", { ...what, after: { direction, protocol, peer } });
  if (retiredAt) addEvent(drawing, retiredAt, "allowlist.retire_rule", what);
}

/** For good, for a while, about to end, or ended without anybody having looked. */
function ruleEnd({ random, now }: Drawing): Date | null {
  const end = random.weighted({ never: 40, later: 35, soon: 15, past: 10 });
  if (end === "never") return null;
  const [least, most] = { later: [40, 300], soon: [1, 25], past: [-30, -1] }[end] as [number, number];
  return new Date(now.getTime() + random.int(least, most) * DAY_MS);
}
