import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS } from "#lib/shared/clock.ts";

/** A rule that let nothing pass for so long is not used. */
const UNUSED_AFTER_MS = 90 * DAY_MS;
/** A site that was not heard of for so long, by a crossing or a report, is silent: nobody knows which of its rules are used. */
const SILENT_AFTER_MS = 7 * DAY_MS;

/**
 * What is known of a rule's use. `beside`: its traffic does not go through a gateway; `silent`: the site does not report.
 * `unused` says since when somebody has watched and seen nothing; it is no reproach until that is long ago.
 */
export type RuleUse =
  | { is: "used"; lastAt: Date }
  | { is: "unused"; since: Date }
  | { is: "silent" }
  | { is: "beside" };

/** Of a site: when the first and the last of all its crossings began. */
interface Watch {
  firstAt: Date;
  lastAt: Date;
}

type WatchedRule = { id: string; protocol: string; carriedBy: string; createdAt: Date };

/** A gateway sees what applications connect by TCP: other protocols, and what people's browsers carry, pass beside it. */
export function goesThroughGateway({ protocol, carriedBy }: Omit<WatchedRule, "id" | "createdAt">): boolean {
  return protocol === "tcp" && carriedBy === "application";
}

function useOf(rule: WatchedRule, watch: Watch | null, lastAt: Date | null, now: Date): RuleUse {
  if (lastAt) return { is: "used", lastAt };
  if (!goesThroughGateway(rule)) return { is: "beside" };
  if (!watch || now.getTime() - watch.lastAt.getTime() > SILENT_AFTER_MS) return { is: "silent" };
  return { is: "unused", since: new Date(Math.max(watch.firstAt.getTime(), rule.createdAt.getTime())) };
}

/** What is known of the use of these rules of one site, that the caller was let in to. */
export async function ruleUses(
  tx: Tx,
  deploymentId: string,
  rules: readonly WatchedRule[],
  now: Date,
): Promise<Map<string, RuleUse>> {
  const found = await tx.$queryRaw<{ ruleId: string; firstAt: Date; lastAt: Date }[]>(Prisma.sql`
    SELECT rule_id AS "ruleId", first_at AS "firstAt", last_at AS "lastAt" FROM boundary.rule_uses
    WHERE deployment_id = ${deploymentId} AND rule_id = ANY(${["", ...rules.map(({ id }) => id)]}::text[])`);
  const seen = found.find(({ ruleId }) => ruleId === "") ?? null;
  const heard = await tx.gatewayProcess.aggregate({ where: { deploymentId }, _max: { heardAt: true } });
  const heardAt = heard._max.heardAt?.getTime() ?? 0;
  const watch = seen && { ...seen, lastAt: new Date(Math.max(seen.lastAt.getTime(), heardAt)) };
  const last = new Map(found.map(({ ruleId, lastAt }) => [ruleId, lastAt]));
  return new Map(rules.map((rule) => [rule.id, useOf(rule, watch, last.get(rule.id) ?? null, now)]));
}

/**
 * That a rule `r` is not used, over `console.allowlist_rules r`: older than the time that counts, in a site that was watched all
 * that time and still is, and nothing passed by it.
 */
export function unusedSql(now: Date): Prisma.Sql {
  const since = new Date(now.getTime() - UNUSED_AFTER_MS);
  return Prisma.sql`(
    r.protocol = 'tcp' AND r.carried_by = 'application' AND r.created_at <= ${since}
    AND (r.expires_at IS NULL OR r.expires_at > ${now})
    AND EXISTS (SELECT FROM boundary.rule_uses w WHERE w.deployment_id = r.deployment_id AND w.rule_id = ''
      AND w.first_at <= ${since} AND ${isHeardSql(now)})
    AND NOT EXISTS (SELECT FROM boundary.rule_uses u WHERE u.deployment_id = r.deployment_id AND u.rule_id = r.id
      AND u.last_at > ${since}))`;
}

/** That a site `d` cannot be judged: nobody has watched it for as long as counts, or it has fallen silent. */
export function unwatchedSql(now: Date): Prisma.Sql {
  return Prisma.sql`NOT EXISTS (SELECT FROM boundary.rule_uses w WHERE w.deployment_id = d.id AND w.rule_id = ''
    AND w.first_at <= ${new Date(now.getTime() - UNUSED_AFTER_MS)} AND ${isHeardSql(now)})`;
}

/** That the site of `w` is not silent: a gateway without traffic reports all the same. */
function isHeardSql(now: Date): Prisma.Sql {
  const since = new Date(now.getTime() - SILENT_AFTER_MS);
  return Prisma.sql`(w.last_at >= ${since} OR EXISTS (
    SELECT FROM console.gateway_processes p WHERE p.deployment_id = w.deployment_id AND p.heard_at >= ${since}))`;
}

/** What passed by a rule in the last days, the oldest day first. */
export interface RuleTraffic {
  days: number[];
  count: number;
  bytesIn: number;
  bytesOut: number;
}

const TRAFFIC_DAYS = 30;

/** By rule; one that let nothing pass has no entry. */
export async function ruleTraffic(
  tx: Tx,
  deploymentId: string,
  ruleIds: readonly string[],
  now: Date,
): Promise<Map<string, RuleTraffic>> {
  if (ruleIds.length === 0) return new Map();
  const today = Math.floor(now.getTime() / DAY_MS);
  const from = new Date((today - TRAFFIC_DAYS + 1) * DAY_MS);
  const found = await tx.$queryRaw<
    { ruleId: string; at: Date; count: number; bytesIn: number; bytesOut: number }[]
  >(Prisma.sql`
    SELECT rule_id AS "ruleId", at, sum(count)::float8 AS count, sum(bytes_in)::float8 AS "bytesIn",
      sum(bytes_out)::float8 AS "bytesOut"
    FROM boundary.crossing_days
    WHERE deployment_id = ${deploymentId} AND at >= ${from} AND rule_id = ANY(${[...ruleIds]}::text[])
      AND outcome <> 'refused'
    GROUP BY rule_id, at HAVING sum(count) > 0`);
  const traffic = new Map<string, RuleTraffic>();
  for (const { ruleId, at, count, bytesIn, bytesOut } of found) {
    const known = traffic.get(ruleId) ?? {
      ...{ days: Array.from({ length: TRAFFIC_DAYS }, () => 0), count: 0, bytesIn: 0, bytesOut: 0 },
    };
    const day = Math.round((at.getTime() - from.getTime()) / DAY_MS);
    if (day >= 0 && day < TRAFFIC_DAYS) known.days[day] = (known.days[day] ?? 0) + count;
    known.count += count;
    known.bytesIn += bytesIn;
    known.bytesOut += bytesOut;
    traffic.set(ruleId, known);
  }
  return traffic;
}

/** When each of these rules, of whatever site, last let something pass. */
export async function lastUsesOf(tx: Tx, ruleIds: readonly string[]): Promise<Map<string, Date>> {
  const found = await tx.$queryRaw<{ ruleId: string; lastAt: Date }[]>(Prisma.sql`
    SELECT rule_id AS "ruleId", last_at AS "lastAt" FROM boundary.rule_uses
    WHERE (deployment_id, rule_id) IN (
      SELECT deployment_id, id FROM console.allowlist_rules WHERE id = ANY(${[...ruleIds]}::text[]))`);
  return new Map(found.map(({ ruleId, lastAt }) => [ruleId, lastAt]));
}
