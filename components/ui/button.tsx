import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Spinner } from "./spinner.tsx";

interface Look {
  variant?: "primary" | "secondary" | "ghost" | "danger";
  size?: "sm" | "md";
  /** An icon before the words. With no children the button is square: give it an `aria-label`. */
  icon?: ReactNode;
}

const VARIANTS = {
  primary: "bg-solid text-on-solid shadow-control hover:bg-solid-hover active:bg-solid-hover",
  secondary: "border border-line-strong bg-surface text-ink shadow-control hover:bg-hover active:bg-pressed",
  ghost:
    "text-muted hover:bg-hover hover:text-ink active:bg-pressed data-[state=open]:bg-hover data-[state=open]:text-ink",
  danger: "bg-negative-solid text-on-accent shadow-control hover:bg-negative-solid-hover",
};

/** The classes of a button, for the rare element that must look like one. */
export function buttonClass({ variant = "secondary", size = "md" }: Look, hasWords: boolean): string {
  return cx(
    "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium text-sm",
    "transition-[background-color,border-color,color] duration-100 disabled:pointer-events-none disabled:opacity-50",
    "[&_svg]:size-4 [&_svg]:shrink-0",
    size === "sm" ? (hasWords ? "h-7 px-2.5" : "size-7") : hasWords ? "h-8 px-3" : "size-8",
    VARIANTS[variant],
  );
}

export type ButtonProps = Look & ComponentProps<"button"> & { pending?: boolean };

/** A button. `pending` keeps its width and place, shows that it works, and refuses a second press. */
export function Button({ variant, size, icon, pending = false, className, children, ...rest }: ButtonProps) {
  const hasWords = children !== undefined && children !== null;
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || pending}
      aria-busy={pending || undefined}
      className={cx(buttonClass({ variant, size }, hasWords), className)}
    >
      {pending ? <Spinner /> : icon}
      {children}
    </button>
  );
}

type LinkButtonProps = Look & ComponentProps<typeof Link>;

/** A link that looks like a button: for what goes somewhere rather than does something. */
export function LinkButton({ variant, size, icon, className, children, ...rest }: LinkButtonProps) {
  const hasWords = children !== undefined && children !== null;
  return (
    <Link {...rest} className={cx(buttonClass({ variant, size }, hasWords), className)}>
      {icon}
      {children}
    </Link>
  );
}
