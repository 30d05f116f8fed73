"use client";

import { Ellipsis } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { MouseEvent, ReactNode } from "react";
import { Button } from "./button.tsx";
import type { Columns, RowAction } from "./columns.ts";
import { cx } from "./cx.ts";
import { DataCell } from "./data-cell.tsx";
import { DropdownMenu, MenuItem } from "./dropdown-menu.tsx";

interface DataTableRowProps<Row> {
  row: Row;
  columns: Columns<Row>;
  href?: string;
  actions?: readonly RowAction[];
  menu?: ReactNode;
}

const cellClass = "h-9 border-line border-b px-3 py-0 group-last/row:border-b-0";

/** One row. Its first cell holds the real link; a click anywhere else on the row follows it too. */
export function DataTableRow<Row>({ row, columns, href, actions, menu }: DataTableRowProps<Row>) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLTableRowElement>) => {
    if (href === undefined || !isPlainPress(event)) return;
    if (event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
    else router.push(href as Route);
  };
  return (
    <tr onClick={follow} className={cx("group/row", href !== undefined && "cursor-pointer")}>
      {columns.map((column, index) => (
        <td
          key={column.accessorKey}
          className={cx(
            cellClass,
            "max-w-96 truncate bg-surface group-hover/row:bg-hover group-has-focus-visible/row:bg-hover",
            index === 0 &&
              "in-data-in-card:pl-4 sticky left-0 z-1 font-medium max-sm:max-w-52 max-sm:border-r",
            column.kind === "number" && "text-right tabular-nums",
            column.grow && "w-full",
          )}
        >
          {index === 0 && href !== undefined ? (
            <Link href={href as Route} prefetch={false} data-row-link className="rounded-sm hover:underline">
              <DataCell row={row} column={column} />
            </Link>
          ) : (
            <DataCell row={row} column={column} />
          )}
        </td>
      ))}
      {(actions ?? menu) !== undefined && (
        <td
          className={cx(
            cellClass,
            "sticky right-0 z-1 bg-surface pr-1.5 pl-0 text-right group-hover/row:bg-hover",
          )}
        >
          {menu}
          {actions && actions.length > 0 && <RowMenu actions={actions} />}
        </td>
      )}
    </tr>
  );
}

function RowMenu({ actions }: { actions: readonly RowAction[] }) {
  return (
    <DropdownMenu trigger={<Button variant="ghost" size="sm" icon={<Ellipsis />} aria-label="Row actions" />}>
      {actions.map((action) => (
        <MenuItem key={action.label} {...action}>
          {action.label}
        </MenuItem>
      ))}
    </DropdownMenu>
  );
}

/** A press on the row itself: not on a control in it, not in a menu it opened, not the end of selecting text. */
function isPlainPress(event: MouseEvent<HTMLTableRowElement>): boolean {
  const at = event.target;
  if (!(at instanceof Element) || !event.currentTarget.contains(at)) return false;
  if (at.closest("a, button, input, select, label, summary, [role=menu]")) return false;
  return window.getSelection()?.isCollapsed ?? true;
}
