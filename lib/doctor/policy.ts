import type { CheckResult, Outcome } from "./report.ts";

/** How a line stands to the same line of the report before. */
export type Change = "new_trouble" | "mended" | "still" | "same" | "added";

export interface Comparison {
  /** By the id of the line. */
  changes: Map<string, Change>;
  mended: number;
  newTrouble: number;
  /** Titles of lines that the report before had and this one has not. */
  gone: string[];
}

const isTrouble = (outcome: Outcome) => outcome === "failed" || outcome === "warning";

/** What changed since the report before. A warning that became a failure is new trouble; one that is as it was goes on. */
export function compareReports(before: readonly CheckResult[], now: readonly CheckResult[]): Comparison {
  const earlier = new Map(before.map((check) => [check.id, check]));
  const changes = new Map(
    now.map((check) => [check.id, changeOf(earlier.get(check.id)?.outcome, check.outcome)]),
  );
  const count = (wanted: Change) => [...changes.values()].filter((change) => change === wanted).length;
  const present = new Set(now.map(({ id }) => id));
  return {
    changes,
    mended: count("mended"),
    newTrouble: count("new_trouble"),
    gone: before.filter(({ id }) => !present.has(id)).map(({ title }) => title),
  };
}

function changeOf(before: Outcome | undefined, now: Outcome): Change {
  if (before === undefined) return isTrouble(now) ? "new_trouble" : "added";
  if (isTrouble(now))
    return before === now || (before === "failed" && now === "warning") ? "still" : "new_trouble";
  return isTrouble(before) && now === "passed" ? "mended" : "same";
}
