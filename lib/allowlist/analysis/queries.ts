import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { DAY_MS, systemClock } from "#lib/shared/clock.ts";
import type { AllowlistState } from "../changes.ts";
import { requireExported } from "../in-force.ts";
import type { ShownRegions } from "../simulation.ts";
import { loadState } from "../state.ts";
import { trafficRule } from "../timed-difference.ts";
import { forecast } from "./forecast.ts";
import { labelsOf, type RuleLabel } from "./labels.ts";
import type { Horizon, IdleListQuery } from "./schema.ts";
import { type Miss, verdictOf } from "./verdict.ts";
import { type IdleRule, idleRules } from "./worth.ts";

export interface ShownVerdict {
  allowed: boolean;
  rule: RuleLabel | null;
  alsoBy: RuleLabel[];
  moreAlsoBy: number;
  nearMisses: { rule: RuleLabel; miss: Miss }[];
  /** How many rules were looked at that let something pass. */
  inForce: number;
}

const ALSO_MAX = 5;

/** Whether this packet passes now, and the rule that decided. */
export function tryPacket(
  actor: Actor,
  deploymentId: string,
  packet: Packet,
  now = systemClock(),
): Promise<ShownVerdict> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const state = await visibleState(tx, actor, deploymentId);
    const label = labelsOf(state);
    const rules = [...state.rules].map(([id, rule]) => {
      const expired = rule.expiresAt !== null && new Date(rule.expiresAt) <= now;
      return { traffic: trafficRule(id, rule, state.sets), expired };
    });
    const { allowed, ruleId, alsoBy, nearMisses } = verdictOf(rules, packet);
    return {
      allowed,
      rule: label(ruleId),
      alsoBy: alsoBy.slice(0, ALSO_MAX).flatMap((id) => label(id) ?? []),
      moreAlsoBy: Math.max(0, alsoBy.length - ALSO_MAX),
      nearMisses: nearMisses.flatMap(({ ruleId: id, miss }) => {
        const rule = label(id);
        return rule ? [{ rule, miss }] : [];
      }),
      inForce: rules.filter(({ expired }) => !expired).length,
    };
  });
}

export interface IdleRow {
  id: string;
  rule: RuleLabel;
  state: IdleRule["state"];
  by: RuleLabel[];
  moreBy: number;
  neededFrom: Date | null;
}

export interface Idle {
  page: Page<IdleRow>;
  needed: number;
}

/** The rules in force that let nothing pass which others do not, a page at a time. */
export function listIdleRules(
  actor: Actor,
  deploymentId: string,
  query: IdleListQuery,
  now = systemClock(),
): Promise<Idle> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const state = await visibleState(tx, actor, deploymentId);
    const label = labelsOf(state);
    const { needed, idle } = idleRules(state, now);
    const { skip, take } = pageBounds(query);
    const rows = idle.slice(skip, skip + take).flatMap(({ ruleId, by, ...facts }): IdleRow[] => {
      const rule = label(ruleId);
      return rule ? [{ id: ruleId, rule, by: by.flatMap((id) => label(id) ?? []), ...facts }] : [];
    });
    return { page: { rows, total: idle.length, page: query.page, pageSize: query.pageSize }, needed };
  });
}

export interface ForecastDay {
  day: string;
  rules: RuleLabel[];
  moreRules: number;
  closes: ShownRegions;
}

const RULES_A_DAY = 10;

/** What the ends of rules will close within these days, if nobody does anything. */
export function forecastAllowlist(
  actor: Actor,
  deploymentId: string,
  days: Horizon,
  now = systemClock(),
): Promise<ForecastDay[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const state = await visibleState(tx, actor, deploymentId);
    const label = labelsOf(state);
    return forecast(state, now, new Date(now.getTime() + days * DAY_MS)).map(({ day, ruleIds, closes }) => ({
      day,
      rules: ruleIds.slice(0, RULES_A_DAY).flatMap((id) => label(id) ?? []),
      moreRules: Math.max(0, ruleIds.length - RULES_A_DAY),
      closes,
    }));
  });
}

/** The allowlist of a deployment that the actor may see. */
export async function visibleState(tx: Tx, actor: Actor, deploymentId: string): Promise<AllowlistState> {
  await requireExported(tx, actor, deploymentId);
  return loadState(tx, deploymentId);
}
