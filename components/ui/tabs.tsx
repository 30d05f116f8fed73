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

/** The parts of one object, each at its own URL. The tab with the longest matching path is the current one. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
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
      className="-mb-px relative overflow-x-auto border-line border-b [scrollbar-width:none] print:hidden"
    >
      <ul className="flex min-w-max gap-5">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href as Route}
              aria-current={tab.href === current ? "page" : undefined}
              className={cx(
                "-mb-px flex h-9 items-center gap-1.5 border-b-2 font-medium text-sm transition-colors -outline-offset-2",
                tab.href === current
                  ? "border-ink text-ink"
                  : "border-transparent text-muted hover:border-line-strong hover:text-ink",
              )}
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
