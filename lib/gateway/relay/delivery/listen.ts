import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { SECOND_MS } from "#lib/shared/clock.ts";

/** Hears of new events at once, on a connection of its own. While that is broken whoever waits looks every second anyway. */
export function listen(
  url: string,
  heard: () => void,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const ending = new AbortController();
  let client: pg.Client | null = null;
  const listening = (async () => {
    while (!ending.signal.aborted) {
      client = new pg.Client({
        connectionString: url,
        application_name: "sallyport-gateway",
        keepAlive: true,
      });
      const broken = new Promise<void>((resolve) => {
        client?.on("error", () => resolve());
        client?.on("end", () => resolve());
      });
      client.on("notification", heard);
      try {
        await client.connect();
        await client.query("LISTEN relay");
        heard();
        await broken;
      } catch (error) {
        failed(error);
      }
      await client.end().catch(() => undefined);
      if (!ending.signal.aborted)
        await pause(SECOND_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await client?.end().catch(() => undefined);
    await listening;
  };
}
