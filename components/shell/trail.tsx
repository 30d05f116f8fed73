"use client";

import { ChevronsUpDown } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { type Crumb, readCrumbs, watchCrumbs } from "../ui/breadcrumb-store.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { DropdownMenu, MenuItem } from "../ui/dropdown-menu.tsx";
import { isHere, type NavItem } from "./nav-item.ts";

const NONE: readonly Crumb[] = [];

/** Where this page is. The section is known from the path; what is below it the page says with `Breadcrumb`. */
export function Trail({ items }: { items: readonly NavItem[] }) {
  const path = usePathname();
  const said = useSyncExternalStore(watchCrumbs, readCrumbs, () => NONE);
  const section = items.find((item) => isHere(item.href, path));
  const crumbs: readonly Crumb[] = said.length > 0 ? said : section ? [section] : NONE;
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center text-sm">
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            <li
              key={`${crumb.href}${crumb.label}`}
              className={cx("flex min-w-0 items-center", !last && "max-sm:hidden")}
            >
              {index > 0 && (
                <span aria-hidden className="px-1.5 text-faint max-sm:hidden">
                  /
                </span>
              )}
              <CrumbName crumb={crumb} last={last} />
              {crumb.switchTo && crumb.switchTo.length > 0 && <Switcher crumb={crumb} />}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function CrumbName({ crumb, last }: { crumb: Crumb; last: boolean }) {
  if (last || !crumb.href) {
    return (
      <span
        aria-current={last ? "page" : undefined}
        className={cx("truncate", last ? "font-medium" : "text-muted")}
      >
        {crumb.label}
      </span>
    );
  }
  return (
    <Link href={crumb.href as Route} className="truncate rounded-sm text-muted hover:text-ink">
      {crumb.label}
    </Link>
  );
}

function Switcher({ crumb }: { crumb: Crumb }) {
  return (
    <DropdownMenu
      align="start"
      trigger={
        <Button
          variant="ghost"
          size="sm"
          icon={<ChevronsUpDown className="size-3.5!" />}
          aria-label={`Switch from ${crumb.label}`}
          className="ml-0.5 size-6!"
        />
      }
    >
      {crumb.switchTo?.map((other) => (
        <MenuItem key={other.href} href={other.href} trail={other.hint}>
          {other.label}
        </MenuItem>
      ))}
    </DropdownMenu>
  );
}
