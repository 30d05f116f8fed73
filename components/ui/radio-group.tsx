"use client";

import { type ReactNode, useId } from "react";
import { cx } from "./cx.ts";
import { useControl } from "./field.tsx";

interface Choice {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

interface RadioGroupProps {
  name?: string;
  options: readonly Choice[];
  defaultValue?: string;
  value?: string;
  onValueChange?: (value: string) => void;
  /** `cards`: each choice in its own frame, for choices that need explaining. */
  look?: "list" | "cards";
  required?: boolean;
  "aria-label"?: string;
  className?: string;
}

/** One of a few choices, all in sight. The browser's own radio buttons: arrow keys and forms work by themselves. */
export function RadioGroup({ name, options, look = "list", className, ...rest }: RadioGroupProps) {
  const fallback = useId();
  const control = useControl({ name });
  const cards = look === "cards";
  return (
    <div
      role="radiogroup"
      id={control.id}
      aria-label={rest["aria-label"]}
      aria-describedby={control["aria-describedby"]}
      className={cx("grid", cards ? "gap-2" : "gap-2.5", className)}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            "flex items-start gap-2.5",
            cards &&
              "rounded-lg border border-line-strong bg-surface p-3 transition-colors hover:bg-hover has-checked:border-accent-solid has-checked:bg-accent-soft has-disabled:opacity-60",
          )}
        >
          <input
            type="radio"
            name={control.name ?? fallback}
            value={option.value}
            disabled={option.disabled}
            required={rest.required ?? control.required}
            defaultChecked={rest.value === undefined ? rest.defaultValue === option.value : undefined}
            checked={rest.value === undefined ? undefined : rest.value === option.value}
            onChange={() => rest.onValueChange?.(option.value)}
            className={cx(
              "mt-0.5 grid size-4 shrink-0 appearance-none place-content-center rounded-full border border-control bg-surface",
              "before:size-1.5 before:rounded-full before:bg-transparent checked:border-accent-solid checked:bg-accent-solid checked:before:bg-on-accent hover:border-muted",
            )}
          />
          <span className="grid gap-0.5 text-sm">
            <span className={cx(cards && "font-medium")}>{option.label}</span>
            {option.hint && <span className="text-muted text-xs">{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}
