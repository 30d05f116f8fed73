import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";

interface LinkListProps {
  title: string;
  description?: string;
  /** How many there are in all; with `allHref`, the way to them. */
  total: number;
  allHref?: string;
  /** Said when there are none. */
  none: string;
  rows: readonly { id: string; href: string; name: ReactNode; hint: ReactNode; trail: ReactNode }[];
}

/** A few things that each lead somewhere, and how many more there are. */
export function LinkList({ title, description, total, allHref, none, rows }: LinkListProps) {
  const words = total > rows.length ? `All ${total.toLocaleString("en")}` : total.toLocaleString("en");
  const all =
    total > 0 && allHref ? (
      <Link
        href={allHref as Route}
        className="rounded-sm text-muted text-xs tabular-nums hover:text-ink hover:underline"
      >
        {words}
      </Link>
    ) : undefined;
  return (
    <Card title={title} description={description} actions={all} flush>
      {rows.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted text-sm">{none}</p>
      ) : (
        <ul>
          {rows.map((row) => (
            <li key={row.id} className="border-line border-b last:border-0">
              <Link
                href={row.href as Route}
                className="flex min-h-11 items-center justify-between gap-4 px-4 py-1.5 transition-colors duration-100 -outline-offset-2 hover:bg-hover"
              >
                <span className="grid min-w-0">
                  <span className="truncate font-medium text-sm">{row.name}</span>
                  <span className="truncate text-muted text-xs">{row.hint}</span>
                </span>
                <span className="max-w-[55%] shrink-0 text-right text-sm">{row.trail}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
