import {
  type AllowlistState,
  CapabilityAnswers,
  type Change,
  type RuleFacts,
} from "#lib/allowlist/changes.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import { simulate } from "#lib/allowlist/simulation.ts";
import { digestOf } from "#lib/change-requests/digest.ts";
import type { ApprovalSide, ChangeRequestState } from "#lib/platform/prisma/enums.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { type DemoRule, EXTRAS } from "./allowlist.ts";
import { assertionsOf } from "./assertions.ts";
import { addEvent, deskId } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";
import { Random } from "./random.ts";
import { drawnLast } from "./rows.ts";
import { DEMO_SETS } from "./sets.ts";
import { deploymentTarget } from "./targets.ts";

const STATES: Readonly<Record<ChangeRequestState, number>> = {
  ...{ draft: 8, simulated: 6, proposed: 26, approved: 12 },
  ...{ applied: 10, verified: 6, closed: 24, refused: 4, withdrawn: 4 },
};
const IN_EFFECT: readonly ChangeRequestState[] = ["applied", "verified", "closed"];
const [OPERATIONS, AUTHOR] = DESKS;

/** What somebody asks to open or close at a site, on its way to being decided, applied and verified. */
export function addChangeRequests(drawing: Drawing, deployment: DemoDeployment): void {
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`change requests of ${deployment.id}`);
  const theirs = drawnLast(drawing.rows.allowlistRules, (rule) => rule.deploymentId === deployment.id);
  const listed = theirs.filter(({ retiredAt }) => !retiredAt);
  if (listed.length === 0 || !random.chance(0.35)) return;
  const rules = new Map(
    listed.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => [rule.id, factsOfRow(rule)]),
  );
  const state = random.weighted(STATES);
  const asked = listed.find(
    ({ pack, purpose }) => !pack && EXTRAS.some((extra) => extra.purpose === purpose),
  );
  const own = { ...drawing, random };
  if (IN_EFFECT.includes(state)) {
    const rule = asked && rules.get(asked.id);
    if (rule)
      addRequest(own, deployment, state, { rules, change: { kind: "add_rule", ruleId: asked.id, rule } });
    return;
  }
  const [rule] = random.chance(0.2) ? listed : [];
  const wanted = EXTRAS.filter((extra) => !theirs.some(({ purpose }) => purpose === extra.purpose));
  const extra = wanted[random.int(0, wanted.length - 1)];
  const added = random.id("rule", new Date(drawing.now.getTime() - DAY_MS));
  if (rule) addRequest(own, deployment, state, { rules, change: { kind: "retire_rule", ruleId: rule.id } });
  else if (extra)
    addRequest(own, deployment, state, {
      rules,
      change: { kind: "add_rule", ruleId: added, rule: factsOfExtra(extra) },
    });
}

interface Asked {
  /** The site's rules as they stand. */
  rules: ReadonlyMap<string, RuleFacts>;
  change: Change;
}

