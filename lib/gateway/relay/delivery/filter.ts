import { GAP_EVENT } from "#lib/shared/gateway/gap.ts";

/** What of an event a filter looks at. */
export interface Filtered {
  readonly event: string;
  readonly environment_id: string;
}

/** What an endpoint wants to be told: names such as `user.created` or `dsync.*`, and environments. Empty means all. */
export interface Filter {
  readonly events: readonly string[];
  readonly environment_ids: readonly string[];
}

export function filterOf({ events, environment_ids }: Filter): (event: Filtered) => boolean {
  const names = new Set(events.filter((name) => !name.endsWith("*")));
  const beginnings = events.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const environments = new Set(environment_ids);
  return ({ event, environment_id }) => {
    if (environments.size > 0 && !environments.has(environment_id)) return false;
    if (events.length === 0 || event === GAP_EVENT || names.has(event)) return true;
    return beginnings.some((beginning) => event.startsWith(beginning));
  };
}
