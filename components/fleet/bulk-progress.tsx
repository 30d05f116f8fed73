import { cx } from "#components/ui/cx.ts";
import type { BulkCounts } from "#lib/fleet/queries.ts";
import { COUNT_WORDS } from "#lib/fleet/words.ts";

const LOOKS: Record<(typeof COUNT_WORDS)[number][0], string> = {
  waiting: "bg-line-strong fill-line-strong",
  held: "bg-negative fill-negative",
  open: "bg-caution fill-caution",
  applied: "bg-accent fill-accent",
  verified: "bg-positive fill-positive",
  refused: "bg-muted fill-muted",
  leftOut: "bg-line fill-line",
};

/** How many deployments are how far, as one bar; in words below it. */
export function BulkProgress({ counts }: { counts: BulkCounts }) {
  const parts = COUNT_WORDS.filter(([name]) => counts[name] > 0);
  const all = parts.reduce((sum, [name]) => sum + counts[name], 0);
  const share = (count: number) => (100 * count) / Math.max(1, all);
  return (
    <div className="grid gap-3">
      {/* Drawn, not styled: the page's policy lets no style stand in an element. */}
      <svg aria-hidden className="h-2 w-full overflow-hidden rounded-full bg-hover">
        {parts.map(([name], place) => (
          <rect
            key={name}
            x={`${share(parts.slice(0, place).reduce((sum, [before]) => sum + counts[before], 0))}%`}
            width={`${share(counts[name])}%`}
            height="100%"
            className={LOOKS[name]}
          />
        ))}
      </svg>
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
