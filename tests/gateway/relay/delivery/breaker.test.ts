import { expect, test } from "vitest";
import { Breaker } from "#lib/gateway/relay/delivery/breaker.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";

const NOW = new Date("2026-01-15T12:00:00Z");
const after = (ms: number) => new Date(NOW.getTime() + ms);
const closed = () => new Breaker({ openings: 0, restsUntil: null }, () => 0.5);

function opened(): Breaker {
  const breaker = closed();
  for (const object of ["a", "b", "c", "d", "e"]) breaker.failed(object, NOW);
  return breaker;
}

test("five objects that fail in a row open it", () => {
  const breaker = closed();
  for (const object of ["a", "b", "c", "d"]) breaker.failed(object, NOW);
  expect(breaker.isOpen).toBe(false);
  breaker.failed("e", NOW);
  expect(breaker.mayBegin(after(4_999))).toBe(false);
  expect(breaker.mayBegin(after(5_000))).toBe(true);
});

test("one object that always fails does not open it, nor do failures with a success between", () => {
  const breaker = closed();
  for (let time = 0; time < 100; time += 1) breaker.failed("poison", NOW);
  expect(breaker.isOpen).toBe(false);
  for (const object of ["a", "b", "c"]) breaker.failed(object, NOW);
  breaker.succeeded();
  for (const object of ["d", "e", "f", "g"]) breaker.failed(object, NOW);
  expect(breaker.isOpen).toBe(false);
});

test("after its rest it lets one through, and no second before that one is back", () => {
  const breaker = opened();
  expect(breaker.mayBegin(after(5_000))).toBe(true);
  breaker.begun();
  expect(breaker.mayBegin(after(MINUTE_MS))).toBe(false);
  expect(breaker.succeeded()).toBe(true);
  expect(breaker.mayBegin(after(MINUTE_MS))).toBe(true);
  expect(breaker.succeeded()).toBe(false);
});

test("each probe that fails doubles the rest, up to five minutes", () => {
  const breaker = opened();
  const rests: number[] = [];
  let now = breaker.state.restsUntil ?? NOW;
  for (let probe = 0; probe < 9; probe += 1) {
    breaker.begun();
    breaker.failed("a", now);
    const until = breaker.state.restsUntil ?? now;
    rests.push((until.getTime() - now.getTime()) / SECOND_MS);
    now = until;
  }
  expect(rests).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300]);
});

test("what was under way when it opened does not prolong the rest", () => {
  const breaker = opened();
  const { restsUntil } = breaker.state;
  breaker.failed("f", after(4_000));
  expect(breaker.state.restsUntil).toEqual(restsUntil);
});

test("its rest is no longer for a clock that is set back", () => {
  const breaker = opened();
  breaker.setBack(DAY_MS);
  expect(breaker.mayBegin(after(4_999 - DAY_MS))).toBe(false);
  expect(breaker.mayBegin(after(5_000 - DAY_MS))).toBe(true);
});

test("another worker takes up its state", () => {
  const breaker = new Breaker(opened().state, () => 0.5);
  expect(breaker.mayBegin(after(4_999))).toBe(false);
  breaker.begun();
  breaker.failed("a", after(5_000));
  expect(breaker.state).toEqual({ openings: 2, restsUntil: after(15_000) });
});
