"use client";

import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { type Columns, nextSort } from "./columns.ts";
import { cx } from "./cx.ts";

interface DataTableHeadProps<Row> {
  columns: Columns<Row>;
  sort: string;
  onSort: (sort: string | null) => void;
  hasActions: boolean;
}

const headClass =
  "sticky top-0 z-10 h-9 border-line border-b bg-sunken px-3 text-left font-medium text-muted text-xs";

/** The heads of the columns; those the server can sort by are buttons. */
export function DataTableHead<Row>({ columns, sort, onSort, hasActions }: DataTableHeadProps<Row>) {
  return (
    <thead>
      <tr>
        {columns.map((column, index) => {
          const name = typeof column.sortable === "string" ? column.sortable : column.accessorKey;
          const order = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
          return (
            <th
              key={column.accessorKey}
              scope="col"
              aria-sort={column.sortable ? order : undefined}
              className={cx(
                headClass,
                index === 0 && "in-data-in-card:pl-4 left-0 z-20",
                column.grow && "w-full",
                column.kind === "number" && "text-right",
              )}
            >
              {column.sortable ? (
                <button
                  type="button"
                  onClick={() => onSort(nextSort(sort, name))}
                  className={cx(
                    "group -mx-1 inline-flex items-center gap-1 whitespace-nowrap rounded-sm px-1 py-0.5 hover:text-ink",
                    order !== "none" && "text-ink",
                  )}
                >
                  {column.header}
                  <SortIcon order={order} />
                </button>
              ) : (
                <span className="whitespace-nowrap">{column.header}</span>
              )}
            </th>
          );
        })}
        {hasActions && (
          <th scope="col" className={cx(headClass, "right-0 z-20 w-10")}>
            <span className="sr-only">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function SortIcon({ order }: { order: "ascending" | "descending" | "none" }) {
  if (order === "ascending") return <ArrowUp aria-hidden className="size-3.5" />;
  if (order === "descending") return <ArrowDown aria-hidden className="size-3.5" />;
  return (
    <ChevronsUpDown
      aria-hidden
      className="size-3.5 text-faint opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
    />
  );
}
