import { expect, test } from "vitest";
import { ClockWatch } from "#lib/gateway/relay/buffer/clock-watch.ts";

const HOUR = 3_600_000;

test("a clock that goes on as time does is trusted, and so are small corrections", () => {
  const watch = new ClockWatch();
  const looks = [
    [0, 0],
    [5_000, 5_000],
    [4_000, 10_000],
    [60_000, 15_000],
  ] as const;
  expect(looks.map(([wall, steady]) => watch.look(wall, steady).trusted)).toEqual([true, true, true, true]);
});

test.each([
  ["ahead", 30 * 24 * HOUR],
  ["back", -2 * HOUR],
])("after a leap %s nothing is told by it for an hour", (_, leap) => {
  const watch = new ClockWatch();
  watch.look(0, 0);
  expect(watch.look(leap + 5_000, 5_000)).toEqual({ trusted: false, leapMs: leap });
  expect(watch.look(leap + HOUR, HOUR)).toEqual({ trusted: false, leapMs: 0 });
  expect(watch.look(leap + HOUR + 10_000, HOUR + 10_000)).toEqual({ trusted: true, leapMs: 0 });
});
