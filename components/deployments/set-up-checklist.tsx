import { ArrowRight, Check } from "lucide-react";
import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import type { SetUpStep } from "#lib/deployments/policy.ts";

export type LinkedStep = SetUpStep & { href: string };

/** What is done, and the next thing to do, with its button. */
export function SetUpChecklist({ steps }: { steps: readonly LinkedStep[] }) {
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <Card title="Set-up" description={next ? `${done} of ${steps.length} done` : "Everything is done."} flush>
      <ol>
        {steps.map((step) => (
          <li
            key={step.id}
            aria-current={step === next ? "step" : undefined}
            className="flex items-start gap-3 border-line border-b px-4 py-2 last:border-0"
          >
            <span
              className={cx(
                "mt-0.5 grid size-4 shrink-0 place-content-center rounded-full",
                step.done ? "bg-positive-soft text-positive" : "border border-control",
              )}
            >
              {step.done && <Check aria-hidden className="size-3" strokeWidth={3} />}
            </span>
            <div className="min-w-0 flex-1">
              <p className={cx(step.done ? "text-muted" : step === next && "font-medium")}>
                {step.title}
                <span className="sr-only">{step.done ? " (done)" : " (to do)"}</span>
              </p>
              {step === next && <p className="text-muted text-xs">{step.detail}</p>}
            </div>
            {step === next && (
              <LinkButton size="sm" variant="primary" href={step.href as Route} icon={<ArrowRight />}>
                Do this next
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
