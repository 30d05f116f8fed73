"use client";

import { useSyncExternalStore } from "react";
import { absoluteWords, dateWords, relativeWords } from "./time-words.ts";

interface TimeProps {
  at: Date | string;
  /** `relative` "3 minutes ago" (the default), `date` "3 Mar 2026", `absolute` to the second. */
  show?: "relative" | "date" | "absolute";
}

/** A moment. The title always holds it to the second, in UTC. */
export function Time({ at, show = "relative" }: TimeProps) {
  const moment = typeof at === "string" ? new Date(at) : at;
  const now = useSyncExternalStore(watchMinutes, readMinute, readMinute);
  const words = absoluteWords(moment);
  return (
    // The server's "3 minutes ago" may be "4 minutes ago" by the time the page wakes up in the browser.
    <time
      dateTime={moment.toISOString()}
      title={words}
      suppressHydrationWarning
      className="whitespace-nowrap tabular-nums"
    >
      {show === "absolute"
        ? words
        : show === "date"
          ? dateWords(moment)
          : relativeWords(moment, new Date(now))}
    </time>
  );
}

const TICK_MS = 30_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

// One clock for all the times of a page.
function watchMinutes(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Now, in steps, so that React sees a stable value between two ticks. Rounded up: what just happened is never "in" a while. */
function readMinute(): number {
  return Math.ceil(Date.now() / TICK_MS) * TICK_MS;
}
