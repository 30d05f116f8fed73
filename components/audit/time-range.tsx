"use client";

import { Input } from "#components/ui/input.tsx";
import { useUrlState } from "#components/ui/url-state.ts";

/** From which day to which, in UTC, both included. */
export function TimeRange() {
  const url = useUrlState();
  const day = (name: "since" | "until") => (url.get(name) ?? "").slice(0, 10);
  return (
    <span aria-busy={url.pending} className="flex flex-wrap items-center gap-1.5 text-muted text-xs">
      <Input
        type="date"
        aria-label="From this day, UTC"
        className="w-36!"
        value={day("since")}
        max={day("until") || undefined}
        onChange={(event) => url.set({ since: event.currentTarget.value || null, page: null })}
      />
      to
      <Input
        type="date"
        aria-label="Up to this day, UTC"
        className="w-36!"
        value={day("until")}
        min={day("since") || undefined}
        onChange={(event) => url.set({ until: event.currentTarget.value || null, page: null })}
      />
    </span>
  );
}
