"use client";

import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { useControl } from "./field.tsx";

export interface SwitchProps extends Omit<ComponentProps<"input">, "type" | "role"> {
  label: ReactNode;
  hint?: ReactNode;
}

/** On or off, in force at once. In a form that is sent later, use a checkbox. */
export function Switch({ label, hint, className, ...rest }: SwitchProps) {
  const { id: _id, ...control } = useControl(rest);
  return (
    <label className={cx("flex items-start justify-between gap-4", className)}>
      <span className="grid gap-0.5 text-sm">
        {label}
        {hint && <span className="text-muted text-xs">{hint}</span>}
      </span>
      <input
        {...rest}
        {...control}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox says itself whether it is checked
        role="switch"
        className={cx(
          "relative mt-0.5 h-4.5 w-8 shrink-0 appearance-none rounded-full bg-control transition-colors duration-150 checked:bg-accent-solid disabled:opacity-50",
          "before:absolute before:top-0.5 before:left-0.5 before:size-3.5 before:rounded-full before:bg-on-accent before:shadow-control before:transition-transform before:duration-150 checked:before:translate-x-3.5",
        )}
      />
    </label>
  );
}
