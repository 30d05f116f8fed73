import { Check } from "lucide-react";
import { cx } from "./cx.ts";

interface StepperProps {
  /** What the steps lead to, for screen readers. */
  label: string;
  steps: readonly string[];
  /** The index of the step at hand. */
  current: number;
}

/** Where one is in a task of several steps. */
export function Stepper({ label, steps, current }: StepperProps) {
  return (
    <ol aria-label={label} className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === current ? "step" : undefined}
          className={cx(
            "flex items-center gap-2 text-sm",
            "not-last:after:ml-1 not-last:after:h-px not-last:after:w-6 not-last:after:bg-line-strong",
            index === current ? "font-medium text-ink" : "text-muted",
          )}
        >
          <span
            className={cx(
              "grid size-5 shrink-0 place-content-center rounded-full font-medium text-2xs tabular-nums",
              index < current && "bg-positive-soft text-positive",
              index === current && "bg-solid text-on-solid",
              index > current && "border border-line-strong text-muted",
            )}
          >
            {index < current ? <Check aria-hidden className="size-3" strokeWidth={3} /> : index + 1}
          </span>
          {step}
          {index < current && <span className="sr-only">(done)</span>}
        </li>
      ))}
    </ol>
  );
}
