"use client";

import { useFormatter } from "use-intl";

/** A moment as "3 hours ago"; the title holds it to the second, in UTC. `now` is the server's, so that both sides say the same. */
export function useWhen(now: Date): (at: Date) => string {
  const format = useFormatter();
  return (at) => format.relativeTime(at, now);
}

/** To the second, in UTC. */
export function useExactly(): (at: Date) => string {
  const format = useFormatter();
  return (at) =>
    `${format.dateTime(at, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC", hourCycle: "h23" })} UTC`;
}
