import { type DraftRule, draftPack, type PackAnswers } from "#lib/allowlist/pack-draft.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import type { DriverName } from "#lib/platform/prisma/enums.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { deploymentTarget } from "./targets.ts";

type DemoRule = Omit<DraftRule, "without">;

/** What networks answer when a pack is applied: their resolver, and that people sign in from inside. */
const ANSWERS: PackAnswers = {
  dnsResolvers: [{ peerKind: "cidr", peer: "198.51.100.53/32" }],
  timeServers: [],
  userNetworks: [],
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

/** What sites ask for later, one at a time. */
const EXTRAS: readonly [DemoRule, ...DemoRule[]] = [
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

/** The doors of a site: the pack its mode needs, and what was asked for since, some of it for a while only. */
export function addAllowlist(drawing: Drawing, deployment: DemoDeployment, driver: DriverName | null): void {
  if (driver === null) return;
  const { random } = drawing;
  const applied = deployment.progress === "running" || random.chance(0.5);
  if (applied && driver === "workos") {
    const { pack, toAdd } = draftPack(deployment.mode, ANSWERS, []);
    for (const { without: _, ...rule } of toAdd)
      addRule(drawing, deployment, rule, { pack: pack.id, expiresAt: null });
  } else if (applied && deployment.mode !== "air_gapped") {
    addRule(drawing, deployment, CONSOLE, { pack: null, expiresAt: null });
  }
  if (!random.chance(deployment.mode === "air_gapped" ? 0.1 : 0.45)) return;
  addRule(drawing, deployment, random.pick(EXTRAS), { pack: null, expiresAt: ruleEnd(drawing) });
}

interface Terms {
  pack: string | null;
  expiresAt: Date | null;
}

function addRule(
  drawing: Drawing,
  deployment: DemoDeployment,
  rule: DemoRule,
  { pack, expiresAt }: Terms,
): void {
  const { random, rows, now } = drawing;
  const createdAt = new Date(
    Math.min(deployment.createdAt.getTime() + random.int(1, 6) * HOUR_MS, now.getTime()),
  );
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
    targetName: trafficText(rule),
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
