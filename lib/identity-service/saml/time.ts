/**
 * A SAML time in milliseconds, or null. SAML core 1.3.3 wants UTC; an explicit offset is understood too, but never a time
 * without a zone, which JavaScript would take for the host's own.
 */
export function readTime(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

const SKEW_MS_MAX = 5 * 60_000;

/** "Now", widened by the skew that is granted, at most five minutes. */
export interface Clockwork {
  /** Whether a thing that begins then has begun. */
  hasBegun(at: number): boolean;
  /** Whether a thing that ends then is over. */
  isOver(at: number): boolean;
  /** Both ends of "now", for people to read. */
  readonly earliest: string;
  readonly latest: string;
  readonly skewMs: number;
}

export function clockwork(now: Date, clockSkewMs: number): Clockwork {
  const skewMs = Math.min(Math.max(0, clockSkewMs), SKEW_MS_MAX);
  return {
    skewMs,
    earliest: new Date(now.getTime() - skewMs).toISOString(),
    latest: new Date(now.getTime() + skewMs).toISOString(),
    hasBegun: (at) => at <= now.getTime() + skewMs,
    isOver: (at) => at <= now.getTime() - skewMs,
  };
}
