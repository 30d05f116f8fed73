import type { ReactNode } from "react";

/**
 * One column of a `DataTable`, as data. `kind` says how a value is written; `cell` writes it some other way.
 * `text` as it is · `number` right-aligned, with thousands · `id` monospace, with a copy button · `mono` monospace ·
 * `time` relative · `date` the day · `tags` a list of words.
 */
export interface Column<Row> {
  accessorKey: Extract<keyof Row, string>;
  header: string;
  kind?: "text" | "number" | "id" | "mono" | "time" | "date" | "tags";
  cell?: (row: Row) => ReactNode;
  /** The server can sort by it; the name in the URL is the accessor key, or what is given here. */
  sortable?: boolean | string;
  /** Not shown until somebody chooses it. */
  hidden?: boolean;
  /** Takes the room the others leave. */
  grow?: boolean;
}

export type Columns<Row> = readonly Column<Row>[];

export interface RowAction {
  label: string;
  href?: string;
  onSelect?: () => void;
  icon?: ReactNode;
  tone?: "neutral" | "danger";
  disabled?: boolean;
}

export interface ListFilter {
  /** Its name in the URL. */
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
}

/** Which columns are shown: those the URL names, or all that are not hidden at first. The first always is. */
export function shownColumns<Row>(columns: Columns<Row>, chosen: readonly string[] | null): Set<string> {
  const names = chosen ?? columns.filter((column) => !column.hidden).map((column) => column.accessorKey);
  return new Set([...columns.slice(0, 1).map((column) => column.accessorKey as string), ...names]);
}

/** What a press on a column's head makes of the order: up, down, then as it was. */
export function nextSort(current: string, column: string): string | null {
  if (current === column) return `-${column}`;
  return current === `-${column}` ? null : column;
}
