import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

/** What waits and what was given up; what was taken at once leaves only its attempts behind. */
export const DELIVERY_LIST = {
  sorts: ["opened", "next", "attempts"],
  defaultDirection: "desc",
  filters: ["state", "endpoint"],
} as const satisfies ListSpec<string, string>;
export type DeliveryListQuery = ListQuery<
  (typeof DELIVERY_LIST.sorts)[number],
  (typeof DELIVERY_LIST.filters)[number]
>;

export const ATTEMPT_LIST = {
  sorts: ["began", "duration"],
  defaultDirection: "desc",
  filters: ["outcome", "endpoint"],
} as const satisfies ListSpec<string, string>;
export type AttemptListQuery = ListQuery<
  (typeof ATTEMPT_LIST.sorts)[number],
  (typeof ATTEMPT_LIST.filters)[number]
>;
