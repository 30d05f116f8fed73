import type { Bar } from "#lib/crossings/queries.ts";

const PARTS = [
  { of: "passed", word: "Passed", look: "bg-accent-solid" },
  { of: "failed", word: "Failed", look: "bg-caution" },
  { of: "refused", word: "Refused", look: "bg-negative" },
] as const;

/** What the colours of the bars mean, and how many each stands for. */
export function Legend({ bars }: { bars: readonly Bar[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs tabular-nums">
      {PARTS.map(({ of, word, look }) => (
        <li key={of} className="flex items-center gap-1.5">
          <span aria-hidden className={`size-2.5 rounded-sm ${look}`} />
          {word} {bars.reduce((total, bar) => total + bar[of], 0).toLocaleString("en")}
        </li>
      ))}
    </ul>
  );
}
