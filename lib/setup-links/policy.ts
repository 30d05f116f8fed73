import type { LinkState } from "./shape.ts";

export interface LinkTimes {
  expiresAt: Date;
  openedAt: Date | null;
  revokedAt: Date | null;
  replacedById: string | null;
  finishedAt: Date | null;
}

/** How a link stands. What ended it first is what counts. */
export function linkState(link: LinkTimes, now: Date): LinkState {
  if (link.finishedAt) return "finished";
  if (link.revokedAt) return link.replacedById ? "replaced" : "revoked";
  if (link.expiresAt <= now) return "expired";
  return link.openedAt ? "open" : "waiting";
}

/** Why a link leads nowhere. Each has its own page, which says so and whom to ask. */
export const REFUSALS = [
  "none",
  "malformed",
  "other_site",
  "unknown",
  "expired",
  "ticket_expired",
  "revoked",
  "replaced",
  "finished",
  "other_browser",
  "purpose",
] as const;
export type RefusalReason = (typeof REFUSALS)[number];
