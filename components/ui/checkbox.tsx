"use client";

import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { useControl } from "./field.tsx";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  hint?: ReactNode;
}

/** A tick box with its words; the words are part of what can be pressed. */
export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  const { id: _id, ...control } = useControl(rest);
  return (
    <label className={cx("flex items-start gap-2.5", className)}>
      <input
        {...rest}
        {...control}
        type="checkbox"
        className={cx(
          "peer mt-0.5 grid size-4 shrink-0 appearance-none place-content-center rounded-sm border border-control bg-surface",
          "checked:border-accent-solid checked:bg-accent-solid hover:border-muted disabled:opacity-50",
          "before:hidden before:h-2 before:w-1 before:-translate-y-px before:rotate-45 before:border-on-accent before:border-r-2 before:border-b-2 checked:before:block",
        )}
      />
      <span className="grid gap-0.5 text-sm">
        {label}
        {hint && <span className="text-muted text-xs">{hint}</span>}
      </span>
    </label>
  );
}
