import { expect, test } from "vitest";
import { judgeMemory, type MemorySample } from "#tests/bench/memory.ts";

/** Ten minutes of samples; `mb` says how much there is at a second. */
function samples(mb: (atS: number) => number): MemorySample[] {
  return Array.from({ length: 600 }, (_, atS) => {
    // Garbage comes and is collected every twenty seconds.
    const garbage = (atS % 20) * 2;
    return { atS, rssMb: 100 + mb(atS), heapMb: 40 + mb(atS) + garbage };
  });
}

test("memory that rises while the service warms up, has peaks and is collected again is flat", () => {
  const verdict = judgeMemory(samples((atS) => (atS < 100 ? atS / 5 : 20) + (atS === 400 ? 300 : 0)));
  expect(verdict.isFlat).toBe(true);
  expect(verdict.rssMb).toEqual([120, 120, 120]);
  expect(Math.abs(verdict.rssMbPerMinute)).toBeLessThan(0.1);
});

test("memory that rises slowly all the time is not flat, and by how much is told", () => {
  const verdict = judgeMemory(samples((atS) => (atS / 60) * 2));
  expect(verdict.isFlat).toBe(false);
  expect(verdict.rssMbPerMinute).toBeCloseTo(2, 1);
  expect(verdict.heapMbPerMinute).toBeCloseTo(2, 0);
});

test("of too few samples nothing is said", () => {
  expect(() => judgeMemory(samples(() => 0).slice(0, 5))).toThrow("too few");
});
