import { SECOND_MS } from "#lib/shared/clock.ts";
import type { Service } from "../../service.ts";
import { claimSource } from "./source.ts";

const LOOKS_EVERY_MS = 5 * SECOND_MS;
/** A slow directory holds up no other, up to so many. */
const AT_ONCE = 3;

/**
 * Reads directories when they are due. Any number of instances may: each run is one instance's, by a lease in the database, and
 * where an instance is lost another takes its run up once the lease is over. Returns what ends this.
 */
export function startSyncing(service: Service, failed: (error: unknown) => void): () => void {
  const running = new Set<Promise<void>>();
  let stopped = false;
  const look = async () => {
    while (!stopped && running.size < AT_ONCE) {
      const source = await claimSource(service.db);
      if (!source) return;
      // A service that reads no directory starts without what that takes.
      const { runSync } = await import("./run.ts");
      const run = runSync(service, source)
        // Who stops takes the database away in the middle of it: whatever was begun is taken up by another, or after the start.
        .catch((error: unknown) => (stopped ? undefined : failed(error)))
        .finally(() => running.delete(run));
      running.add(run);
    }
  };
  const timer = setInterval(() => {
    look().catch(failed);
  }, LOOKS_EVERY_MS);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
