import { expect, test } from "vitest";
import { PullProblem } from "#lib/gateway/relay/pull/events-api.ts";
import { waitAfter, waitUntilNext } from "#lib/gateway/relay/pull/waits.ts";

const failing = new PullProblem("failing", "It answers with status 500.");
const middle = () => 0.5;

test("waits double, up to five minutes", () => {
  const waits = [1, 2, 3, 9, 10, 1_000].map((failures) => waitAfter(failing, failures, middle));
  expect(waits).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
});

test("what failed together does not come back together", () => {
  expect(waitAfter(failing, 3, () => 0)).toBe(3_000);
  expect(waitAfter(failing, 3, () => 1)).toBe(5_000);
});

test("never asks before it may, and never waits longer than an hour for it", () => {
  const limited = (retryAfter: number) => new PullProblem("limited", "Less often.", retryAfter);
  expect(waitAfter(limited(20_000), 1, middle)).toBe(20_000);
  expect(waitAfter(limited(20_000), 9, middle)).toBe(256_000);
  expect(waitAfter(limited(10 * 86_400_000), 1, middle)).toBe(3_600_000);
});

test("a key that is not accepted is tried twice a minute at most", () => {
  expect(waitAfter(new PullProblem("key", "No."), 1, middle)).toBe(30_000);
});

test("a quiet environment is asked less often, and many together stay within what one address may ask", () => {
  const minute = 60_000;
  expect(
    [0, 50_000, 10 * minute, Number.POSITIVE_INFINITY, -minute].map((quiet) => waitUntilNext(quiet, 1)),
  ).toEqual([1_000, 5_000, 10_000, 10_000, 1_000]);
  expect(waitUntilNext(0, 1_000)).toBe(20_000);
});
