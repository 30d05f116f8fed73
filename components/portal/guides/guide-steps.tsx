"use client";

import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { Guide, GuideStep } from "#lib/guides/schema.ts";
import { filled, type GuideValues } from "#lib/guides/shape.ts";
import { AttributesTable } from "./attributes-table.tsx";
import { Code } from "./code.tsx";
import { Drawing } from "./drawing.tsx";
import { FieldsTable } from "./fields-table.tsx";
import { Marked } from "./marked.tsx";

interface GuideStepsProps {
  guide: Guide;
  values: GuideValues;
  /** Only these, by their ids; the numbers stay those of the whole guide. */
  only?: readonly string[];
}

/** What to do in the product, step by step. */
export function GuideSteps({ guide, values, only }: GuideStepsProps) {
  return (
    <ol className="grid gap-8 print:block">
      {guide.steps.map(
        (step, at) =>
          (!only || only.includes(step.id)) && (
            <Step key={step.id} step={step} number={at + 1} values={values} />
          ),
      )}
    </ol>
  );
}

function Step({ step, number, values }: { step: GuideStep; number: number; values: GuideValues }) {
  const say = useTexts("guides");
  return (
    <li id={`step-${step.id}`} className="grid min-w-0 scroll-mt-16 gap-3 print:mb-8 print:block">
      <h3 className="flex items-center gap-3 break-after-avoid font-semibold text-base print:mb-3">
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-content-center rounded-full bg-solid text-on-solid text-xs print:border print:border-current print:bg-transparent print:text-ink"
        >
          {number}
        </span>
        <span>
          <span className="sr-only">{say("step", { number })}</span> {step.title}
        </span>
      </h3>
      <div className="grid min-w-0 gap-3 sm:pl-9 print:block print:pl-9 print:[&>*+*]:mt-3">
        <Path path={step.path.map((entry) => filled(entry, values))} />
        {step.say.map((sentence) => (
          <p key={sentence} className="max-w-prose text-sm leading-relaxed">
            <Marked text={sentence} values={values} />
          </p>
        ))}
        {step.drawing && <Drawing drawing={step.drawing} fields={step.fields} values={values} />}
        {step.fields.length > 0 && <FieldsTable fields={step.fields} values={values} />}
        {step.attributes && <AttributesTable attributes={step.attributes} values={values} />}
        {step.code.map((code) => (
          <Code key={code.label} code={code} values={values} />
        ))}
        {step.warning && (
          <Callout tone="caution" title={say("warning")}>
            <Marked text={step.warning} values={values} />
          </Callout>
        )}
      </div>
    </li>
  );
}

/** The way through the menus. */
function Path({ path }: { path: readonly string[] }) {
  const say = useTexts("guides");
  if (path.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-1 gap-y-1 text-sm print:break-after-avoid">
      <span className="text-muted">{say("path")}</span>
      {path.map((entry, at) => (
        <Fragment key={at}>
          {at > 0 && <ChevronRight aria-label="→" role="img" className="size-3.5 text-faint" />}
          <span className="rounded-sm border border-line-strong px-1.5 py-0.5 font-medium text-xs">
            {entry}
          </span>
        </Fragment>
      ))}
    </p>
  );
}
