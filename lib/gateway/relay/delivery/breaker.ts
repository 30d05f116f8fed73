import { MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { spread } from "./retries.ts";

/** So many different objects must fail, and nothing succeed between them, before it is the endpoint that is at fault. */
const OPENS_AFTER = 5;
const FIRST_REST_MS = 5 * SECOND_MS;
const LONGEST_REST_MS = 5 * MINUTE_MS;

/** What of a breaker outlives the program. */
export interface BreakerState {
  /** How often it has opened since the last success. */
  readonly openings: number;
  /** Until when nothing is sent; null while it is closed. */
  readonly restsUntil: Date | null;
}

/**
 * Keeps an endpoint that takes nothing from being asked for everything. Open, it lets nothing through until a rest is over; then one
 * delivery at a time, until one succeeds. A single object that the endpoint cannot digest never opens it: that one waits by itself.
 */
export class Breaker {
  #openings: number;
  #restsUntil: Date | null;
  #probing = false;
  readonly #failing = new Set<string>();
  readonly #random: () => number;

  constructor({ openings, restsUntil }: BreakerState, random: () => number = Math.random) {
    this.#openings = openings;
    this.#restsUntil = restsUntil;
    this.#random = random;
  }

  get state(): BreakerState {
    return { openings: this.#openings, restsUntil: this.#restsUntil };
  }

  get isOpen(): boolean {
    return this.#restsUntil !== null;
  }

  /** Whether one more delivery may begin. Whoever is told so while the breaker is open holds the one probe. */
  mayBegin(now: Date): boolean {
    if (this.#restsUntil === null) return true;
    return !this.#probing && now >= this.#restsUntil;
  }

  /** A delivery begins. */
  begun(): void {
    if (this.#restsUntil !== null) this.#probing = true;
  }

  /** The clock was set back by so much. */
  setBack(byMs: number): void {
    this.#restsUntil &&= new Date(this.#restsUntil.getTime() - byMs);
  }

  /** Returns whether it was open until now. */
  succeeded(): boolean {
    const wasOpen = this.isOpen;
    this.#openings = 0;
    this.#restsUntil = null;
    this.#probing = false;
    this.#failing.clear();
    return wasOpen;
  }

  failed(object: string, now: Date): void {
    this.#failing.add(object);
    if (this.isOpen ? !this.#probing : this.#failing.size < OPENS_AFTER) return;
    const restMs = Math.min(FIRST_REST_MS * 2 ** Math.min(this.#openings, 20), LONGEST_REST_MS);
    this.#openings += 1;
    this.#probing = false;
    this.#failing.clear();
    this.#restsUntil = new Date(now.getTime() + spread(restMs, this.#random));
  }
}
