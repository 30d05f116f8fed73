import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget, RateLimiter, rateKey } from "#lib/gateway/intake/rate.ts";
import { canonical, sourceOf } from "#lib/gateway/intake/source.ts";

test.each([
  ["192.0.2.1", undefined, 0, "192.0.2.1"],
  ["::ffff:192.0.2.1", "203.0.113.9", 0, "192.0.2.1"],
  ["fe80::1%eth0", undefined, 0, "fe80::1"],
  ["2001:DB8:0:0::1", undefined, 0, "2001:db8::1"],
  [undefined, undefined, 0, null],
  ["10.0.0.1", "203.0.113.9", 1, "203.0.113.9"],
  ["10.0.0.1", "1.1.1.1, 203.0.113.9", 1, "203.0.113.9"],
  ["10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"],
  ["10.0.0.1", "203.0.113.9:52100", 1, "203.0.113.9"],
  ["10.0.0.1", "[2001:db8::1]:52100", 1, "2001:db8::1"],
  ["10.0.0.1", "::ffff:203.0.113.9", 1, "203.0.113.9"],
  // Past our proxies, or none of the form that they write: nobody knows whose it is.
  ["10.0.0.1", undefined, 1, null],
  ["10.0.0.1", "203.0.113.9", 2, null],
  ["10.0.0.1", "", 1, null],
  ["10.0.0.1", "unknown", 1, null],
  ["10.0.0.1", "203.0.113.9,", 1, null],
  ["10.0.0.1", "0xcb.0.113.9", 1, null],
  ["10.0.0.1", "203.0.113.009", 1, null],
])("%s with %s behind %i proxies is %s", (socket, header, proxies, source) => {
  expect(sourceOf(socket, header, proxies)).toBe(source);
});

test("whatever a client writes, what our proxies add decides", () => {
  const theirs = fc.array(fc.string({ unit: "binary-ascii" }).map((text) => text.replaceAll(",", ";")));
  fc.assert(
    fc.property(theirs, fc.ipV4(), fc.array(fc.ipV4(), { maxLength: 3 }), (lies, real, proxies) => {
      const header = [...lies, real, ...proxies].join(", ");
      expect(sourceOf("10.0.0.1", header, proxies.length + 1)).toBe(real);
    }),
  );
});

test("no header makes it throw, and what it gives is an address as rules are written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 0, max: 4 }), (header, proxies) => {
      const source = sourceOf("::1", header, proxies);
      expect(source === null || canonical(source) === source).toBe(true);
    }),
  );
});

test("a limit lets so many through at once and then at its pace, each key for itself", () => {
  const limiter = new RateLimiter({ perSecond: 10, burst: 3 });
  const take = (key: string, now: number) => limiter.take(key, now);
  expect([take("a", 1_000), take("a", 1_000), take("a", 1_000), take("a", 1_000)]).toEqual([0, 0, 0, 100]);
  expect(take("b", 1_000)).toBe(0);
  expect([take("a", 1_099), take("a", 1_100), take("a", 1_100)]).toEqual([1, 0, 100]);
  // Whoever was refused has not made it worse for himself.
  expect(take("a", 1_200)).toBe(0);
});

test("over any time no key gets more than its burst and its pace", () => {
  const asks = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      asks,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      (gaps, perSecond, burst) => {
        const limiter = new RateLimiter({ perSecond, burst });
        let [now, taken] = [0, 0];
        for (const gap of gaps) {
          now += gap;
          if (limiter.take("a", now) === 0) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(burst + (now * perSecond) / 1_000 + 1e-6);
        expect(taken).toBeGreaterThan(0);
      },
    ),
  );
});

test("the limiter's memory is bounded, whoever comes", () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, 100);
  for (let source = 0; source < 10_000; source += 1) limiter.take(String(source), source);
  expect(limiter.size).toBeLessThanOrEqual(100);
  expect(limiter.take("9999", 9_999)).toBeGreaterThan(0);
});

test("an IPv6 network counts as one source, however its addresses are written", () => {
  const of = (text: string) => rateKey(text);
  expect(of("192.0.2.1")).toBe("192.0.2.1");
  expect(of("2001:db8::1")).toBe(of("2001:db8:0:0:ffff::2"));
  expect(of("2001:db8:0:1::1")).not.toBe(of("2001:db8::1"));
  expect(of("::1")).toBe(of("::2"));
  expect(of("fe80::")).toBe(of("fe80::1:2:3:4"));
});

test("a budget is never overdrawn, and what is given back can be taken again", () => {
  const budget = new Budget(10);
  expect([budget.take(6), budget.take(5), budget.take(4), budget.free]).toEqual([true, false, true, 0]);
  budget.give(6);
  expect([budget.free, budget.take(6)]).toEqual([6, true]);
});
