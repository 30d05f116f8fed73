"use client";

import type { ComponentProps } from "react";
import { controlClass } from "./control-class.ts";
import { cx } from "./cx.ts";
import { useControl } from "./field.tsx";

export function Textarea({ mono, className, ...rest }: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      rows={4}
      {...rest}
      {...useControl(rest)}
      className={cx(
        controlClass,
        "field-sizing-content min-h-16 px-2.5 py-1.5",
        mono && "font-mono",
        className,
      )}
    />
  );
}
