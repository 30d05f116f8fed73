"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { useTransition } from "react";

/** The time that is looked at, in the URL: exact moments, the end left out. */
export function useRange() {
  const [pending, startTransition] = useTransition();
  const [range, setRange] = useQueryStates(
    { since: parseAsString, until: parseAsString, page: parseAsString },
    { shallow: false, startTransition, history: "push", scroll: false },
  );
  return {
    pending,
    isNarrow: range.since !== null || range.until !== null,
    narrow: (since: Date, until: Date | null) =>
      void setRange({ since: since.toISOString(), until: until?.toISOString() ?? null, page: null }),
    widen: () => void setRange({ since: null, until: null, page: null }),
  };
}
