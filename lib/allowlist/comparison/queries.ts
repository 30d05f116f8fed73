import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { containing } from "#lib/platform/sql.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import { differenceOf } from "#lib/shared/allowlist/difference.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { labelsOf, type RuleLabel } from "../analysis/labels.ts";
import { stateAt } from "../analysis/past.ts";
import type { Against } from "../analysis/schema.ts";
import type { AllowlistState } from "../changes.ts";
import { requireExported } from "../in-force.ts";
import { type ShownRegion, shownTraffic } from "../simulation.ts";
import { loadState } from "../state.ts";
import { rulesInForce } from "../timed-difference.ts";

export interface ComparedRegion extends ShownRegion {
  /** The rule that lets its packet pass, on the side where it passes. */
  rule: RuleLabel | null;
}

export interface ComparedSide {
  regions: ComparedRegion[];
  total: number;
}

export interface Comparison {
  /** What the other side is. */
  other: OtherSide;
  /** Passes here and now, and not on the other side. */
  onlyHere: ComparedSide;
  onlyThere: ComparedSide;
  rules: { here: number; there: number };
}

export type OtherSide =
  | { kind: "past"; at: Date; export: { format: string; takenByName: string } | null }
  | { kind: "deployment"; id: string; name: string; customerName: string };

type Comparable = Extract<Against, { kind: "past" | "export" | "deployment" }>;

/** Exactly which packets pass on one side and not on the other. */
export function compareAllowlist(
  actor: Actor,
  deploymentId: string,
  against: Comparable,
  now = systemClock(),
): Promise<Comparison> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    await requireExported(tx, actor, deploymentId);
    const here = await loadState(tx, deploymentId);
    const there = await otherSide(tx, actor, deploymentId, against, now);
    const [left, right] = [rulesInForce(there.state, there.at), rulesInForce(here, now)];
    const difference = differenceOf(left, right);
    const side = (which: "opened" | "closed", state: AllowlistState): ComparedSide => {
      const { regions, total } = shownTraffic(difference[which]);
      const label = labelsOf(state);
      const { decide } = compileAllowlist(which === "opened" ? right : left);
      return {
        regions: regions.map((region) => ({ ...region, rule: label(decide(region.witness).ruleId) })),
        total,
      };
    };
    return {
      other: there.other,
      onlyHere: side("opened", here),
      onlyThere: side("closed", there.state),
      rules: { here: right.length, there: left.length },
    };
  });
}

interface There {
  state: AllowlistState;
  /** When it is looked at: what had ended by then is not in force. */
  at: Date;
  other: OtherSide;
}

async function otherSide(
  tx: Tx,
  actor: Actor,
  deploymentId: string,
  against: Comparable,
  now: Date,
): Promise<There> {
  if (against.kind === "deployment") {
    const { id, name, customer } = await requireExported(tx, actor, against.deploymentId);
    const other = { kind: "deployment" as const, id, name, customerName: customer.name };
    return { state: await loadState(tx, id), at: now, other };
  }
  if (against.kind === "past") {
    const at = against.at < now ? against.at : now;
    return { state: await stateAt(tx, deploymentId, at), at, other: { kind: "past", at, export: null } };
  }
  const where = { id: against.exportId, deploymentId, ...visibleTo(actor) };
  const taken = await tx.allowlistExport.findFirst({ where });
  if (!taken) throw new AppError("not_found", "There is no such export.");
  const at = taken.createdAt;
  const { format, takenByName } = taken;
  return {
    state: await stateAt(tx, deploymentId, at),
    at,
    other: { kind: "past", at, export: { format, takenByName } },
  };
}

export interface DeploymentChoice {
  id: string;
  name: string;
  customerName: string;
}

const CHOICES = 20;

/** Deployments to compare with, by their name or their customer's; those of the same customer first. */
export function listComparable(
  actor: Actor,
  deploymentId: string,
  search: string,
): Promise<DeploymentChoice[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const { customerId } = await requireExported(tx, actor, deploymentId);
    const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
    const matches = words.map((word) => ({
      OR: [{ name: containing(word) }, { customer: { name: containing(word) } }],
    }));
    const select = { id: true, name: true, customer: { select: { name: true } } } as const;
    const among = { id: { not: deploymentId }, archivedAt: null, ...visibleTo(actor) };
    const orderBy = [{ name: "asc" as const }, { id: "asc" as const }];
    const own = await tx.deployment.findMany({
      where: { AND: [among, { customerId }, ...matches] },
      ...{ select, orderBy, take: CHOICES },
    });
    const others = await tx.deployment.findMany({
      where: { AND: [among, { customerId: { not: customerId } }, ...matches] },
      ...{ select, orderBy, take: CHOICES - own.length },
    });
    return [...own, ...others].map(({ id, name, customer }) => ({ id, name, customerName: customer.name }));
  });
}
