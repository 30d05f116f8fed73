import { SECOND_MS } from "#lib/shared/clock.ts";

const AFTER_FAILURE_MS = 15 * SECOND_MS;

/**
 * Does `work` time and again, one at a time: at once where it says that there is more, otherwise after a pause. Returns what
 * ends this, which waits for what is under way; `work` is told by its signal.
 */
export function repeat(
  everyMs: number,
  work: (ending: AbortSignal) => Promise<{ more: boolean }>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const once = async () => {
    let waitMs = everyMs;
    try {
      if ((await work(ending.signal)).more) waitMs = 0;
    } catch (error) {
      failed(error);
      waitMs = AFTER_FAILURE_MS;
    }
    next(waitMs);
  };
  const next = (waitMs: number) => {
    if (ending.signal.aborted) return;
    timer = setTimeout(() => {
      running = once();
    }, waitMs).unref();
  };
  next(everyMs);
  return async () => {
    ending.abort();
    clearTimeout(timer);
    await running;
  };
}
