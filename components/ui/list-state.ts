"use client";

import { debounce, parseAsArrayOf, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useMemo, useTransition } from "react";
import { isNarrowed, urlName } from "#lib/platform/list.ts";

const SEARCH_WAIT_MS = 250;

const base = {
  q: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(1),
  size: parseAsInteger.withDefault(25),
  sort: parseAsString.withDefault(""),
  cols: parseAsArrayOf(parseAsString),
};
const filterParser = parseAsArrayOf(parseAsString).withDefault([]);

/**
 * The state of a list, kept in the URL under the names `parseListQuery` reads, so that a view can be linked, reloaded
 * and gone back to. Each change asks the server again; `pending` says that it is being asked.
 */
export function useListState(filterNames: readonly string[], list?: string) {
  const [pending, startTransition] = useTransition();
  const key = filterNames.join();
  const filterParsers = useMemo(
    () =>
      Object.fromEntries(
        key
          .split(",")
          .filter(Boolean)
          .map((name) => [name, filterParser]),
      ),
    [key],
  );
  const urlKeys = useMemo(
    () =>
      Object.fromEntries(
        [...Object.keys(base), ...key.split(",")].map((name) => [name, urlName(list, name)]),
      ),
    [key, list],
  );
  const options = { shallow: false, startTransition, history: "replace", urlKeys } as const;
  const [state, set] = useQueryStates(base, options);
  const [filters, setFilters] = useQueryStates(filterParsers, options);

  return {
    pending,
    search: state.q,
    sort: state.sort,
    columns: state.cols,
    filters,
    isNarrowed: isNarrowed({ search: state.q, filters }),
    searchFor(q: string) {
      void set({ q: q || null, page: null }, { limitUrlUpdates: debounce(SEARCH_WAIT_MS) });
    },
    sortBy: (sort: string | null) => void set({ sort, page: null }),
    goTo: (page: number) => void set({ page }, { history: "push", scroll: false }),
    resize: (size: number) => void set({ size, page: null }),
    chooseColumns: (cols: string[] | null) => void set({ cols }, { shallow: true }),
    filterBy(name: string, values: string[]) {
      void setFilters({ [name]: values });
      void set({ page: null });
    },
    clear() {
      void setFilters(null);
      void set({ q: null, page: null });
    },
  };
}

export type ListState = ReturnType<typeof useListState>;
