"use client";

import { Check } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import * as Radix from "radix-ui/dropdown-menu";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

interface DropdownMenuProps {
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
  children: ReactNode;
}

/** A list of things to do or places to go, opened by a button. */
export function DropdownMenu({ trigger, align = "end", side, className, children }: DropdownMenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 max-w-xs animate-rise overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-raised",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const itemClass =
  "flex min-h-7.5 select-none items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none data-disabled:pointer-events-none data-highlighted:bg-hover data-disabled:text-faint [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint";

interface MenuItemProps {
  /** Goes somewhere … */
  href?: string;
  /** … or does something. */
  onSelect?: (event: Event) => void;
  icon?: ReactNode;
  tone?: "neutral" | "danger";
  disabled?: boolean;
  /** Shown at the right: a shortcut or a count. */
  trail?: ReactNode;
  children: ReactNode;
}

export function MenuItem({ href, onSelect, icon, tone, disabled, trail, children }: MenuItemProps) {
  const look = cx(itemClass, tone === "danger" && "text-negative [&_svg]:text-negative!");
  const inside = (
    <>
      {icon}
      <span className="flex-1 truncate">{children}</span>
      {trail && <span className="text-faint text-xs">{trail}</span>}
    </>
  );
  return (
    <Radix.Item asChild={href !== undefined} disabled={disabled} onSelect={onSelect} className={look}>
      {href === undefined ? inside : <Link href={href as Route}>{inside}</Link>}
    </Radix.Item>
  );
}

interface MenuCheckProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  children: ReactNode;
}

/** One of several that may be on; the menu stays open. */
export function MenuCheck({ checked, onCheckedChange, disabled, children }: MenuCheckProps) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      disabled={disabled}
      onCheckedChange={onCheckedChange}
      onSelect={(event) => event.preventDefault()}
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
    </Radix.CheckboxItem>
  );
}

interface MenuRadioProps {
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: ReactNode; icon?: ReactNode }[];
}

/** Exactly one of a few. */
export function MenuRadio({ value, onValueChange, options }: MenuRadioProps) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onValueChange}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={itemClass}>
          {option.icon}
          <span className="flex-1 truncate">{option.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden className="text-accent!" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 py-1 font-medium text-faint text-xs">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
