import { MINUTE_MS } from "#lib/shared/clock.ts";

/** A gateway reports every few seconds: after this long without a word something is wrong. */
export const SILENT_AFTER_MS = MINUTE_MS;

/**
 * `behind`: it works by an older configuration than is wanted, which it has not fetched yet. `refused`: it found the newest to make no
 * sense. In both the one before is in force.
 */
export type ProcessState = "working" | "behind" | "refused" | "silent";

export interface ProcessFacts {
  heardAt: Date;
  configurationDigest: string | null;
  problem: string | null;
}

export function processState(process: ProcessFacts, wantedDigest: string, now: Date): ProcessState {
  if (now.getTime() - process.heardAt.getTime() > SILENT_AFTER_MS) return "silent";
  if (process.problem !== null) return "refused";
  return process.configurationDigest === wantedDigest ? "working" : "behind";
}

/** Worst first: a gateway is as well as the least well of its processes that are heard; silent where none is. */
export function gatewayState(states: readonly ProcessState[]): ProcessState | "never" {
  if (states.length === 0) return "never";
  for (const state of ["refused", "behind", "working"] as const) if (states.includes(state)) return state;
  return "silent";
}
