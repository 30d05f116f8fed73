import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { spread } from "../delivery/retries.ts";
import type { PullProblem } from "./events-api.ts";

/** No wait is longer, whatever the other side asks for: what is further away is a clock that went wrong. */
export const LONGEST_WAIT_MS = HOUR_MS;
const LONGEST_RETRY_MS = 5 * MINUTE_MS;
/** A rule comes with the next configuration; asking costs nothing until then. */
const DOOR_WAIT_MAX_MS = 10 * SECOND_MS;
/** Another key comes from a person. */
const KEY_WAIT_MS = 30 * SECOND_MS;
/** Half of what one address may ask for in all. */
const PULLS_PER_SECOND = 50;

/** How long an environment is left alone after so many failures in a row. */
export function waitAfter(problem: PullProblem, failures: number, random: () => number): number {
  const longest = problem.kind === "door" ? DOOR_WAIT_MAX_MS : LONGEST_RETRY_MS;
  const doubled = Math.min(SECOND_MS * 2 ** Math.min(failures - 1, 20), longest);
  const own = spread(problem.kind === "key" ? Math.max(doubled, KEY_WAIT_MS) : doubled, random);
  return Math.min(Math.max(own, problem.retryAfterMs ?? 0), LONGEST_WAIT_MS);
}

/** How long it is before an environment is asked again that had nothing more to say: the longer, the quieter it is. */
export function waitUntilNext(quietMs: number, sources: number): number {
  const wait = Math.min(Math.max(quietMs / 10, SECOND_MS), 10 * SECOND_MS);
  return Math.max(wait, (sources / PULLS_PER_SECOND) * SECOND_MS);
}
