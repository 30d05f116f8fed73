"use client";

import { columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type KeyboardEvent, type ReactNode, useMemo } from "react";
import type { Page } from "#lib/platform/list.ts";
import { Button } from "./button.tsx";
import { type Columns, type ListFilter, type RowAction, shownColumns } from "./columns.ts";
import { cx } from "./cx.ts";
import { DataTableHead } from "./data-table-head.tsx";
import { DataTablePager } from "./data-table-pager.tsx";
import { DataTableRow } from "./data-table-row.tsx";
import { DataTableToolbar } from "./data-table-toolbar.tsx";
import { EmptyState } from "./empty-state.tsx";
import { type ListState, useListState } from "./list-state.ts";

export type { Columns, ListFilter, RowAction } from "./columns.ts";

interface DataTableProps<Row extends { id: string }> {
  /** What the rows are, in the plural: "Deployments". Names the table and stands in the counts. */
  label: string;
  /** Its name in the URL, where a page holds several lists. */
  name?: string;
  page: Page<Row>;
  columns: Columns<Row>;
  /** Where a row leads. The first cell becomes the link, the rest of the row follows it. */
  rowHref?: (row: Row) => string;
  rowActions?: (row: Row) => readonly RowAction[];
  /** In place of `rowActions`, where what can be done to a row brings dialogs of its own. */
  rowMenu?: (row: Row) => ReactNode;
  /** The search field's placeholder; without it there is none. */
  search?: string;
  filters?: readonly ListFilter[];
  /** Names of filters that something else on the page offers: the list is narrowed by them too, and clears them. */
  otherFilters?: readonly string[];
  /** The order the server uses when the URL names none, such as `-createdAt`, so that the head can show it. */
  defaultSort?: string;
  /** At the right of the toolbar: an export, a view. */
  toolbar?: ReactNode;
  /** Shown when there is nothing at all; when a filter hides everything the table says so itself. */
  empty?: ReactNode;
  /** Stands in a card, which has the frame already. */
  inCard?: boolean;
}

const features = tableFeatures({ columnVisibilityFeature });
const NO_FILTERS: readonly ListFilter[] = [];
const FRAME = "rounded-lg border border-line bg-surface";

/**
 * A list that the server filters, sorts and cuts into pages. Everything about the view is in the URL. The rows come
 * as `Page<Row>` from a query; the columns are data in a client component of the domain.
 */
export function DataTable<Row extends { id: string }>(props: DataTableProps<Row>) {
  return (
    <NuqsAdapter>
      <ListTable {...props} />
    </NuqsAdapter>
  );
}

function ListTable<Row extends { id: string }>(props: DataTableProps<Row>) {
  const { label, page, columns, filters = NO_FILTERS } = props;
  const list = useListState(
    [...filters.map((filter) => filter.name), ...(props.otherFilters ?? [])],
    props.name,
  );
  const shown = shownColumns(columns, list.columns);
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.accessorKey,
        accessorFn: (row: Row) => row[column.accessorKey],
      })),
    [columns],
  );
  const table = useTable({
    features,
    data: page.rows,
    columns: definitions,
    getRowId: (row) => row.id,
    state: {
      columnVisibility: Object.fromEntries(
        columns.map(({ accessorKey }) => [accessorKey, shown.has(accessorKey)]),
      ),
    },
  });
  const visible = table
    .getVisibleLeafColumns()
    .flatMap(({ id }) => columns.find((one) => one.accessorKey === id) ?? []);
  const hasToolbar = props.search !== undefined || filters.length > 0 || props.toolbar !== undefined;

  if (page.total === 0 && !list.isNarrowed && props.empty) {
    return <div className={cx(!props.inCard && FRAME)}>{props.empty}</div>;
  }
  return (
    <div data-in-card={props.inCard || undefined} className={cx("grid min-w-0", !props.inCard && "gap-3")}>
      {hasToolbar && (
        <div className={cx(props.inCard && "border-line border-b px-4 py-2")}>
          <DataTableToolbar {...props} filters={filters} list={list} shown={shown} />
        </div>
      )}
      <div className={cx("relative overflow-hidden", !props.inCard && FRAME)}>
        {list.pending && (
          <div className="absolute inset-x-0 top-0 z-20 h-0.5 animate-shimmer bg-accent-solid" />
        )}
        <section
          aria-label={label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-[max(24rem,calc(100dvh-17rem))] overflow-auto -outline-offset-2"
        >
          <table
            aria-busy={list.pending}
            onKeyDown={moveBetweenRows}
            className={cx("w-full border-separate border-spacing-0 text-sm", list.pending && "opacity-60")}
          >
            <caption className="sr-only">{label}</caption>
            <DataTableHead
              columns={visible}
              sort={list.sort || (props.defaultSort ?? "")}
              onSort={list.sortBy}
              hasActions={props.rowActions !== undefined || props.rowMenu !== undefined}
            />
            <tbody>
              {table.getRowModel().rows.map((row) => (
                <DataTableRow
                  key={row.id}
                  row={row.original}
                  columns={visible}
                  href={props.rowHref?.(row.original)}
                  actions={props.rowActions?.(row.original)}
                  menu={props.rowMenu?.(row.original)}
                />
              ))}
            </tbody>
          </table>
          {page.rows.length === 0 && <NothingHere label={label} total={page.total} list={list} />}
        </section>
        {(page.total > page.rows.length || hasToolbar) && (
          <DataTablePager label={label} page={page} onPage={list.goTo} onSize={list.resize} />
        )}
      </div>
    </div>
  );
}

function NothingHere({ label, total, list }: { label: string; total: number; list: ListState }) {
  if (total > 0) {
    return (
      <EmptyState
        title="This page is past the end."
        action={<Button onClick={() => list.goTo(1)}>Go to page 1</Button>}
      >
        There are {total.toLocaleString("en")} in this list.
      </EmptyState>
    );
  }
  if (!list.isNarrowed) return <EmptyState title={`No ${label.toLowerCase()} yet.`} />;
  return (
    <EmptyState
      title={`No ${label.toLowerCase()} match.`}
      action={<Button onClick={list.clear}>Clear search and filters</Button>}
    >
      Nothing fits the search and filters above together.
    </EmptyState>
  );
}

/** Arrow keys, and j and k, go from row to row; Enter follows the row's link as it follows any link. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const at = event.target;
  if (step === undefined || !(at instanceof HTMLElement) || at.matches("input, textarea, select")) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row-link]")];
  const row = at.closest("tr")?.querySelector<HTMLElement>("[data-row-link]");
  const next = stops[(row ? stops.indexOf(row) : -1) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