function addRequest(
  { random, rows, now, ...rest }: Drawing,
  deployment: DemoDeployment,
  state: ChangeRequestState,
  { rules, change }: Asked,
): void {
  const drawing = { random, rows, now, ...rest };
  const at = (hoursAgo: number) => new Date(now.getTime() - hoursAgo * HOUR_MS);
  const inEffect = IN_EFFECT.includes(state);
  const age = inEffect ? random.int(300, 900) : random.int(5, 200);
  const createdAt = new Date(Math.max(at(age).getTime(), deployment.createdAt.getTime()));
  const then = (share: number) =>
    new Date(createdAt.getTime() + (now.getTime() - createdAt.getTime()) * share);
  const before = new Map(rules);
  if (inEffect && change.kind === "add_rule") before.delete(change.ruleId);
  const list = stateOf(rows, deployment.id, before);
  const simulation = simulate(list, [change], { now: createdAt, mode: deployment.mode });
  const rule = "rule" in change ? change.rule : rules.get("ruleId" in change ? change.ruleId : "");
  const text = rule ? trafficText(rule, DEMO_SETS) : "";
  const proposed = !["draft", "simulated", "withdrawn"].includes(state);
  const decided = inEffect || state === "approved";
  const both = simulation.effect === "widening";
  const given: ApprovalSide[] = decided
    ? both
      ? ["vendor", "customer"]
      : ["vendor"]
    : state === "proposed" && both && random.chance(0.4)
      ? ["vendor"]
      : [];
  const waitsFor: ApprovalSide[] =
    state === "proposed" ? (["vendor", "customer"] as const).filter((side) => !given.includes(side)) : [];
  const id = random.id("chg", createdAt);
  const theirs = { customerId: deployment.customer.id, deploymentId: deployment.id };
  const title =
    `${change.kind === "add_rule" ? "Open" : "Close"} ${text.charAt(0).toLowerCase()}${text.slice(1)}`.slice(
      0,
      160,
    );
  const simulated = state !== "draft";
  rows.changeRequests.push({
    ...{ id, ...theirs, number: 1, title, state },
    reason: rule?.purpose ? `${rule.purpose}. Asked for by the site.` : "Asked for by the site.",
    ticket: random.chance(0.7) ? `CHG-${random.int(1_000, 9_999)}` : "",
    ...{ changes: [change], changeCount: 1 },
    effect: simulated ? simulation.effect : null,
    simulation: simulated ? JSON.parse(JSON.stringify(simulation)) : null,
    baseDigest: simulated ? digestOf(list) : null,
    round: simulated ? 1 : 0,
    undo: inEffect && "ruleId" in change ? [{ kind: "retire_rule", ruleId: change.ruleId }] : undefined,
    ...{ createdById: deskId(AUTHOR.email), createdByName: AUTHOR.name, authorIds: [deskId(AUTHOR.email)] },
    waitsFor,
    proposedByName: proposed ? AUTHOR.name : "",
    proposedAt: proposed ? then(0.2) : null,
    decidedAt: decided || state === "refused" || state === "withdrawn" ? then(0.5) : null,
    endReason: END_REASONS[state] ?? "",
    appliedByName: inEffect ? AUTHOR.name : "",
    appliedAt: inEffect ? then(0.6) : null,
    verification:
      inEffect && state !== "applied"
        ? {
            by: "probe",
            note: "Tried with curl from the application's host: it answers.",
            personName: AUTHOR.name,
          }
        : undefined,
    verifiedAt: inEffect && state !== "applied" ? then(0.7) : null,
    closedAt: state === "closed" ? then(0.8) : null,
    expiresAt: proposed && !inEffect ? new Date(now.getTime() + random.int(2, 12) * DAY_MS) : null,
    ...{ remindedAt: null, rollbackOfId: null, bulkId: null },
    ...{ createdAt, updatedAt: then(state === "draft" ? 0.05 : 0.8) },
  });
  for (const side of given) {
    rows.changeApprovals.push({
      ...{ id: random.id("chga", then(0.4)), customerId: theirs.customerId, requestId: id, round: 1, side },
      ...{ personId: deskId(OPERATIONS.email), personName: OPERATIONS.name, role: OPERATIONS.role },
      consentOf: side === "customer" ? "Network team of the site" : "",
      consentHow: side === "customer" ? "Their own change ticket, signed" : "",
      ...{ comment: "", createdAt: then(side === "vendor" ? 0.4 : 0.45) },
    });
  }
  if (proposed && random.chance(0.4))
    rows.changeComments.push({
      ...{ id: random.id("chgc", then(0.3)), customerId: theirs.customerId, requestId: id },
      ...{ authorId: deskId(OPERATIONS.email), authorName: OPERATIONS.name },
      ...{ body: "Is this needed after the acceptance as well?", createdAt: then(0.3) },
    });
  const target = {
    ...deploymentTarget(deployment),
    targetType: "change_request",
    targetId: id,
    targetName: `1 ${title}`,
  };
  addEvent(drawing, createdAt, "change_request.draft", target);
  if (proposed) addEvent(drawing, then(0.2), "change_request.propose", target);
  if (inEffect) addEvent(drawing, then(0.6), "change_request.apply", target);
}

const END_REASONS: Partial<Record<ChangeRequestState, string>> = {
  refused: "The site's own resolver is to be used instead.",
  withdrawn: "Asked for twice.",
};

function stateOf(
  rows: Drawing["rows"],
  deploymentId: string,
  rules: ReadonlyMap<string, RuleFacts>,
): AllowlistState {
  const capabilities = drawnLast(rows.deploymentCapabilities, (row) => row.deploymentId === deploymentId).map(
    ({ capability, packVersion, answers }) => {
      return [capability, { packVersion, answers: CapabilityAnswers.parse(answers) }] as const;
    },
  );
  return {
    rules,
    sets: DEMO_SETS,
    capabilities: new Map(capabilities),
    assertions: assertionsOf(rows, deploymentId),
  };
}

type Row = Drawing["rows"]["allowlistRules"][number];

function factsOfRow(row: Row): RuleFacts {
  const { direction, protocol, portFrom = null, portTo = null, peerKind, peer, purpose } = row;
  return {
    ...{ direction, protocol, portFrom, portTo, peerKind, peer },
    carriedBy: row.carriedBy === "user_browser" ? "user_browser" : "application",
    hosts: [...(row.hosts as string[])],
    ...{ purpose, ownerName: row.ownerName ?? "", ticket: row.ticket ?? "" },
    ...{ pack: row.pack ?? null, packVersion: row.packVersion ?? null },
    expiresAt: row.expiresAt ? new Date(row.expiresAt).toISOString() : null,
  };
}

function factsOfExtra({ hosts, carriedBy, ...rule }: DemoRule): RuleFacts {
  return {
    ...rule,
    carriedBy: carriedBy === "user_browser" ? carriedBy : "application",
    hosts: [...hosts],
    ownerName: "",
    ticket: "",
    pack: null,
    packVersion: null,
    expiresAt: null,
  };
}
