"use client";

import { isNarrowed, PAGE_SIZES, urlName } from "#lib/platform/list.ts";
import { useUrlState } from "./url-state.ts";

const SEARCH_WAIT_MS = 250;

/**
 * The state of a list, kept in the URL under the names `parseListQuery` reads, so that a view can be linked, reloaded
 * and gone back to. Each change asks the server again; `pending` says that it is being asked.
 */
export function useListState(filterNames: readonly string[], list?: string) {
  const url = useUrlState();
  const name = (part: string) => urlName(list, part);
  const said = (part: string) => url.get(name(part)) ?? "";
  const several = (part: string) => said(part).split(",").filter(Boolean);
  const search = said("q");
  const filters = Object.fromEntries(filterNames.map((filter) => [filter, several(filter)]));
  const set = (changes: Readonly<Record<string, string>>, how?: Parameters<typeof url.set>[1]) =>
    url.set(
      Object.fromEntries(Object.entries(changes).map(([part, value]) => [name(part), value || null])),
      how,
    );
  const NARROWS_NOTHING = Object.fromEntries(filterNames.map((filter) => [filter, ""]));

  return {
    pending: url.pending,
    search,
    sort: said("sort"),
    columns: url.get(name("cols")) === null ? null : several("cols"),
    filters,
    isNarrowed: isNarrowed({ search, filters }),
    searchFor: (q: string) => set({ q, page: "" }, { wait: SEARCH_WAIT_MS }),
    sortBy: (sort: string | null) => set({ sort: sort ?? "", page: "" }),
    goTo: (page: number) => set({ page: page === 1 ? "" : `${page}` }, { push: true, scroll: false }),
    resize: (size: number) => set({ size: size === PAGE_SIZES[0] ? "" : `${size}`, page: "" }),
    chooseColumns: (columns: string[] | null) => set({ cols: columns?.join() ?? "" }, { shallow: true }),
    filterBy: (filter: string, values: string[]) => set({ [filter]: values.join(), page: "" }),
    clear: () => set({ ...NARROWS_NOTHING, q: "", page: "" }),
  };
}

export type ListState = ReturnType<typeof useListState>;
