import { cx } from "./cx.ts";

/** A grey place where something will be. Give it the size of that thing. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("block animate-shimmer rounded-sm bg-pressed", className)} />;
}

const WIDTHS = ["w-2/3", "w-1/2", "w-3/4", "w-2/5", "w-3/5"];

/** The shape of a table that is being read. */
export function TableSkeleton({ rows = 10, columns = 5 }: { rows?: number; columns?: number }) {
  return (
    <div role="status" className="overflow-hidden rounded-lg border border-line bg-surface">
      <span className="sr-only">Reading the list</span>
      <div className="h-9 border-line border-b bg-sunken" />
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-9 items-center gap-6 border-line border-b px-3 last:border-0">
          {Array.from({ length: columns }, (_, column) => (
            <div key={column} className="flex-1">
              <Skeleton className={cx("h-3", WIDTHS[(row + column * 2) % WIDTHS.length])} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** The shape of a page with a head and a list: what most `loading.tsx` show. */
export function PageSkeleton({ rows = 10, columns = 5 }: { rows?: number; columns?: number }) {
  return (
    <div className="grid gap-5">
      <div className="grid gap-2.5">
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-3.5 w-80 max-w-full" />
      </div>
      <TableSkeleton rows={rows} columns={columns} />
    </div>
  );
}
