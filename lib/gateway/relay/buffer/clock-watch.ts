import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";

const JUMP_MS = MINUTE_MS;
const TRUSTED_AGAIN_AFTER_MS = HOUR_MS;

/**
 * Watches a clock that can be set against one that cannot. After a leap nothing is dropped for its age for an hour, in which somebody
 * can put the clock right: a month's events are lost by a clock that is a month ahead for a second.
 */
export class ClockWatch {
  #last: { wall: number; steady: number } | null = null;
  #leaptAt: number | null = null;

  /** @param wall the clock by which ages are told. @param steady what only ever goes on. Both in milliseconds. */
  look(wall: number, steady: number): { trusted: boolean; leapMs: number } {
    const leapMs = this.#last ? wall - this.#last.wall - (steady - this.#last.steady) : 0;
    this.#last = { wall, steady };
    const leapt = Math.abs(leapMs) > JUMP_MS;
    if (leapt) this.#leaptAt = steady;
    const trusted = this.#leaptAt === null || steady - this.#leaptAt > TRUSTED_AGAIN_AFTER_MS;
    return { trusted, leapMs: leapt ? leapMs : 0 };
  }
}
