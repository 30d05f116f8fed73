/** So many a second on average, and as many as `burst` at once. */
export interface Rate {
  perSecond: number;
  burst: number;
}

const KEYS_MAX = 10_000;

/**
 * A limit for each key, in memory that is bounded (the generic cell rate algorithm: one number for each key, when its last
 * request would be due at an even pace). Of too many keys the oldest is forgotten: whoever comes from everywhere at once
 * meets the limit that all of them share.
 */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #slackMs: number;
  readonly #keysMax: number;
  readonly #due = new Map<string, number>();

  constructor({ perSecond, burst }: Rate, keysMax = KEYS_MAX) {
    this.#intervalMs = 1_000 / perSecond;
    this.#slackMs = this.#intervalMs * (burst - 1);
    this.#keysMax = keysMax;
  }

  /** Takes one for the key. Returns 0, or after how many milliseconds it may come again. `now` never runs backwards. */
  take(key: string, now: number): number {
    const due = Math.max(this.#due.get(key) ?? 0, now);
    const early = due - now - this.#slackMs;
    if (early > 0) return Math.ceil(early);
    this.#due.delete(key);
    this.#due.set(key, due + this.#intervalMs);
    if (this.#due.size > this.#keysMax) this.#forget(now);
    return 0;
  }

  get size(): number {
    return this.#due.size;
  }

  /** Those at the front have taken none for the longest. */
  #forget(now: number): void {
    for (const [key, due] of this.#due) {
      if (due > now && this.#due.size <= this.#keysMax) return;
      this.#due.delete(key);
    }
  }
}

/** Whoever holds an IPv6 network holds all of it: its 2^64 addresses count as one. */
export function rateKey(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array<string>(missing).fill("0"), ...rest].slice(0, 4).join(":");
}

/** Bytes that all open requests together may hold in memory. */
export class Budget {
  #free: number;

  constructor(bytes: number) {
    this.#free = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }

  get free(): number {
    return this.#free;
  }
}
