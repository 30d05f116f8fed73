import type { ListFilter } from "#components/ui/columns.ts";
import {
  ALLOWLIST_STATES,
  ALLOWLIST_WORDS,
  HEALTH,
  HEALTH_WORDS,
  MODE_WORDS,
  REGIME_WORDS,
} from "#lib/deployments/words.ts";

interface FilterValues {
  tags: readonly string[];
  versions: readonly string[];
  /** Left out where the list is one customer's. */
  customers?: readonly { id: string; name: string }[];
}

/** What the deployments' list can be narrowed by. */
export function deploymentFilters({ tags, versions, customers }: FilterValues): ListFilter[] {
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const worded = (words: Record<string, string>, order = Object.keys(words)) =>
    order.map((value) => ({ value, label: words[value] ?? value }));
  const offered: ListFilter[] = [
    { name: "health", label: "Health", options: worded(HEALTH_WORDS, [...HEALTH]) },
    { name: "mode", label: "Mode", options: worded(MODE_WORDS) },
    {
      name: "customer",
      label: "Customer",
      options: (customers ?? []).map(({ id, name }) => ({ value: id, label: name })),
    },
    { name: "tag", label: "Tag", options: plain(tags) },
    { name: "version", label: "Version", options: plain(versions) },
    { name: "regime", label: "Regime", options: worded(REGIME_WORDS) },
    { name: "allowlist", label: "Allowlist", options: worded(ALLOWLIST_WORDS, [...ALLOWLIST_STATES]) },
    { name: "state", label: "State", options: worded({ open: "Open", archived: "Archived" }) },
  ];
  return offered.filter(({ options }) => options.length > 0);
}
