import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

/** The name of a control. Inside a `Field` it comes by itself. */
export function Label({ className, ...rest }: ComponentProps<"label">) {
  // biome-ignore lint/a11y/noLabelWithoutControl: whoever uses it says which control, by htmlFor or by nesting
  return <label {...rest} className={cx("font-medium text-ink text-sm", className)} />;
}
