import { PURPOSES } from "#lib/access/permissions.ts";

/** For how many days a set-up link may stand. */
export const LIFETIMES = [1, 7, 14, 30] as const;

/** What a link made in the console may be for: what the portal has pages for. */
export const OFFERED_PURPOSES = PURPOSES;

export const LINK_STATES = ["waiting", "open", "finished", "expired", "revoked", "replaced"] as const;
export type LinkState = (typeof LINK_STATES)[number];
