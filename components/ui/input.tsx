"use client";

import type { ComponentProps, ReactNode } from "react";
import { controlClass } from "./control-class.ts";
import { cx } from "./cx.ts";
import { useControl } from "./field.tsx";

export interface InputProps extends ComponentProps<"input"> {
  /** For ids, addresses, keys: what people compare letter by letter. */
  mono?: boolean;
  /** Stands inside the control, before the text: an icon or a fixed part such as "https://". */
  prefix?: never;
  lead?: ReactNode;
  /** Stands inside the control, after the text: a unit or a small button. */
  trail?: ReactNode;
}

export function Input({ mono, lead, trail, className, ...rest }: InputProps) {
  const control = useControl(rest);
  const look = cx(controlClass, "h-8 px-2.5", mono && "font-mono", lead && "pl-8", trail && "pr-9");
  if (!lead && !trail) return <input {...rest} {...control} className={cx(look, className)} />;
  return (
    <span className={cx("relative block", className)}>
      {lead && (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint [&_svg]:size-4">
          {lead}
        </span>
      )}
      <input {...rest} {...control} className={look} />
      {trail && (
        <span className="absolute inset-y-0 right-1 flex items-center text-faint text-xs">{trail}</span>
      )}
    </span>
  );
}
