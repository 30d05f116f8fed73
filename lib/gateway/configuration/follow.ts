import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { type Accepted, readConfiguration } from "./read.ts";
import type { Kept, Source } from "./source.ts";

/** The configuration in force, and who wants to hear of the next one. */
export interface Configurations {
  readonly current: Accepted;
  /** Why the newest is not in force; null where it is. */
  readonly problem: string | null;
  /** Called with each configuration that comes into force after this one. */
  onChange(listener: (accepted: Accepted) => void): void;
  stop(): Promise<void>;
}

const EVERY_MS = 3 * SECOND_MS;

/**
 * Waits for a first configuration, and follows those after it. One that is refused, or that cannot be had, leaves the one before
 * in force.
 * @param waiting told why there is none yet, each time that it is tried.
 */
export async function followConfiguration(
  source: Source,
  kept: Kept,
  ending: AbortSignal,
  waiting: (problem: string) => void,
): Promise<Configurations> {
  let problem: string | null = null;
  const listeners: ((accepted: Accepted) => void)[] = [];
  const look = async (deploymentId: string | null): Promise<Accepted | null> => {
    try {
      const text = await source.fetch(ending);
      if (text === null) return null;
      const accepted = readConfiguration(text, deploymentId);
      await kept.save(text);
      problem = null;
      return accepted;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      return null;
    }
  };
  let current = await firstOf(look, kept, ending, () => waiting(problem ?? "There is no configuration yet."));
  const following = (async () => {
    for (;;) {
      await pause(EVERY_MS, undefined, { signal: ending });
      const next = await look(current.configuration.deployment.id);
      if (!next || next.digest === current.digest) continue;
      current = next;
      for (const listener of listeners) listener(next);
    }
  })().catch(() => undefined);
  return {
    get current() {
      return current;
    },
    get problem() {
      return problem;
    },
    onChange: (listener) => void listeners.push(listener),
    stop: () => following,
  };
}

async function firstOf(
  look: (deploymentId: string | null) => Promise<Accepted | null>,
  kept: Kept,
  ending: AbortSignal,
  waiting: () => void,
): Promise<Accepted> {
  for (;;) {
    const found = await look(null);
    if (found) return found;
    const before = await kept.load().catch(() => null);
    if (before !== null) return readConfiguration(before, null);
    waiting();
    await pause(EVERY_MS, undefined, { signal: ending });
  }
}
