import { setTimeout as sleep } from "node:timers/promises";
import type { Postgres } from "./postgres.ts";

const RESTART_PAUSE_MS = 1_000;

/** Starts the embedded PostgreSQL again when it ends by itself. The programs reconnect on their own. */
export function keepServing(
  first: Postgres,
  reopen: () => Promise<{ server: Postgres | null }>,
  say: (sentence: string) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let server: Postgres | null = first;

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await server?.ended;
      if (stopping.signal.aborted) return;
      say("The database stopped; starting it again.");
      await sleep(RESTART_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      server = await tryReopen();
    }
  }

  async function tryReopen(): Promise<Postgres | null> {
    try {
      return (await reopen()).server;
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await server?.stop();
      await watching;
      // A restart that was under way when the stop came.
      await server?.stop();
    },
  };
}
