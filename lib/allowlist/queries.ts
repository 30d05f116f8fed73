import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import {
  goesThroughGateway,
  type RuleTraffic,
  type RuleUse,
  ruleTraffic,
  ruleUses,
} from "#lib/crossings/rule-use.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { AllowlistRule, Prisma } from "#lib/platform/prisma/client.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { portsText } from "#lib/shared/ports.ts";
import { declined } from "#lib/shared/refusals.ts";
import { coveringPeers, coveringRule } from "./findings.ts";
import { packName } from "./packs/index.ts";
import { loadPackNames } from "./packs/load.ts";
import { EXPIRY_NOTICE_MS, peerText, ruleState, trafficKey, trafficText } from "./policy.ts";
import type { Carrier, RuleListQuery, RuleState } from "./schema.ts";
import type { SetBook } from "./sets/book.ts";
import { loadSets } from "./sets/load.ts";

export interface RuleRow extends Omit<AllowlistRule, "customerId" | "carriedBy" | "updatedAt" | "expiredAt"> {
  carriedBy: Carrier;
  state: RuleState;
  ports: string;
  /** The whole of it in a line. */
  text: string;
  peerName: string;
  /** All packs that need it, or the one that it came from. */
  packName: string | null;
  /** The rule that makes this one open nothing of its own. */
  coveredBy: { id: string; text: string } | null;
  /** What is known of its use. */
  use: RuleUse;
}

/** One page of a deployment's rules. Retired ones are out of sight until asked for. */
export function listRules(
  actor: Actor,
  deploymentId: string,
  query: RuleListQuery,
  now = systemClock(),
): Promise<Page<RuleRow>> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const where = { deploymentId, ...visibleTo(actor), ...narrowed(query, now) };
    const total = await tx.allowlistRule.count({ where });
    const rules = await tx.allowlistRule.findMany({ where, orderBy: order(query), ...pageBounds(query) });
    const sets = await loadSets(tx, deploymentId);
    const around = [...new Set(rules.flatMap((rule) => coveringPeers(rule, sets)))];
    const others = await rulesInForce(tx, deploymentId, now, { peer: { in: around } });
    const names = await loadPackNames(tx, deploymentId);
    const uses = await ruleUses(tx, deploymentId, rules, now);
    const rows = rules.map((rule) => ({
      ...rowOf(rule, others, sets, now, names),
      use: uses.get(rule.id) ?? { is: "silent" as const },
    }));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

export interface DoorRule {
  id: string;
  peer: string;
  purpose: string;
  expiresAt: Date | null;
  use: RuleUse;
  /** What passed by it lately; null where nothing did. */
  traffic: RuleTraffic | null;
}

/** A kind of door, and how many rules make it. */
export interface Door {
  direction: AllowlistRule["direction"];
  carriedBy: Carrier;
  service: string;
  peer: string;
  rules: number;
  expiresAt: Date | null;
  /** The first few of its rules. */
  first: DoorRule[];
  /** The part of a URL that lists all of them. */
  query: string;
}

export interface Boundary {
  deployment: { id: string; name: string; mode: DeploymentMode; archived: boolean };
  doors: Door[];
  /** Kinds of door beyond those listed. */
  moreDoors: number;
  rules: Record<"open" | "expired", number>;
}

const DOORS_MAX = 12;
const DOOR_RULES_MAX = 4;

/** The boundary as a picture shows it: rules of one kind are one door. */
export function getBoundary(actor: Actor, deploymentId: string, now = systemClock()): Promise<Boundary> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const { id, name, mode, archivedAt } = await requireDeployment(tx, actor, deploymentId);
    const inForce = { deploymentId, retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
    const groups = await tx.allowlistRule.groupBy({
      by: ["direction", "carriedBy", "protocol", "portFrom", "portTo", "peerKind"],
      where: inForce,
      _count: true,
      _min: { peer: true, expiresAt: true },
      orderBy: [
        { direction: "asc" },
        { carriedBy: "asc" },
        { portFrom: "asc" },
        { protocol: "asc" },
        { peerKind: "asc" },
      ],
    });
    const sets = await loadSets(tx, deploymentId);
    const expired = await tx.allowlistRule.count({
      where: { deploymentId, retiredAt: null, expiresAt: { lte: now } },
    });
    const doors: Door[] = [];
    for (const { _count, _min, ...group } of groups.slice(0, DOORS_MAX)) {
      const first = await tx.allowlistRule.findMany({
        where: { AND: [inForce, group] },
        select: { id: true, peerKind: true, peer: true, purpose: true, expiresAt: true, createdAt: true },
        orderBy: { id: "asc" },
        take: DOOR_RULES_MAX,
      });
      const like = { protocol: group.protocol, carriedBy: group.carriedBy };
      const seen = first.map((rule) => ({ ...rule, ...like }));
      const uses = await ruleUses(tx, deploymentId, seen, now);
      const ids = goesThroughGateway(like) ? first.map((rule) => rule.id) : [];
      const traffic = await ruleTraffic(tx, deploymentId, ids, now);
      doors.push({
        direction: group.direction,
        carriedBy: carrier(group.carriedBy),
        service: [group.protocol, portText(group)].filter(Boolean).join(" "),
        peer: doorPeer(group.peerKind, _count, _min.peer ?? "", sets),
        rules: _count,
        expiresAt: _min.expiresAt,
        first: first.map(({ peerKind, peer, ...rule }) => ({
          ...rule,
          peer: peerText({ peerKind, peer }, sets),
          use: uses.get(rule.id) ?? { is: "silent" },
          traffic: traffic.get(rule.id) ?? null,
        })),
        query: doorQuery(group),
      });
    }
    return {
      deployment: { id, name, mode, archived: archivedAt !== null },
      doors,
      moreDoors: Math.max(0, groups.length - DOORS_MAX),
      rules: { open: groups.reduce((sum, { _count }) => sum + _count, 0), expired },
    };
  });
}

