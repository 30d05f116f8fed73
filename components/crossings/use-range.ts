"use client";

import { useUrlState } from "#components/ui/url-state.ts";

/** The time that is looked at, in the URL: exact moments, the end left out. */
export function useRange() {
  const url = useUrlState();
  const look = (since: Date | null, until: Date | null) =>
    url.set(
      { since: since?.toISOString() ?? null, until: until?.toISOString() ?? null, page: null },
      { push: true, scroll: false },
    );
  return {
    pending: url.pending,
    isNarrow: url.get("since") !== null || url.get("until") !== null,
    narrow: (since: Date, until: Date | null) => look(since, until),
    widen: () => look(null, null),
  };
}
