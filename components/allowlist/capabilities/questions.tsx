"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { QUESTIONS, type QuestionId } from "#lib/allowlist/packs/questions.ts";

interface QuestionsProps {
  ids: readonly QuestionId[];
  answers: Readonly<Record<string, string>>;
  onAnswer: (id: QuestionId, text: string) => void;
}

/** What only the site knows, one line each; several answers stand between commas or blanks. */
export function Questions({ ids, answers, onAnswer }: QuestionsProps) {
  return ids.map((id) => (
    <Field key={id} label={QUESTIONS[id].label} name={id} hint={QUESTIONS[id].hint} optional>
      <Input
        mono
        autoComplete="off"
        spellCheck={false}
        value={answers[id] ?? ""}
        onChange={(event) => onAnswer(id, event.currentTarget.value)}
      />
    </Field>
  ));
}
