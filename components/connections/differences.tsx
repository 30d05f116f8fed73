import type { Difference } from "#lib/revisions/policy.ts";
import { settingLabel } from "#lib/revisions/words.ts";

const SHOWN_MAX = 6;

/** In what two revisions differ, setting by setting: what goes, and what comes. */
export function Differences({ differences, none }: { differences: Difference[]; none: string }) {
  if (differences.length === 0) return <p className="text-muted text-sm">{none}</p>;
  return (
    <dl className="grid rounded-md border border-line bg-surface">
      {differences.map((difference) => (
        <div
          key={difference.key}
          className="grid gap-x-4 gap-y-0.5 border-line border-b px-3 py-2 text-sm last:border-0 sm:grid-cols-[10rem_minmax(0,1fr)]"
        >
          <dt className="text-muted first-letter:uppercase">{settingLabel(difference.key)}</dt>
          <dd className="grid min-w-0 gap-0.5">
            <What difference={difference} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A field of a profile that no attribute is named for. */
const BY_USUAL_NAMES = ["by its usual names"];

function What({ difference }: { difference: Difference }) {
  const { kind, key } = difference;
  const none = key.startsWith("mapping.") ? BY_USUAL_NAMES : [];
  const [gone, come] = [difference.gone, difference.come].map((values) =>
    values.length > 0 ? values : none,
  ) as [string[], string[]];
  if (kind === "secret") return <span>Given anew</span>;
  if (kind === "order") return <span>In another order: {come.join(", ")}</span>;
  return (
    <>
      <Lines values={gone} word="Before" sign="−" />
      <Lines values={come} word="After" sign="+" />
    </>
  );
}

/** The sign for the eye, the word for who hears it. */
function Lines({ values, word, sign }: { values: string[]; word: string; sign: string }) {
  const more = values.length - SHOWN_MAX;
  return (
    <>
      {values.slice(0, SHOWN_MAX).map((value) => (
        <span key={value} className="flex gap-2">
          <span className="sr-only">{word}: </span>
          <span aria-hidden className={sign === "+" ? "font-mono text-positive" : "font-mono text-negative"}>
            {sign}
          </span>
          <span className="min-w-0 [overflow-wrap:anywhere]">{value}</span>
        </span>
      ))}
      {more > 0 && <span className="text-muted text-xs">and {more} more</span>}
    </>
  );
}
