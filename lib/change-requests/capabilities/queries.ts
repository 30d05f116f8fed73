import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { AllowlistState, Change } from "#lib/allowlist/changes.ts";
import { newestVersion, PACKS, packName } from "#lib/allowlist/packs/index.ts";
import { type PackGroup, type PackRule, questionsOf, type Standing } from "#lib/allowlist/packs/pack.ts";
import { type PackAnswers, QUESTIONS, type QuestionId } from "#lib/allowlist/packs/questions.ts";
import type { TickInput, UntickInput } from "#lib/allowlist/packs/schema.ts";
import { leftOut, type WantedRule, wantedRules } from "#lib/allowlist/packs/wanted.ts";
import { ruleState, trafficKey, trafficText } from "#lib/allowlist/policy.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { draftedState, type Outcome, tickChanges, untickChanges } from "./changes.ts";

/** A capability as one deployment has it, or might. */
export interface CapabilityRow {
  id: string;
  name: string;
  group: PackGroup;
  summary: string;
  standing: Standing;
  newest: { number: number; change: string };
  /** What the newest version asks. */
  questions: QuestionId[];
  /** What the site has said to them, as the draft would leave it. */
  answers: PackAnswers;
  /** Null where the deployment does without. */
  has: {
    version: number;
    /** Its rules that let something pass, and those of its pack that do not stand open. */
    open: number;
    shut: { text: string; without: string }[];
    /** Doors that it shares with other capabilities. */
    sharedWith: string[];
    /** Rules left out, for what they ask for was left empty. */
    leftOut: string[];
  } | null;
  /** What the actor's draft would make of it. */
  drafted: "add" | "change" | "remove" | null;
}

/** Every capability of the catalogue, as this deployment stands to it. */
export function listCapabilities(
  actor: Actor,
  deploymentId: string,
  now = systemClock(),
): Promise<CapabilityRow[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const { mode } = await requireDeployment(tx, actor, deploymentId);
    const { base, state } = await draftedState(tx, actor, deploymentId);
    const wanted = wantedRules(base.capabilities);
    const open = new Set(
      [...base.rules.values()].filter((rule) => isOpen(rule.expiresAt, now)).map(trafficKey),
    );
    return PACKS.map(({ id, name, group, summary, modes, ...pack }) => {
      const newest = newestVersion(pack);
      return {
        ...{ id, name, group, summary, standing: modes[mode] },
        newest: { number: newest.number, change: newest.change },
        questions: questionsOf(newest),
        answers: state.capabilities.get(id)?.answers ?? {},
        has: hasOf(id, base, wanted, open),
        drafted: draftedOf(id, base, state),
      };
    });
  });
}

function isOpen(expiresAt: string | null, now: Date): boolean {
  return (
    ruleState({ expiresAt: expiresAt === null ? null : new Date(expiresAt), retiredAt: null }, now) !==
    "expired"
  );
}

function hasOf(
  id: string,
  { capabilities, sets }: AllowlistState,
  wanted: ReadonlyMap<string, WantedRule>,
  open: ReadonlySet<string>,
): CapabilityRow["has"] {
  const ticked = capabilities.get(id);
  if (!ticked) return null;
  const mine = [...wanted].filter(([, rule]) => rule.neededBy.some((need) => need.pack === id));
  const others = mine.flatMap(([, rule]) => rule.neededBy.filter((need) => need.pack !== id));
  return {
    version: ticked.packVersion,
    open: mine.filter(([key]) => open.has(key)).length,
    shut: mine
      .filter(([key]) => !open.has(key))
      .map(([, rule]) => ({ text: trafficText(rule, sets), without: withoutOf(rule, id) })),
    sharedWith: [...new Set(others.map(({ pack }) => packName(pack)))],
    leftOut: leftOut(id, ticked).map(({ purpose }) => purpose),
  };
}

function withoutOf({ neededBy }: WantedRule, id: string): string {
  return neededBy.find(({ pack }) => pack === id)?.without ?? "";
}

function draftedOf(id: string, base: AllowlistState, state: AllowlistState): CapabilityRow["drafted"] {
  const [was, is] = [base.capabilities.get(id), state.capabilities.get(id)];
  if (was === is) return null;
  return was ? (is ? "change" : "remove") : "add";
}

