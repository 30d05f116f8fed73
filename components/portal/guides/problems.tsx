"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { Guide, GuideProblem } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { Marked } from "./marked.tsx";

interface ProblemsProps {
  guide: Guide;
  /** Of the guide's: all, or those that a failed check points to (`problemsOf`). */
  problems: readonly GuideProblem[];
  values: GuideValues;
  /** The page that shows the steps, "" where it is this one; null: none may be led to. */
  stepsAt: string | null;
}

/** What commonly goes wrong, why, and what helps. */
export function Problems({ guide, problems, values, stepsAt }: ProblemsProps) {
  const say = useTexts("guides");
  return (
    <ul className="grid gap-4 print:block">
      {problems.map(({ symptom, cause, mend, step }) => {
        const number = guide.steps.findIndex(({ id }) => id === step) + 1;
        return (
          <li key={symptom} className="grid break-inside-avoid gap-1 text-sm leading-relaxed print:mb-4">
            <p className="font-medium">
              <Marked text={symptom} values={values} />
            </p>
            <p className="max-w-prose text-muted">
              <Marked text={cause} values={values} />
            </p>
            <p className="max-w-prose">
              <b className="font-semibold">{say("mend")}</b> <Marked text={mend} values={values} />{" "}
              {number > 0 && stepsAt !== null && (
                <a href={`${stepsAt}#step-${step}`} className="text-accent underline underline-offset-2">
                  {say("toStep", { number })}
                </a>
              )}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
