import type { AllowlistState, Change, RuleFacts } from "../changes.ts";
import { trafficKey } from "../policy.ts";
import { PACKS } from "./index.ts";
import type { RulePack } from "./pack.ts";
import { type Ticked, type WantedRule, wantedRules } from "./wanted.ts";

/** What of an allowlist a change of its capabilities looks at. */
export type PackState = Pick<AllowlistState, "rules" | "capabilities">;

export interface PackTerms {
  now: Date;
  /** Draws the id of a rule that is added. */
  newRuleId: () => string;
  ownerName?: string;
  ticket?: string;
  packs?: readonly RulePack[];
}

/**
 * What has to change for the capability to be ticked like this, or not at all (`wanted` is null): the capability
 * itself, and exactly the rules that it brings or leaves behind. A rule that another ticked capability needs stays, filed
 * under that one; rules that people wrote by hand are never touched. Empty where all is so already.
 */
export function packChanges(
  state: PackState,
  capability: string,
  wanted: Ticked | null,
  terms: PackTerms,
): Change[] {
  const packs = terms.packs ?? PACKS;
  const ticked = new Map<string, Ticked>(state.capabilities);
  const before = wantedRules(ticked, packs);
  if (wanted) ticked.set(capability, wanted);
  else ticked.delete(capability);
  const after = wantedRules(ticked, packs);
  const concerned = new Set(
    [...before, ...after].filter(([, rule]) => isNeeded(rule, capability)).map(([key]) => key),
  );
  const rules = rulesByTraffic(state.rules);
  return [
    ...capabilityChange(state, capability, wanted),
    ...[...state.rules].flatMap(([ruleId, rule]): Change[] => {
      const mine = rule.pack === capability;
      const kept = after.get(trafficKey(rule));
      if (mine && !kept) return [{ kind: "retire_rule", ruleId }];
      if (!kept || rule.pack === null || !(mine || concerned.has(trafficKey(rule)))) return [];
      return refiled(ruleId, rule, kept);
    }),
    ...[...concerned].flatMap((key): Change[] => {
      const rule = after.get(key);
      if (!rule || rules.get(key)?.some((known) => standsFor(known, terms.now))) return [];
      return [{ kind: "add_rule", ruleId: terms.newRuleId(), rule: factsOf(rule, terms) }];
    }),
  ];
}

function isNeeded({ neededBy }: WantedRule, capability: string): boolean {
  return neededBy.some(({ pack }) => pack === capability);
}

/** A pack's rule that was closed for a while stays closed; a rule of somebody's own counts while it is open. */
function standsFor({ pack, expiresAt }: RuleFacts, now: Date): boolean {
  return pack !== null || expiresAt === null || new Date(expiresAt) > now;
}

function rulesByTraffic(rules: PackState["rules"]): Map<string, RuleFacts[]> {
  return Map.groupBy(rules.values(), trafficKey);
}

function capabilityChange({ capabilities }: PackState, capability: string, wanted: Ticked | null): Change[] {
  const known = capabilities.get(capability);
  if (!wanted) return known ? [{ kind: "remove_capability", capability }] : [];
  const { packVersion } = wanted;
  const answers = Object.fromEntries(
    Object.entries(wanted.answers).map(([question, texts]) => [question, [...texts]]),
  );
  if (!known) return [{ kind: "add_capability", capability, packVersion, answers }];
  const isSame = known.packVersion === packVersion && sorted(known.answers) === sorted(answers);
  return isSame ? [] : [{ kind: "change_capability", capability, packVersion, answers }];
}

function sorted(answers: object): string {
  return JSON.stringify(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same rule under the pack that needs it now, with the names that are asked for now. */
function refiled(
  ruleId: string,
  rule: RuleFacts,
  { pack, packVersion, hosts, purpose }: WantedRule,
): Change[] {
  const isFiled = rule.pack === pack && rule.packVersion === packVersion;
  const hasNames = hosts.length === rule.hosts.length && hosts.every((host) => rule.hosts.includes(host));
  if (isFiled && hasNames) return [];
  const said = rule.pack === pack ? rule.purpose : purpose;
  return [
    {
      kind: "change_rule",
      ruleId,
      rule: { ...rule, pack, packVersion, hosts: [...hosts], purpose: said },
    },
  ];
}

function factsOf(rule: WantedRule, { ownerName = "", ticket = "" }: PackTerms): RuleFacts {
  const { neededBy: _, hosts, ...facts } = rule;
  return { ...facts, hosts: [...hosts], ownerName, ticket, expiresAt: null };
}
