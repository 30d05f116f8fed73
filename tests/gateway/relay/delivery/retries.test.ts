import fc from "fast-check";
import { expect, test } from "vitest";
import { nextAttempt, retryAfterMs } from "#lib/gateway/relay/delivery/retries.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";

const OPENED = new Date("2026-01-15T12:00:00Z");

/** The waits of a delivery that always fails, in the middle of their spread. */
function waits(random: () => number): number[] {
  const found: number[] = [];
  let now = OPENED;
  for (let attempts = 1; ; attempts += 1) {
    const next = nextAttempt({ openedAt: OPENED, attempts, retryAfterMs: null }, now, random);
    if (!next) return found;
    found.push(next.getTime() - now.getTime());
    now = next;
  }
}

test("waits double from five seconds to two hours, and end after three days", () => {
  const all = waits(() => 0.5);
  expect(all.slice(0, 4)).toEqual([5, 10, 20, 40].map((seconds) => seconds * SECOND_MS));
  expect(all.at(-1)).toBe(2 * HOUR_MS);
  const total = all.reduce((sum, wait) => sum + wait, 0);
  expect(total).toBeGreaterThanOrEqual(3 * DAY_MS);
  expect(total).toBeLessThan(3 * DAY_MS + 2 * HOUR_MS);
});

test("whatever the spread, the last try comes no earlier than three days after the first, and none much later", () => {
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (stream) => {
        const total = waits(() => stream.next().value as number).reduce((sum, wait) => sum + wait, 0);
        expect(total).toBeGreaterThanOrEqual(3 * DAY_MS);
        expect(total).toBeLessThan(3 * DAY_MS + 2.5 * HOUR_MS);
      },
    ),
    { numRuns: 50 },
  );
});

test("two that failed together do not come back together", () => {
  const at = (random: number) =>
    nextAttempt({ openedAt: OPENED, attempts: 12, retryAfterMs: null }, OPENED, () => random)?.getTime() ?? 0;
  expect(at(0) - OPENED.getTime()).toBe(1.5 * HOUR_MS);
  expect(at(0.999_999) - OPENED.getTime()).toBeCloseTo(2.5 * HOUR_MS, -5);
});

test("an endpoint that asks for more time gets it, but no more than two hours", () => {
  const wait = (asked: number) =>
    (nextAttempt({ openedAt: OPENED, attempts: 1, retryAfterMs: asked }, OPENED, () => 0.5)?.getTime() ?? 0) -
    OPENED.getTime();
  expect(wait(SECOND_MS)).toBe(5 * SECOND_MS);
  expect(wait(10 * MINUTE_MS)).toBe(10 * MINUTE_MS);
  expect(wait(DAY_MS)).toBe(2 * HOUR_MS);
});

test("Retry-After is read as seconds and as a date, and nothing else is guessed at", () => {
  expect(retryAfterMs("120", OPENED)).toBe(120 * SECOND_MS);
  expect(retryAfterMs("Thu, 15 Jan 2026 12:01:00 GMT", OPENED)).toBe(MINUTE_MS);
  expect(retryAfterMs("Thu, 15 Jan 2026 11:00:00 GMT", OPENED)).toBe(0);
  for (const header of [undefined, "soon", "", "-1x"]) expect(retryAfterMs(header, OPENED)).toBeNull();
});
