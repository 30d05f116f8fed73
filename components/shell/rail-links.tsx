"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { cx } from "../ui/cx.ts";
import { isHere, type NavItem } from "./nav-item.ts";

export interface RailLinksProps {
  items: readonly NavItem[];
  /** Each place's icon, drawn on the server: no page loads them. */
  icons: Readonly<Partial<Record<NavItem["icon"], ReactNode>>>;
  /** In the sheet of a phone: choosing closes it. */
  onChoose?: () => void;
}

/** The places of the console, the current one marked. In a collapsed rail only the icons are left, and their titles. */
export function RailLinks({ items, icons, onChoose }: RailLinksProps) {
  const path = usePathname();
  return (
    <ul className="grid gap-0.5">
      {items.map((item) => {
        const here = isHere(item.href, path);
        return (
          <li key={item.href}>
            <Link
              href={item.href as Route}
              title={item.label}
              aria-current={here ? "page" : undefined}
              onClick={onChoose}
              className={cx(
                "flex h-8 items-center gap-2.5 rounded-md px-2 font-medium text-sm transition-colors duration-100 -outline-offset-2",
                here ? "bg-pressed text-ink" : "text-muted hover:bg-hover hover:text-ink",
              )}
            >
              {icons[item.icon]}
              <span className="truncate md:group-data-[rail=narrow]/frame:sr-only">{item.label}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
