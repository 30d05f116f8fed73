import { DAY_MS } from "#lib/shared/clock.ts";

export type KeyState = "making" | "active" | "expiring" | "rotating" | "expired" | "revoked";

interface KeyFacts {
  hint: string;
  expiresAt: Date | null;
  revokedAt: Date | null;
  rotatedToId: string | null;
}

const SOON_MS = 14 * DAY_MS;

/** How a key stands at `now`. */
export function keyState(key: KeyFacts, now: Date): KeyState {
  if (key.revokedAt && key.revokedAt <= now) return "revoked";
  if (key.expiresAt && key.expiresAt <= now) return "expired";
  if (key.hint === "") return "making";
  if (key.rotatedToId) return "rotating";
  return key.expiresAt && key.expiresAt.getTime() - now.getTime() < SOON_MS ? "expiring" : "active";
}

/** When a key of this lifetime ends; null for one that never does. */
export function lifetimeEnd(lifetime: "30" | "90" | "365" | "never", now: Date): Date | null {
  return lifetime === "never" ? null : new Date(now.getTime() + Number(lifetime) * DAY_MS);
}
