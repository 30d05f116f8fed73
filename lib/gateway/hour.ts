import { type Clock, MINUTE_MS } from "#lib/shared/clock.ts";

const MINUTES = 60;

/** How often each kind of thing happened within the last hour, to the minute. */
export class LastHour<Kind extends string> {
  readonly #clock: Clock;
  readonly #minutes = new Map<number, Map<Kind, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(kind: Kind): void {
    const now = this.#minute();
    const counts = this.#minutes.get(now) ?? new Map<Kind, number>();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.#minutes.set(now, counts);
    if (this.#minutes.size > MINUTES) this.#forget(now);
  }

  of(kind: Kind): number {
    this.#forget(this.#minute());
    let sum = 0;
    for (const counts of this.#minutes.values()) sum += counts.get(kind) ?? 0;
    return sum;
  }

  /** What is older; and what lies ahead, because the clock was set back. */
  #forget(now: number): void {
    for (const minute of this.#minutes.keys())
      if (minute <= now - MINUTES || minute > now) this.#minutes.delete(minute);
  }

  #minute(): number {
    return Math.floor(this.#clock().getTime() / MINUTE_MS);
  }
}
