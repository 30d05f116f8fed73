"use client";

import { Check } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { type KeyboardEvent, type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { cx } from "./cx.ts";
import { itemFor } from "./menu-keys.ts";

interface DropdownMenuProps {
  /** A button. */
  trigger: ReactNode;
  align?: "start" | "end";
  className?: string;
  children: ReactNode;
}

/**
 * A list of things to do or places to go, opened by a button. It is a popover of the browser, placed beside the
 * button by CSS: no script measures anything, and a press elsewhere or Escape closes it.
 */
export function DropdownMenu({ trigger, align = "end", className, children }: DropdownMenuProps) {
  const wrapper = useRef<HTMLSpanElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const button = wrapper.current?.querySelector("button");
    if (!button || button.popoverTargetElement === menu.current) return;
    button.popoverTargetElement = menu.current;
    button.setAttribute("aria-haspopup", "menu");
  });
  return (
    <>
      <span ref={wrapper} className="contents">
        {trigger}
      </span>
      <div
        ref={menu}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-orientation="vertical"
        onBeforeToggle={(event) => {
          // Its items must be there before it is measured and shown.
          if (event.newState === "open") flushSync(() => setOpen(true));
        }}
        onToggle={(event) => {
          if (event.newState === "closed") setOpen(false);
          else event.currentTarget.focus();
        }}
        onKeyDown={walk}
        className={cx(
          "menu min-w-44 max-w-xs animate-rise overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 text-ink shadow-raised outline-none",
          align === "end" ? "menu-end" : "menu-start",
          className,
        )}
      >
        {open && children}
      </div>
    </>
  );
}

const itemClass =
  "flex min-h-7.5 w-full select-none items-center gap-2 rounded-sm px-2 py-1 text-left text-sm outline-none hover:bg-hover focus:bg-hover aria-disabled:cursor-default aria-disabled:bg-transparent aria-disabled:text-faint [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint";

interface MenuItemProps {
  /** Goes somewhere … */
  href?: string;
  /** … or does something. */
  onSelect?: () => void;
  icon?: ReactNode;
  tone?: "neutral" | "danger";
  disabled?: boolean;
  /** Shown at the right: a shortcut or a count. */
  trail?: ReactNode;
  children: ReactNode;
}

export function MenuItem({ href, onSelect, icon, tone, disabled = false, trail, children }: MenuItemProps) {
  const look = cx(itemClass, tone === "danger" && !disabled && "text-negative [&_svg]:text-negative!");
  const inside = (
    <>
      {icon}
      <span className="flex-1 truncate">{children}</span>
      {trail && <span className="text-faint text-xs">{trail}</span>}
    </>
  );
  if (href !== undefined && !disabled) {
    return (
      <Link href={href as Route} role="menuitem" tabIndex={-1} onClick={closeMenu} className={look}>
        {inside}
      </Link>
    );
  }
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      onClick={(event) => {
        if (disabled) return;
        closeMenu(event);
        onSelect?.();
      }}
      className={look}
    >
      {inside}
    </button>
  );
}

interface MenuCheckProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  children: ReactNode;
}

/** One of several that may be on; the menu stays open. */
export function MenuCheck({ checked, onCheckedChange, children }: MenuCheckProps) {
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={checked}
      tabIndex={-1}
      onClick={() => onCheckedChange(!checked)}
      className={itemClass}
    >
      <span
        className={cx(
          "grid size-4 shrink-0 place-content-center rounded-sm border",
          checked ? "border-accent-solid bg-accent-solid" : "border-control",
        )}
      >
        {checked && <Check aria-hidden strokeWidth={3} className="size-3! text-on-accent!" />}
      </span>
      <span className="flex-1 truncate">{children}</span>
    </button>
  );
}

interface MenuRadioProps {
  /** What is chosen among: "Theme". */
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: ReactNode; icon?: ReactNode }[];
}

/** Exactly one of a few. */
export function MenuRadio({ label, value, onValueChange, options }: MenuRadioProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: inside a menu a group is this, not a field set
    <div role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          aria-checked={option.value === value}
          tabIndex={-1}
          onClick={(event) => {
            closeMenu(event);
            onValueChange(option.value);
          }}
          className={itemClass}
        >
          {option.icon}
          <span className="flex-1 truncate">{option.label}</span>
          {option.value === value && <Check aria-hidden className="text-accent!" />}
        </button>
      ))}
    </div>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <div role="presentation" className="px-2 py-1 font-medium text-faint text-xs">
      {children}
    </div>
  );
}

export function MenuSeparator() {
  return <hr className="-mx-1 my-1 border-line" />;
}

function closeMenu(event: SyntheticEvent<HTMLElement>): void {
  event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
}

/** Arrow keys, Home, End and first letters go through the items; Tab leaves the menu. */
function walk(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key === "Tab") event.currentTarget.hidePopover();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = itemFor(
    event.key,
    at,
    items.map((item) => item.textContent ?? ""),
  );
  if (next === null) return;
  event.preventDefault();
  items[next]?.focus();
}
