import { rangesOf } from "#lib/allowlist/policy.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { addressText } from "#lib/shared/addresses.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { drawnLast } from "./rows.ts";
import { DEMO_SETS } from "./sets.ts";

/** A crossing as a row of its table. */
export interface DemoCrossing extends Crossing {
  customerId: string;
  deploymentId: string;
  gateway: string;
}

type Rule = Prisma.AllowlistRuleCreateManyInput & { id: string; createdAt: Date };

/** Some sites have a gateway that reports; those of a large fleet would only make the demo slow to start. */
const CROSSINGS_MAX = 8_000;
const RECENT_DAYS = 21;

const CLIENTS = ["Application", "Sync job", "Update agent"] as const;
/** What tries to get out and may not. */
const STRANGERS = [
  "telemetry.example.net",
  "fonts.example.org",
  "updates.example.com",
  "api.analytics.example",
] as const;

/** What passed a site's boundary in the last weeks, and what was refused; some doors have not been used for long. */
export function addCrossings(drawing: Drawing, deployment: DemoDeployment): void {
  const { rows, now } = drawing;
  if (deployment.progress !== "running" || deployment.mode === "air_gapped") return;
  if (rows.crossings.length > CROSSINGS_MAX) return;
  const random = new Random(`crossings ${deployment.id}`);
  if (random.chance(0.15)) return;
  const rules = drawnLast(rows.allowlistRules, (rule) => rule.deploymentId === deployment.id).flatMap(
    (rule) => (isDrawn(rule) ? [rule] : []),
  );
  const own = { ...drawing, random };
  const environment = drawnLast(rows.environments, ({ deploymentId }) => deploymentId === deployment.id)[0];
  for (const rule of rules) addTraffic(own, deployment, rule, environment?.id ?? null);
  if (rules.length === 0) return;
  for (let count = random.int(4, 40); count > 0; count--) {
    const beganAt = random.between(new Date(now.getTime() - RECENT_DAYS * DAY_MS), now);
    if (beganAt < deployment.createdAt) continue;
    rows.crossings.push(stranger(own, deployment, beganAt));
  }
}

/** ICMP and what people's browsers carry passes beside a gateway, not through it. */
function isDrawn(rule: Prisma.AllowlistRuleCreateManyInput): rule is Rule {
  return rule.protocol === "tcp" && rule.carriedBy === "application" && rule.createdAt instanceof Date;
}

function addTraffic(
  drawing: Drawing,
  deployment: DemoDeployment,
  rule: Rule,
  environmentId: string | null,
): void {
  const { random, rows, now } = drawing;
  const until = rule.retiredAt ?? rule.expiresAt ?? now;
  const end = new Date(Math.min(new Date(until).getTime(), now.getTime()));
  // The first that ever passed, so that it is known since when somebody watches.
  const first = new Date(rule.createdAt.getTime() + random.int(1, 20) * MINUTE_MS);
  const habit = random.weighted({ used: 7, forgotten: 2, never: 1 });
  if (habit === "never" || first >= end) return;
  const moments = [first];
  const from = new Date(Math.max(first.getTime(), now.getTime() - RECENT_DAYS * DAY_MS));
  if (habit === "used" && from < end)
    for (let count = random.int(5, 40); count > 0; count--) moments.push(random.between(from, end));
  for (const beganAt of moments)
    rows.crossings.push(passage(drawing, deployment, rule, environmentId, beganAt));
}

function passage(
  { random, rows }: Drawing,
  deployment: DemoDeployment,
  rule: Rule,
  environmentId: string | null,
  beganAt: Date,
): DemoCrossing {
  const isOut = rule.direction === "egress";
  const endedAt = new Date(beganAt.getTime() + random.int(1, 90) * SECOND_MS);
  const failed = random.chance(0.03);
  const names = Array.isArray(rule.hosts) ? rule.hosts : [];
  const name = rule.peerKind === "fqdn" ? rule.peer : (names[0] ?? null);
  const event = rows.auditEvents.at(-random.int(1, 20));
  const belongs = isOut || event?.deploymentId !== deployment.id ? null : event.id;
  return {
    ...blank(random, deployment, beganAt),
    endedAt,
    direction: isOut ? "egress" : "ingress",
    kind: isOut ? "connection" : "request",
    outcome: failed ? "failed" : "allowed",
    reason: failed ? "peer_reset" : null,
    ruleId: rule.id,
    purpose: rule.purpose,
    environmentId,
    peerName: isOut ? name : null,
    peerAddress: addressOf(random, rule),
    peerPort: isOut ? (rule.portFrom ?? 443) : random.int(32_768, 60_999),
    ...(isOut ? client(random) : {}),
    method: isOut ? "CONNECT" : random.pick(["GET", "POST", "PUT"]),
    path: isOut ? null : `/sallyport/v1/${random.pick(["environments", "connections", "directories"])}`,
    status: failed ? null : 200,
    bytesIn: failed ? 0 : random.int(600, 90_000),
    bytesOut: failed ? 0 : random.int(400, 30_000),
    tlsVersion: failed ? null : "TLSv1.3",
    latencyMs: random.int(3, 180),
    correlationId: belongs,
  };
}

function stranger({ random }: Drawing, deployment: DemoDeployment, beganAt: Date): DemoCrossing {
  const comesIn = random.chance(0.3);
  const lies = !comesIn && random.chance(0.1);
  return {
    ...blank(random, deployment, beganAt),
    endedAt: beganAt,
    direction: comesIn ? "ingress" : "egress",
    kind: comesIn ? "request" : "connection",
    outcome: "refused",
    reason: lies ? "sni_differs" : "no_rule",
    peerName: comesIn ? null : random.pick(STRANGERS),
    peerAddress: `203.0.113.${random.int(2, 250)}`,
    peerPort: comesIn ? random.int(32_768, 60_999) : random.chance(0.8) ? 443 : 80,
    ...(comesIn ? {} : client(random)),
    method: comesIn ? "GET" : "CONNECT",
    path: comesIn ? "/" : null,
    status: 403,
    bytesOut: comesIn ? 41 : 0,
  };
}

function client(random: Random) {
  const clientName = random.pick(CLIENTS);
  const place = CLIENTS.indexOf(clientName);
  return {
    clientId: `client_${clientName.toLowerCase().replaceAll(" ", "_")}`,
    clientName,
    clientAddress: `10.4.${place}.${10 + place}`,
  };
}

function blank(random: Random, deployment: DemoDeployment, beganAt: Date): DemoCrossing {
  return {
    id: random.id("crs", beganAt),
    ...{ customerId: deployment.customer.id, deploymentId: deployment.id, gateway: "gateway-1" },
    ...{ beganAt, endedAt: null, direction: "egress", kind: "connection", outcome: "refused", reason: null },
    ...{
      ruleId: null,
      purpose: null,
      environmentId: null,
      peerName: null,
      peerAddress: null,
      peerPort: null,
    },
    ...{ clientId: null, clientName: null, clientAddress: null, method: null, path: null, status: null },
    ...{ bytesIn: 0, bytesOut: 0, tlsVersion: null, certificateSha256: null, latencyMs: null },
    correlationId: null,
  };
}

/** One of the addresses that the rule names; for a name, one that it may have. */
function addressOf(random: Random, rule: Rule): string {
  const [first, ...more] = rangesOf(rule, DEMO_SETS);
  if (!first) return `203.0.113.${random.int(2, 250)}`;
  const range = random.pick([first, ...more]);
  const size = range.last - range.first;
  return addressText(range.family, range.first + (size > 250n ? BigInt(random.int(1, 250)) : size / 2n));
}
