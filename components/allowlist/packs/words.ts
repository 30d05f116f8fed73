import type { PackGroup, Standing } from "#lib/allowlist/packs/pack.ts";

export const GROUP_WORDS: Record<PackGroup, { name: string; about: string }> = {
  workos: { name: "Through WorkOS", about: "What WorkOS carries, where a site can reach it." },
  site: { name: "What every site needs", about: "Whoever signs people in there." },
  offline: { name: "By the offline identity service", about: "Among the zones of the site itself." },
};

/** In the order in which they are shown. */
export const GROUPS = ["workos", "site", "offline"] as const satisfies readonly PackGroup[];

export function standingWords(standing: Standing): string {
  if (typeof standing === "object") return "Not possible";
  return standing === "usual" ? "Usual" : "If wanted";
}
