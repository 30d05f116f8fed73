import { CircleCheck, CircleDashed } from "lucide-react";
import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { FirstStep } from "#lib/overview/policy.ts";

/** What to do in a new console; the next step carries the primary button. */
export function FirstSteps({ steps }: { steps: readonly FirstStep[] }) {
  const next = steps.findIndex((step) => !step.done);
  return (
    <Card title="First steps" flush>
      <ol>
        {steps.map((step, index) => (
          <li
            key={step.title}
            className="flex min-h-14 items-center gap-3 border-line border-b px-4 py-2 last:border-0"
          >
            {step.done ? (
              <CircleCheck aria-hidden className="size-4 shrink-0 text-positive" />
            ) : (
              <CircleDashed aria-hidden className="size-4 shrink-0 text-faint" />
            )}
            <div className="grid min-w-0 flex-1">
              <span className="font-medium text-sm">
                {step.title}
                {step.done && <span className="sr-only"> (done)</span>}
              </span>
              <span className="text-muted text-xs">{step.detail}</span>
            </div>
            {!step.done && (
              <LinkButton
                href={step.href as Route}
                size="sm"
                variant={index === next ? "primary" : "secondary"}
              >
                {step.verb}
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
