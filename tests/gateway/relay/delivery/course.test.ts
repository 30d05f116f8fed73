import fc from "fast-check";
import { expect, test } from "vitest";
import { Course } from "#lib/gateway/relay/delivery/course.ts";
import type { Delivery, EventRow } from "#lib/gateway/relay/delivery/store.ts";

const NOW = new Date("2026-01-15T12:00:00Z");
const HELD = { fence: "1", cursor: 0, breaker: { openings: 0, restsUntil: null }, failingSince: null };
const everything = () => true;

function rows(from: number, count: number, objects: number, bytes = 100): EventRow[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    return {
      seq: String(seq),
      id: `event_${seq}`,
      environment_id: "environment_1",
      event: "user.updated",
      object: `user_${seq % objects}`,
      body: "x".repeat(bytes),
    };
  });
}

const answered = (problem: string | null) => ({
  sent: { status: problem ? 500 : 200, problem, excerpt: null, retryAfter: undefined, crossed: null },
  beganAt: NOW,
  durationMs: 1,
});

test.each([
  ["many small events", 100, 2_000],
  ["few large events", 1_000_000, 6],
])("of %s no more is read than fits, however long the backlog", (_what, bytes, most) => {
  const course = new Course(HELD, [], 10_000);
  let read = 0;
  while (course.isReadable && read < 10_000) {
    course.takeEvents(rows(read + 1, 1, 10, bytes), everything, NOW);
    read += 1;
  }
  expect(read).toBe(most);
  const delivery = course.begin(NOW);
  course.finished(delivery as Delivery, answered(null), NOW);
  expect(course.isReadable).toBe(true);
});

test("whatever ends first and whatever fails, of each object one is under way, and the cursor never passes what is not settled", () => {
  const turn = fc.record({ choose: fc.nat(), fails: fc.boolean(), reads: fc.nat({ max: 3 }) });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (turns, objects) => {
      const course = new Course(HELD, [], 10_000, () => 0.5);
      const underWay: Delivery[] = [];
      const done = new Set<number>();
      const kept = new Set<number>();
      const latest = new Map<string, number>();
      let read = 0;
      for (const { choose, fails, reads } of turns) {
        if (course.isReadable) {
          course.takeEvents(rows(read + 1, reads, objects), everything, NOW);
          read += reads;
        }
        for (let next = course.begin(NOW); next; next = course.begin(NOW)) {
          expect(underWay.some(({ lane }) => lane === next?.lane)).toBe(false);
          expect(next.seq).toBeGreaterThan(latest.get(next.lane) ?? 0);
          latest.set(next.lane, next.seq);
          underWay.push(next);
        }
        const [ended] = underWay.splice(choose % Math.max(1, underWay.length), 1);
        if (!ended) continue;
        course.finished(ended, answered(fails ? "It answered 500." : null), NOW);
        if (!fails) done.add(ended.seq);
        const { opened, cursor } = course.outcome();
        for (const { seq } of opened) kept.add(seq);
        for (let seq = 1; seq <= cursor; seq += 1) expect(done.has(seq) || kept.has(seq)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("a broken endpoint of which nothing is left that failed is tried with what comes next, one at a time", () => {
  // As it stands when all that failed was given up after three days, or has left the buffer.
  const breaker = { openings: 3, restsUntil: NOW };
  const course = new Course({ ...HELD, breaker }, [], 10_000, () => 0.5);
  expect(course.nextAt).toBeNull();
  expect(course.isReadable).toBe(true);
  course.takeEvents(rows(1, 10, 10), everything, NOW);
  expect(course.isReadable).toBe(false);
  const probe = course.begin(NOW);
  expect(probe?.seq).toBe(1);
  expect(course.begin(NOW)).toBeNull();
  course.finished(probe as Delivery, answered("It answered 500."), NOW);
  expect(course.begin(NOW)).toBeNull();
  const next = new Date(course.nextAt ?? 0);
  expect(next.getTime()).toBeGreaterThan(NOW.getTime());
  const second = course.begin(next);
  expect(course.begin(next)).toBeNull();
  course.finished(second as Delivery, answered(null), next);
  expect(course.begin(next)?.seq).toBe(3);
  expect(course.begin(next)?.seq).toBe(4);
});
