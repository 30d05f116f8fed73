import { z } from "zod";
import { PeerKind, RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { readFqdn } from "#lib/shared/hostnames.ts";
import type { NamedSet, SetBook } from "./sets/book.ts";

const Line = (max: number) => z.string().trim().max(max);
const Port = z.number().int().min(1).max(65_535);
const PackVersion = z.number().int().min(1);

const TrafficFields = {
  direction: z.enum(RuleDirection),
  protocol: z.enum(RuleProtocol),
  portFrom: Port.nullable(),
  portTo: Port.nullable(),
  peerKind: z.enum(PeerKind),
  peer: Line(300).min(1),
  carriedBy: z.enum(["application", "user_browser"]),
};

/** All that a person decided about a rule, as a change carries it. Times are text, so that it can be kept as JSON. */
export const RuleFacts = z
  .strictObject({
    ...TrafficFields,
    hosts: z.array(Line(253)).max(20).default([]),
    purpose: Line(300),
    ownerName: Line(120).default(""),
    ticket: Line(120).default(""),
    pack: Line(80).nullable().default(null),
    packVersion: PackVersion.nullable().default(null),
    expiresAt: z.iso.datetime().nullable().default(null),
  })
  .superRefine(mustBeTraffic);
export type RuleFacts = z.output<typeof RuleFacts>;

/** What has to hold whatever else changes, and why. */
export const AssertionFacts = z
  .strictObject({
    ...TrafficFields,
    must: z.enum(["allow", "deny"]),
    reason: Line(500),
    ownerName: Line(120).default(""),
  })
  .superRefine(mustBeTraffic);
export type AssertionFacts = z.output<typeof AssertionFacts>;

const RuleId = z.string().startsWith("rule_").max(60);
const AssertionId = z.string().startsWith("asrt_").max(60);
const Capability = z.string().min(1).max(60);
/** Canonical texts by question; lib/allowlist/packs says which there are. */
export const CapabilityAnswers = z.record(z.string().max(60), z.array(Line(300)).max(50));

/**
 * One change of an allowlist. Who drafts it draws the id of what it adds, so that a simulation, a later change and the
 * way back all call it by the same name.
 */
export const Change = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("add_rule"), ruleId: RuleId, rule: RuleFacts }),
  z.strictObject({ kind: z.literal("change_rule"), ruleId: RuleId, rule: RuleFacts }),
  z.strictObject({ kind: z.literal("retire_rule"), ruleId: RuleId }),
  z.strictObject({ kind: z.literal("use_set_version"), slug: Line(80), versionId: Line(60) }),
  z.strictObject({
    kind: z.literal("add_capability"),
    capability: Capability,
    packVersion: PackVersion,
    answers: CapabilityAnswers,
  }),
  z.strictObject({
    kind: z.literal("change_capability"),
    capability: Capability,
    packVersion: PackVersion,
    answers: CapabilityAnswers,
  }),
  z.strictObject({ kind: z.literal("remove_capability"), capability: Capability }),
  z.strictObject({
    kind: z.literal("add_assertion"),
    assertionId: AssertionId,
    assertion: AssertionFacts,
  }),
  z.strictObject({ kind: z.literal("retire_assertion"), assertionId: AssertionId }),
]);
export type Change = z.output<typeof Change>;

/** As many as one person can answer for. */
export const CHANGES_MAX = 500;
export const Changes = z.array(Change).max(CHANGES_MAX);

/** A capability that is switched on, and what the site answered. */
export interface ChosenCapability {
  packVersion: number;
  answers: z.output<typeof CapabilityAnswers>;
}

/** An allowlist as changes see it: what is not retired, whatever its expiry. */
export interface AllowlistState {
  rules: ReadonlyMap<string, RuleFacts>;
  /** The version of each set that the deployment uses, by slug. */
  sets: SetBook;
  capabilities: ReadonlyMap<string, ChosenCapability>;
  assertions: ReadonlyMap<string, AssertionFacts>;
}

/** Why a change cannot be made as it stands; `index` is its place in the request. */
export interface Problem {
  index: number;
  sentence: string;
}

/** Versions of sets that changes name and the deployment does not use yet, by id. */
export type KnownVersions = ReadonlyMap<string, NamedSet>;

/** Makes the changes one after the other. One that cannot be made is left out, and told. */
export function applyChanges(
  before: AllowlistState,
  changes: readonly Change[],
  versions: KnownVersions = new Map(),
): { state: AllowlistState; problems: Problem[] } {
  const state = {
    rules: new Map(before.rules),
    sets: new Map(before.sets),
    capabilities: new Map(before.capabilities),
    assertions: new Map(before.assertions),
  };
  const problems = changes.flatMap((change, index) => {
    const sentence = applyOne(state, change, versions);
    return sentence === null ? [] : [{ index, sentence }];
  });
  return { state, problems };
}

type Mutable<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never;
};

