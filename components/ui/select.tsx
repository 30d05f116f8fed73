"use client";

import { ChevronsUpDown } from "lucide-react";
import type { ComponentProps } from "react";
import { controlClass } from "./control-class.ts";
import { cx } from "./cx.ts";
import { useControl } from "./field.tsx";

export interface Option {
  value: string;
  label: string;
  disabled?: boolean;
}

export interface OptionGroup {
  label: string;
  options: readonly Option[];
}

export interface SelectProps extends ComponentProps<"select"> {
  options: readonly (Option | OptionGroup)[];
  /** Shown while nothing is chosen; choosing it again is not offered. */
  placeholder?: string;
}

/** The platform's own select: it works without script and is at home on a phone. */
export function Select({ options, placeholder, className, ...rest }: SelectProps) {
  const unset = placeholder !== undefined && rest.value === undefined && rest.defaultValue === undefined;
  return (
    <span className={cx("relative block", className)}>
      <select
        {...rest}
        {...(unset ? { defaultValue: "" } : {})}
        {...useControl(rest)}
        className={cx(controlClass, "select flex h-8 appearance-none items-center pr-8 pl-2.5")}
      >
        {placeholder !== undefined && (
          <option value="" disabled hidden>
            {placeholder}
          </option>
        )}
        {options.map((each) =>
          "options" in each ? (
            <optgroup key={each.label} label={each.label}>
              {each.options.map(choice)}
            </optgroup>
          ) : (
            choice(each)
          ),
        )}
      </select>
      <ChevronsUpDown
        aria-hidden
        className="pointer-events-none absolute top-2 right-2.5 size-4 text-faint"
      />
    </span>
  );
}

const choice = ({ value, label, disabled }: Option) => (
  <option key={value} value={value} disabled={disabled}>
    {label}
  </option>
);
