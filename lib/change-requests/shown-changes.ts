import "server-only";
import type { AssertionFacts, Change, ChosenCapability, RuleFacts } from "#lib/allowlist/changes.ts";
import { findVersion, PACKS, packName } from "#lib/allowlist/packs/index.ts";
import { questionsOf } from "#lib/allowlist/packs/pack.ts";
import { QUESTIONS, type QuestionId } from "#lib/allowlist/packs/questions.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import type { AddressSet, SetBook } from "#lib/allowlist/sets/book.ts";
import { subjectOf } from "./policy.ts";

/** One change as people read it. */
export interface ShownChange {
  subject: string;
  kind: Change["kind"];
  /** What it is about: "Egress tcp 443 to 203.0.113.0/24". */
  text: string;
  /** What the rule says before, where that is not the same. */
  before: string | null;
  purpose: string;
  /** What stops working without the rule, as its pack says. */
  without: string | null;
  details: { label: string; before: string | null; after: string }[];
}

/** What there is before the change, by its id. */
export interface Before {
  rules: ReadonlyMap<string, RuleFacts>;
  assertions: ReadonlyMap<string, AssertionFacts>;
  capabilities: ReadonlyMap<string, ChosenCapability>;
  /** As the deployment uses them, and for their names. */
  sets: SetBook;
  /** The versions of sets that the changes name, by their ids. */
  versions: ReadonlyMap<string, AddressSet>;
}

export function shownChange(change: Change, before: Before): ShownChange {
  const nothing = { before: null, purpose: "", without: null, details: [] };
  const shown = { subject: subjectOf(change), kind: change.kind, ...nothing };
  const { sets } = before;
  switch (change.kind) {
    case "add_rule":
      return { ...shown, ...wordsOf(change.rule, sets), details: detailsOf(null, change.rule) };
    case "change_rule": {
      const old = before.rules.get(change.ruleId) ?? null;
      const was = old && trafficText(old, sets);
      const words = wordsOf(change.rule, sets);
      return {
        ...shown,
        ...words,
        before: was === words.text ? null : was,
        details: detailsOf(old, change.rule),
      };
    }
    case "retire_rule": {
      const old = before.rules.get(change.ruleId);
      return old
        ? { ...shown, ...wordsOf(old, sets), details: detailsOf(null, old) }
        : { ...shown, text: change.ruleId };
    }
    case "use_set_version":
      return { ...shown, ...setWords(change, before) };
    case "add_assertion":
      return { ...shown, ...assertionWords(change.assertion, sets) };
    case "retire_assertion": {
      const old = before.assertions.get(change.assertionId);
      return { ...shown, ...(old ? assertionWords(old, sets) : { text: change.assertionId }) };
    }
    case "remove_capability":
      return {
        ...shown,
        text: `Capability: ${packName(change.capability)}`,
        details: answersOf(change.capability, null, before.capabilities.get(change.capability) ?? null),
      };
    default:
      return {
        ...shown,
        text: `Capability: ${packName(change.capability)}`,
        details: answersOf(change.capability, before.capabilities.get(change.capability) ?? null, change),
      };
  }
}

function setWords(
  { slug, versionId }: Extract<Change, { kind: "use_set_version" }>,
  { sets, versions }: Before,
): { text: string; details: ShownChange["details"] } {
  const [was, wanted] = [sets.get(slug), versions.get(versionId)];
  const networks = (set: { cidrs: readonly string[] }) => set.cidrs.length.toLocaleString("en");
  const name = wanted?.name ?? was?.name ?? slug;
  return {
    text: `Address set ${name}, version ${wanted?.number ?? versionId}`,
    details: wanted
      ? [{ label: "Networks", before: was ? networks(was) : null, after: networks(wanted) }]
      : [],
  };
}

/** The version of its pack and what the site answered; of a capability that changes only what does. */
function answersOf(
  capability: string,
  before: ChosenCapability | null,
  after: ChosenCapability | null,
): ShownChange["details"] {
  const lines = (chosen: ChosenCapability | null): ReadonlyMap<string, string> =>
    new Map(
      chosen === null
        ? []
        : [
            ["Version", String(chosen.packVersion)],
            ...asked(capability, chosen).map(
              ([label, values]) => [label, values.join(", ") || "None"] as const,
            ),
          ],
    );
  const [was, is] = [lines(before), lines(after)];
  return [...is].flatMap(([label, text]) => {
    const old = was.get(label) ?? null;
    return old === text || (old === null && text === "None") ? [] : [{ label, before: old, after: text }];
  });
}

function asked(
  capability: string,
  { packVersion, answers }: ChosenCapability,
): [string, readonly string[]][] {
  const known = findVersion(capability, packVersion);
  const ids = known ? questionsOf(known) : (Object.keys(answers) as QuestionId[]);
  return ids.map((id) => [QUESTIONS[id]?.label ?? id, answers[id] ?? []]);
}

function wordsOf(rule: RuleFacts, sets: SetBook) {
  return { text: trafficText(rule, sets), purpose: rule.purpose, without: whyNeeded(rule) };
}

/** As the pack says that brought the rule; null for rules of people, and for what the pack no longer says. */
function whyNeeded({ pack, packVersion, purpose }: RuleFacts): string | null {
  const version = PACKS.find(({ id }) => id === pack)?.versions.find(({ number }) => number === packVersion);
  return version?.rules.find((rule) => rule.purpose === purpose)?.without ?? null;
}

function assertionWords({ must, reason, ...traffic }: AssertionFacts, sets: SetBook) {
  return { text: `Must ${must}: ${trafficText(traffic, sets)}`, purpose: reason };
}

const DETAILS = [
  ["Purpose", ({ purpose }) => purpose],
  ["Expires", ({ expiresAt }) => (expiresAt ? `${expiresAt.slice(0, 16).replace("T", " ")} UTC` : "Never")],
  ["Owner", ({ ownerName }) => ownerName || "Nobody"],
  ["Ticket", ({ ticket }) => ticket || "None"],
  ["Names", ({ hosts }) => hosts.join(", ") || "None"],
] as const satisfies readonly (readonly [string, (rule: RuleFacts) => string])[];

/** Of a rule that changes only what does; of another only what is worth saying. */
function detailsOf(before: RuleFacts | null, after: RuleFacts): ShownChange["details"] {
  return DETAILS.flatMap(([label, read]) => {
    const [was, is] = [before && read(before), read(after)];
    if (before) return was === is ? [] : [{ label, before: was, after: is }];
    return label === "Purpose" || ["Nobody", "None", "Never"].includes(is)
      ? []
      : [{ label, before: null, after: is }];
  });
}
