import { cx } from "#components/ui/cx.ts";
import type { BulkCounts } from "#lib/fleet/queries.ts";
import { COUNT_WORDS } from "#lib/fleet/words.ts";

const LOOKS: Record<(typeof COUNT_WORDS)[number][0], string> = {
  waiting: "bg-line-strong",
  held: "bg-negative",
  open: "bg-caution",
  applied: "bg-accent",
  verified: "bg-positive",
  refused: "bg-muted",
  leftOut: "bg-line",
};

/** How many deployments are how far, as one bar; in words below it. */
export function BulkProgress({ counts }: { counts: BulkCounts }) {
  const parts = COUNT_WORDS.filter(([name]) => counts[name] > 0);
  return (
    <div className="grid gap-3">
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-hover">
        {parts.map(([name]) => (
          <span
            key={name}
            className={cx("min-w-1", LOOKS[name])}
            style={{ flexGrow: counts[name], flexBasis: 0 }}
          />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {parts.map(([name, words]) => (
          <li key={name} className="flex items-center gap-2">
            <span aria-hidden className={cx("size-2 rounded-full", LOOKS[name])} />
            <span className="tabular-nums">{counts[name].toLocaleString("en")}</span>
            <span className="text-muted">{words}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
