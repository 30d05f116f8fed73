import type { ListSpec } from "#lib/platform/list.ts";

/** What is counted of every crossing, and can therefore be filtered by, with how many there are, whatever the number. */
export const DIMENSIONS = [
  "outcome",
  "direction",
  "kind",
  "reason",
  "rule",
  "client",
  "peer",
  "environment",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** In a filter: those that have none, such as what no rule let pass. */
export const NONE = "none";

export const CROSSING_LIST = {
  sorts: ["time", "refused"],
  defaultDirection: "desc",
  filters: [...DIMENSIONS, "customer", "deployment", "address", "port", "since", "until"],
} as const satisfies ListSpec<string, string>;