/** A door in a preview: what passes, why, and what stops without it. */
export interface PreviewRule {
  opens: string;
  byBrowser: boolean;
  hosts: readonly string[];
  purpose: string;
  without: string;
}

export interface CapabilityPreview {
  adds: PreviewRule[];
  retires: PreviewRule[];
  /** Doors that stay, for others need them too. */
  shares: { opens: string; with: string[] }[];
  leftOut: { asks: string; purpose: string; without: string }[];
  /** Rules that are filed anew without opening or closing anything. */
  refiled: number;
  changes: number;
}

/** What ticking these would do to the allowlist as the actor's draft leaves it, before anything is drafted. */
export function previewCapabilities(
  actor: Actor,
  input: TickInput,
  now = systemClock(),
): Promise<CapabilityPreview> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const { mode } = await requireDeployment(tx, actor, input.deploymentId);
    const { state } = await draftedState(tx, actor, input.deploymentId);
    return previewOf(state, tickChanges(state, mode, input, now), input.capabilities);
  });
}

/** The same for doing without one. */
export function previewRemoval(
  actor: Actor,
  { deploymentId, capability }: UntickInput,
  now = systemClock(),
): Promise<CapabilityPreview> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const { state } = await draftedState(tx, actor, deploymentId);
    return previewOf(state, untickChanges(state, capability, now), [capability]);
  });
}

function previewOf(
  before: AllowlistState,
  { changes, state }: Outcome,
  capabilities: readonly string[],
): CapabilityPreview {
  const [was, wanted] = [wantedRules(before.capabilities), wantedRules(state.capabilities)];
  const told = (
    rule: { carriedBy: string; hosts: readonly string[] } & Parameters<typeof trafficText>[0],
    need?: WantedRule,
  ) => ({
    opens: trafficText(rule, before.sets),
    byBrowser: rule.carriedBy === "user_browser",
    hosts: need?.hosts ?? rule.hosts,
    purpose: need?.neededBy.map(({ purpose }) => purpose).join("; ") ?? "",
    without: [...new Set(need?.neededBy.map(({ without }) => without))].join(" "),
  });
  const added = ofKind(changes, "add_rule").map(({ rule }) => rule);
  const retired = ofKind(changes, "retire_rule").flatMap(({ ruleId }) => before.rules.get(ruleId) ?? []);
  const touched = new Set([...added, ...retired].map(trafficKey));
  return {
    adds: added.map((rule) => told(rule, wanted.get(trafficKey(rule)))),
    retires: retired.map((rule) => ({ ...told(rule, was.get(trafficKey(rule))), purpose: rule.purpose })),
    shares: [...wanted].flatMap(([key, rule]) => {
      const others = rule.neededBy.filter(({ pack }) => !capabilities.includes(pack));
      const isOurs = [rule, was.get(key)].some((one) =>
        one?.neededBy.some(({ pack }) => capabilities.includes(pack)),
      );
      if (touched.has(key) || others.length === 0 || !isOurs) return [];
      return [{ opens: trafficText(rule, before.sets), with: others.map(({ pack }) => packName(pack)) }];
    }),
    leftOut: capabilities.flatMap((id) => {
      const ticked = state.capabilities.get(id);
      return ticked ? leftOut(id, ticked).map(leftOutWords) : [];
    }),
    refiled: ofKind(changes, "change_rule").length,
    changes: changes.length,
  };
}

/** Only what is asked for can be left out. */
function leftOutWords({ peer, purpose, without }: PackRule): CapabilityPreview["leftOut"][number] {
  return { asks: "ask" in peer ? QUESTIONS[peer.ask].label : "", purpose, without };
}

function ofKind<Kind extends Change["kind"]>(
  changes: readonly Change[],
  kind: Kind,
): Extract<Change, { kind: Kind }>[] {
  return changes.filter((change): change is Extract<Change, { kind: Kind }> => change.kind === kind);
}

async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string) {
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: { mode: true },
  });
  if (!deployment) throw new AppError("not_found", "There is no such deployment.");
  return deployment;
}
