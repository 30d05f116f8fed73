import "server-only";
import { recordStep } from "#lib/setup-links/commands.ts";
import { systemClock } from "#lib/shared/clock.ts";
import type { Setup } from "./setup.ts";
import type { Step } from "./steps.ts";

/** Remembers that a step of the set-up is done, and says so in the audit log; the second time it does neither. */
export async function markStep(setup: Setup, step: Step): Promise<void> {
  if (setup.progress[step]) return;
  await recordStep(setup.actor, step, systemClock());
  advanced.add(setup);
}

/** The set-ups of requests in which a step was done. */
const advanced = new WeakSet<Setup>();

/** Whether the progress at the left has become another in this request. */
export function hasAdvanced(setup: Setup): boolean {
  return advanced.has(setup);
}