async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string) {
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: { id: true, name: true, mode: true, archivedAt: true },
  });
  if (!deployment) throw declined("not_found", "no_such_deployment");
  return deployment;
}

function rulesInForce(
  tx: Tx,
  deploymentId: string,
  now: Date,
  only: Prisma.AllowlistRuleWhereInput = {},
): Promise<AllowlistRule[]> {
  return tx.allowlistRule.findMany({
    where: {
      deploymentId,
      retiredAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      AND: only,
    },
    orderBy: { id: "asc" },
  });
}

function rowOf(
  rule: AllowlistRule,
  inForce: readonly AllowlistRule[],
  sets: SetBook,
  now: Date,
  packNames: ReadonlyMap<string, string>,
): Omit<RuleRow, "use"> {
  const { customerId, updatedAt, expiredAt, ...facts } = rule;
  const state = ruleState(rule, now);
  const covering = state === "open" || state === "expiring" ? coveringRule(rule, inForce, sets) : null;
  return {
    ...facts,
    carriedBy: carrier(rule.carriedBy),
    state,
    ports: portText(rule),
    text: trafficText(rule, sets),
    peerName: peerText(rule, sets),
    packName: rule.pack && (packNames.get(trafficKey(rule)) ?? packName(rule.pack)),
    coveredBy: covering && { id: covering.id, text: trafficText(covering, sets) },
  };
}

function narrowed({ filters, search }: RuleListQuery, now: Date): Prisma.AllowlistRuleWhereInput {
  const states = filters.state.filter((state): state is RuleState => state in STATES);
  const within = (state: RuleState) => STATES[state](now);
  const among = <Value extends string>(values: readonly string[], known: readonly Value[]) =>
    values.length === 0 ? {} : { in: known.filter((value) => values.includes(value)) };
  return {
    direction: among(filters.direction, ["egress", "ingress"] as const),
    protocol: among(filters.protocol, ["tcp", "udp", "icmp"] as const),
    carriedBy: among(filters.carrier, ["application", "user_browser"] as const),
    AND: [
      states.length === 0 ? { retiredAt: null } : { OR: states.map(within) },
      ...search.split(/\s+/).filter(Boolean).slice(0, 8).map(searched),
    ],
  };
}

const STATES: Record<RuleState, (now: Date) => Prisma.AllowlistRuleWhereInput> = {
  open: (now) => ({ retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: soonFrom(now) } }] }),
  expiring: (now) => ({ retiredAt: null, expiresAt: { gt: now, lte: soonFrom(now) } }),
  expired: (now) => ({ retiredAt: null, expiresAt: { lte: now } }),
  retired: () => ({ retiredAt: { not: null } }),
};

function soonFrom(now: Date): Date {
  return new Date(now.getTime() + EXPIRY_NOTICE_MS);
}

function searched(word: string): Prisma.AllowlistRuleWhereInput {
  const contains = containing(word);
  const port = /^\d{1,5}$/.test(word)
    ? [{ portFrom: { lte: Number(word) }, portTo: { gte: Number(word) } }]
    : [];
  return {
    OR: [
      ...port,
      { purpose: contains },
      { peer: contains },
      { ownerName: contains },
      { ticket: contains },
      { hosts: { has: word.toLowerCase() } },
      { id: word },
    ],
  };
}

/** Ends with the id: without it, rules that are alike could stand on two pages or on none. */
function order({ sort, direction }: RuleListQuery): Prisma.AllowlistRuleOrderByWithRelationInput[] {
  const columns: Record<RuleListQuery["sort"], Prisma.AllowlistRuleOrderByWithRelationInput[]> = {
    direction: [{ direction }, { carriedBy: direction }, { portFrom: direction }],
    peer: [{ peer: direction }],
    ports: [{ portFrom: { sort: direction, nulls: "last" } }, { portTo: direction }],
    purpose: [{ purpose: direction }],
    owner: [{ ownerName: direction }],
    expires: [{ expiresAt: { sort: direction, nulls: "last" } }],
    created: [{ createdAt: direction }],
  };
  return [...columns[sort], { id: direction }];
}

function portText({ portFrom, portTo }: Pick<AllowlistRule, "portFrom" | "portTo">): string {
  return portFrom === null || portTo === null ? "" : portsText({ from: portFrom, to: portTo });
}

function carrier(text: string): Carrier {
  return text === "user_browser" ? "user_browser" : "application";
}

function doorPeer(peerKind: AllowlistRule["peerKind"], count: number, peer: string, sets: SetBook): string {
  if (count === 1) return peerText({ peerKind, peer }, sets);
  return `${count.toLocaleString("en")} ${{ cidr: "networks", fqdn: "names", address_set: "address sets" }[peerKind]}`;
}

/** Lists a door's rules, and whatever else is in force on its first port. */
function doorQuery({
  direction,
  protocol,
  carriedBy,
  portFrom,
}: Pick<AllowlistRule, "direction" | "protocol" | "carriedBy" | "portFrom">): string {
  const filters = { direction, protocol, carrier: carrier(carriedBy), state: "open,expiring" };
  return new URLSearchParams(portFrom === null ? filters : { ...filters, q: `${portFrom}` }).toString();
}
