"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { useTransition } from "react";
import { Input } from "#components/ui/input.tsx";

/** From which day to which, in UTC, both included. */
export function TimeRange() {
  const [pending, startTransition] = useTransition();
  const [range, setRange] = useQueryStates(
    { since: parseAsString.withDefault(""), until: parseAsString.withDefault(""), page: parseAsString },
    { shallow: false, startTransition, history: "replace" },
  );
  const day = (text: string) => text.slice(0, 10);
  return (
    <span aria-busy={pending} className="flex flex-wrap items-center gap-1.5 text-muted text-xs">
      <Input
        type="date"
        aria-label="From this day, UTC"
        className="w-36!"
        value={day(range.since)}
        max={day(range.until) || undefined}
        onChange={(event) => void setRange({ since: event.currentTarget.value || null, page: null })}
      />
      to
      <Input
        type="date"
        aria-label="Up to this day, UTC"
        className="w-36!"
        value={day(range.until)}
        min={day(range.since) || undefined}
        onChange={(event) => void setRange({ until: event.currentTarget.value || null, page: null })}
      />
    </span>
  );
}
