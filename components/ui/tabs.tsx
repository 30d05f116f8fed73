"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { currentTab } from "./current-tab.ts";
import { cx } from "./cx.ts";

export interface Tab {
  href: string;
  label: string;
  /** A small number beside the words. */
  count?: number;
  /** Marks the tab that needs a look; say why in words. */
  alert?: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  /** Parts of a part: smaller, below the tabs of the whole. */
  quiet?: boolean;
}

/** The parts of one object, each at its own URL. The tab with the longest matching path is the current one. */
export function Tabs({ label, tabs, quiet = false }: TabsProps) {
  const current = currentTab(usePathname(), tabs);
  const bar = useRef<HTMLElement>(null);
  // On a phone the current tab may lie beyond the edge.
  useEffect(() => {
    const here = bar.current?.querySelector<HTMLElement>(`a[href="${CSS.escape(current ?? "")}"]`);
    if (here && bar.current)
      bar.current.scrollLeft = here.offsetLeft - (bar.current.clientWidth - here.offsetWidth) / 2;
  }, [current]);
  return (
    <nav
      ref={bar}
      aria-label={label}
      className={cx(
        "relative overflow-x-auto [scrollbar-width:none] print:hidden",
        !quiet && "-mb-px border-line border-b",
      )}
    >
      <ul className={cx("flex min-w-max", quiet ? "gap-1" : "gap-5")}>
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href as Route}
              aria-current={tab.href === current ? "page" : undefined}
              className={(quiet ? quietLook : look)(tab.href === current)}
            >
              {tab.label}
              {tab.count !== undefined && (
                <span className="rounded-sm bg-hover px-1 text-2xs text-muted tabular-nums">{tab.count}</span>
              )}
              {tab.alert}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function look(current: boolean): string {
  return cx(
    "-mb-px flex h-9 items-center gap-1.5 border-b-2 font-medium text-sm transition-colors -outline-offset-2",
    current ? "border-ink text-ink" : "border-transparent text-muted hover:border-line-strong hover:text-ink",
  );
}

function quietLook(current: boolean): string {
  return cx(
    "flex h-7 items-center gap-1.5 rounded-md px-2.5 text-sm transition-colors -outline-offset-2",
    current ? "bg-hover font-medium text-ink" : "text-muted hover:bg-hover hover:text-ink",
  );
}
