import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { WAKE_CHANNEL } from "#lib/platform/wake.ts";
import { SECOND_MS } from "#lib/shared/clock.ts";

const AGAIN_MS = 5 * SECOND_MS;
const CONNECTED_WITHIN_MS = 10 * SECOND_MS;

interface Waking {
  connectionString: string;
  /** Given the name of the job. */
  wake: (job: string) => void;
  failed: (error: unknown) => void;
}

/**
 * Hears at once that a job has something to do. What is said while nobody listens is lost, which is no matter: every job also runs by
 * its schedule.
 */
export function listenForWaking({ connectionString, wake, failed }: Waking): { stop(): Promise<void> } {
  const ending = new AbortController();
  const stopped = new Promise<void>((resolve) =>
    ending.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  const listen = async () => {
    const client = new pg.Client({
      ...{ connectionString, application_name: "sallyport-worker" },
      connectionTimeoutMillis: CONNECTED_WITHIN_MS,
    });
    const over = new Promise<void>((resolve) => client.once("end", resolve));
    client.on("error", failed);
    client.on("notification", ({ payload }) => payload && wake(payload));
    await client.connect();
    try {
      await client.query(`LISTEN ${WAKE_CHANNEL}`);
      await Promise.race([over, stopped]);
    } finally {
      await client.end();
    }
  };
  const kept = (async () => {
    while (!ending.signal.aborted) {
      await listen().catch(failed);
      await pause(AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      ending.abort();
      await kept;
    },
  };
}
