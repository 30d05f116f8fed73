/** One page of a list, counted by the database. */
export interface Page<Row> {
  rows: Row[];
  total: number;
  /** Counting stopped at `total`, and there is more: what can only be reached by narrowing the list. */
  more?: boolean;
  page: number; // from 1
  pageSize: number;
}

export const PAGE_SIZES = [25, 50, 100] as const;
const PAGE_MAX = 1_000_000;

/** What a list's URL may say. Each list names its sortable columns and its filters. */
export interface ListSpec<Sort extends string, Filter extends string> {
  sorts: readonly [Sort, ...Sort[]];
  defaultDirection?: "asc" | "desc";
  filters: readonly Filter[];
}

export interface ListQuery<Sort extends string = string, Filter extends string = string> {
  page: number;
  pageSize: number;
  sort: Sort;
  direction: "asc" | "desc";
  search: string;
  /** Each filter's chosen values; empty: not filtered. */
  filters: Record<Filter, string[]>;
}

export type SearchParams = Record<string, string | string[] | undefined>;

/**
 * Reads a list's state from its URL: `?q=&page=&size=&sort=-name&<filter>=a,b`. What makes no sense falls back to
 * the default rather than failing: a link that somebody shortened by hand should still open. Where a page holds several lists,
 * each has a name, which stands before its part of the URL: `?keys.page=2`.
 */
export function parseListQuery<Sort extends string, Filter extends string>(
  params: SearchParams,
  spec: ListSpec<Sort, Filter>,
  list?: string,
): ListQuery<Sort, Filter> {
  const said = (name: string) => first(params[urlName(list, name)]);
  const sort = said("sort") ?? "";
  const page = Number(said("page"));
  const name = spec.sorts.find((candidate) => candidate === sort.replace(/^-/, ""));
  return {
    page: Number.isInteger(page) && page >= 1 && page <= PAGE_MAX ? page : 1,
    pageSize: PAGE_SIZES.find((size) => size === Number(said("size"))) ?? PAGE_SIZES[0],
    sort: name ?? spec.sorts[0],
    direction: name ? (sort.startsWith("-") ? "desc" : "asc") : (spec.defaultDirection ?? "asc"),
    search: (said("q") ?? "").trim().slice(0, 200),
    filters: Object.fromEntries(
      spec.filters.map((filter) => [filter, (said(filter) ?? "").split(",").filter(Boolean).slice(0, 50)]),
    ) as Record<Filter, string[]>,
  };
}

/** What a list's part of the URL is called. */
export function urlName(list: string | undefined, name: string): string {
  return list === undefined ? name : `${list}.${name}`;
}

/** Whether the list shows less than there is; else an empty one has nothing to show at all. */
export function isNarrowed({ search, filters }: Pick<ListQuery, "search" | "filters">): boolean {
  return search !== "" || Object.values(filters).some((values) => values.length > 0);
}

/** The `skip` and `take` of a page. */
export function pageBounds(query: Pick<ListQuery, "page" | "pageSize">): { skip: number; take: number } {
  return { skip: (query.page - 1) * query.pageSize, take: query.pageSize };
}

/** The query of this page's URL without one of its parts: where closing what that part opened leads. */
export function urlWithout(params: SearchParams, name: string): string {
  const kept = Object.entries(params).flatMap(([key, value]) =>
    key === name || value === undefined ? [] : [[key, first(value) ?? ""]],
  );
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept)}`;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
