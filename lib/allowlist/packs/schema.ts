import { z } from "zod";
import { DeploymentId } from "#lib/deployments/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { readPorts } from "#lib/shared/ports.ts";
import type { Reading } from "#lib/shared/reading.ts";
import { readPeer } from "../shape.ts";
import { PACKS } from "./index.ts";
import { isName, type PackAnswers, QUESTIONS, type Question, type QuestionId } from "./questions.ts";

const ANSWERS_MAX = 20;

const Capability = z.enum(
  PACKS.map(({ id }) => id),
  "There is no such capability.",
);

const Line = (maxLength: number) =>
  z.string().trim().max(maxLength, `Keep this under ${maxLength} characters.`).default("");

/** One answer as it is typed: several between commas or blanks. Gives canonical texts, each once. */
function answer(question: Question) {
  return z
    .string()
    .default("")
    .transform((text, context) => {
      const words = text.split(/[\s,;]+/).filter(Boolean);
      const refuse = (message: string) => context.addIssue({ code: "custom", message });
      if (words.length > ANSWERS_MAX) {
        refuse(`Name at most ${ANSWERS_MAX}. Open more with rules of their own.`);
        return z.NEVER;
      }
      const readings = words.map((word) => readAnswer(question, word));
      const wrong = readings.find((reading) => !reading.ok);
      if (wrong) {
        refuse(wrong.problem);
        return z.NEVER;
      }
      return [...new Set(readings.flatMap((reading) => (reading.ok ? [reading.value] : [])))];
    });
}

function readAnswer({ takes }: Question, word: string): Reading<string> {
  if (takes === "ports") {
    const ports = readPorts(word);
    return ports.ok ? { ok: true, value: word } : ports;
  }
  const isNamed = takes === "names" || (takes === "peers" && isName(word));
  return readPeer(isNamed ? "fqdn" : "cidr", word);
}

const Answers = Object.fromEntries(
  Object.entries(QUESTIONS).map(([id, question]) => [id, answer(question)]),
) as Record<QuestionId, ReturnType<typeof answer>>;

/** Capabilities to tick, or to answer for anew, and what the site says to all that their packs ask. */
export const TickInput = z
  .strictObject({
    deploymentId: DeploymentId,
    capabilities: z
      .array(Capability)
      .max(PACKS.length)
      .default([])
      .refine((chosen) => chosen.length > 0, "Choose a capability."),
    ownerName: Line(120),
    ticket: Line(120),
    ...Answers,
  })
  .transform(({ deploymentId, capabilities, ownerName, ticket, ...answers }) => {
    const said = Object.entries(answers).filter(([, texts]) => texts.length > 0);
    return {
      deploymentId,
      capabilities,
      ownerName,
      ticket,
      answers: Object.fromEntries(said) as PackAnswers,
    };
  });
export type TickInput = z.output<typeof TickInput>;

export const UntickInput = z.strictObject({
  deploymentId: DeploymentId,
  capability: z.string().min(1).max(60),
});
export type UntickInput = z.output<typeof UntickInput>;

/** Which deployments have a capability. */
export const PACK_USE_LIST = {
  sorts: ["deployment", "customer", "version", "changed"],
  filters: ["version", "mode"],
} as const satisfies ListSpec<string, string>;
export type PackUseListQuery = ListQuery<
  (typeof PACK_USE_LIST.sorts)[number],
  (typeof PACK_USE_LIST.filters)[number]
>;
