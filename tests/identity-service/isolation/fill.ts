import type { Ids } from "#tests/support/every-kind-of-id.ts";

export interface Asked {
  body?: unknown;
  query?: Record<string, string | undefined>;
}

/** What a request holds besides its address, for things of whichever environment. */
export type Fill = (ids: Ids) => Asked;

export const renamed: Fill = () => ({ body: { name: "Renamed" } });
