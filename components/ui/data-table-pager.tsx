"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Page } from "#lib/platform/list.ts";
import { Button } from "./button.tsx";
import { DropdownMenu, MenuRadio } from "./dropdown-menu.tsx";

const SIZES = ["25", "50", "100"];

interface DataTablePagerProps {
  label: string;
  page: Page<unknown>;
  onPage: (page: number) => void;
  onSize: (size: number) => void;
}

/** Where in the list this page is, out of how many, and the way to the next. */
export function DataTablePager({ label, page, onPage, onSize }: DataTablePagerProps) {
  const first = page.total === 0 ? 0 : (page.page - 1) * page.pageSize + 1;
  const last = Math.min(page.page * page.pageSize, page.total);
  const pages = Math.max(1, Math.ceil(page.total / page.pageSize));
  const number = (value: number) => value.toLocaleString("en");
  return (
    <nav
      aria-label={`Pages of ${label.toLowerCase()}`}
      className="flex h-10 items-center justify-between gap-3 border-line border-t pr-1.5 pl-3 text-muted text-xs tabular-nums"
    >
      <p aria-live="polite">
        {page.total <= page.rows.length ? (
          `${number(page.total)} in all`
        ) : (
          <>
            {number(first)}–{number(last)} of {number(page.total)}
            {page.more && "+"}
          </>
        )}
      </p>
      <div className="flex items-center gap-1">
        {page.total > 25 && (
          <DropdownMenu
            trigger={
              <Button variant="ghost" size="sm" className="text-xs!">
                {page.pageSize} a page
              </Button>
            }
          >
            <MenuRadio
              label="Rows a page"
              value={String(page.pageSize)}
              onValueChange={(value) => onSize(Number(value))}
              options={SIZES.map((size) => ({ value: size, label: `${size} a page` }))}
            />
          </DropdownMenu>
        )}
        {pages > 1 && (
          <>
            <Button
              variant="ghost"
              size="sm"
              icon={<ChevronLeft />}
              aria-label="Previous page"
              disabled={page.page <= 1}
              onClick={() => onPage(page.page - 1)}
            />
            <span>
              {number(page.page)} / {number(pages)}
            </span>
            <Button
              variant="ghost"
              size="sm"
              icon={<ChevronRight />}
              aria-label="Next page"
              disabled={page.page >= pages}
              onClick={() => onPage(page.page + 1)}
            />
          </>
        )}
      </div>
    </nav>
  );
}