/** Changes the state, or says why it cannot. */
function applyOne(state: Mutable<AllowlistState>, change: Change, versions: KnownVersions): string | null {
  const { rules, sets, capabilities, assertions } = state;
  switch (change.kind) {
    case "add_rule":
      if (rules.has(change.ruleId)) return "This rule is on the list already.";
      return putRule(state, change);
    case "change_rule":
      if (!rules.has(change.ruleId)) return goneRule(change.ruleId);
      return putRule(state, change);
    case "retire_rule":
      return rules.delete(change.ruleId) ? null : goneRule(change.ruleId);
    case "use_set_version": {
      const wanted = versions.get(change.versionId);
      if (wanted?.slug !== change.slug)
        return `The address set ${change.slug} has no accepted version ${change.versionId}.`;
      if (sets.get(change.slug)?.versionId === change.versionId)
        return "The deployment uses this version of the set already.";
      sets.set(change.slug, wanted);
      return null;
    }
    case "add_capability":
    case "change_capability": {
      const { kind, capability, packVersion, answers } = change;
      if (capabilities.has(capability) === (kind === "add_capability"))
        return `The capability ${capability} is ${kind === "add_capability" ? "switched on already" : "not switched on"}.`;
      capabilities.set(capability, { packVersion, answers });
      return null;
    }
    case "remove_capability":
      return capabilities.delete(change.capability)
        ? null
        : `The capability ${change.capability} is not switched on.`;
    case "add_assertion":
      if (assertions.has(change.assertionId)) return "This assertion is on the list already.";
      if (change.assertion.peerKind === "address_set" && !sets.has(change.assertion.peer))
        return `There is no address set ${change.assertion.peer}.`;
      assertions.set(change.assertionId, change.assertion);
      return null;
    case "retire_assertion":
      return assertions.delete(change.assertionId)
        ? null
        : `The assertion ${change.assertionId} is no longer on the list.`;
  }
}

function putRule(
  { rules, sets }: Mutable<AllowlistState>,
  { ruleId, rule }: Extract<Change, { rule: RuleFacts }>,
): string | null {
  if (rule.peerKind === "address_set" && !sets.has(rule.peer)) return `There is no address set ${rule.peer}.`;
  rules.set(ruleId, rule);
  return null;
}

function goneRule(ruleId: string): string {
  return `The rule ${ruleId} is no longer on the list.`;
}

/**
 * The changes that lead from one state to another, the way back of a request among them. What is gone comes with a
 * new id: nothing that was retired comes alive again.
 */
export function changesBetween(
  from: AllowlistState,
  to: AllowlistState,
  newId: (kind: "rule" | "asrt") => string,
): Change[] {
  const changes: Change[] = [];
  for (const [slug, { versionId }] of to.sets) {
    const used = from.sets.get(slug);
    if (used && used.versionId !== versionId) changes.push({ kind: "use_set_version", slug, versionId });
  }
  for (const ruleId of from.rules.keys())
    if (!to.rules.has(ruleId)) changes.push({ kind: "retire_rule", ruleId });
  for (const [id, rule] of to.rules) {
    const known = from.rules.get(id);
    if (!known) changes.push({ kind: "add_rule", ruleId: newId("rule"), rule });
    else if (!isSame(known, rule)) changes.push({ kind: "change_rule", ruleId: id, rule });
  }
  for (const capability of from.capabilities.keys())
    if (!to.capabilities.has(capability)) changes.push({ kind: "remove_capability", capability });
  for (const [capability, chosen] of to.capabilities) {
    const known = from.capabilities.get(capability);
    if (!known) changes.push({ kind: "add_capability", capability, ...chosen });
    else if (!isSame(known, chosen)) changes.push({ kind: "change_capability", capability, ...chosen });
  }
  for (const assertionId of from.assertions.keys())
    if (!to.assertions.has(assertionId)) changes.push({ kind: "retire_assertion", assertionId });
  for (const [id, assertion] of to.assertions)
    if (!from.assertions.has(id))
      changes.push({ kind: "add_assertion", assertionId: newId("asrt"), assertion });
  return changes;
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}

interface WrittenTraffic {
  direction: RuleDirection;
  protocol: RuleProtocol;
  portFrom: number | null;
  portTo: number | null;
  peerKind: PeerKind;
  peer: string;
}

/** Whatever made the change, a form or a pack: what cannot be a rule gets no further. */
function mustBeTraffic(traffic: WrittenTraffic, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const { protocol, portFrom, portTo, peerKind, peer } = traffic;
  if ((protocol === "icmp") !== (portFrom === null) || (portFrom === null) !== (portTo === null))
    refuse("portFrom", "TCP and UDP have ports, and ICMP has none.");
  if (portFrom !== null && portTo !== null && portTo < portFrom)
    refuse("portTo", "These ports run backwards.");
  if (peerKind === "cidr") {
    const cidr = readCidr(peer);
    if (!cidr.ok || cidr.value.text !== peer) refuse("peer", "Write the network in its canonical form.");
  }
  if (peerKind === "fqdn") {
    const name = readFqdn(peer);
    if (!name.ok || name.value !== peer) refuse("peer", "Write the name in its canonical form.");
    if (traffic.direction === "ingress") refuse("peer", "What comes in shows its address, not its name.");
  }
}
