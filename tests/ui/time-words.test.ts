import { expect, test } from "vitest";
import { absoluteWords, dateWords, relativeWords } from "#components/ui/time-words.ts";

const now = new Date("2026-03-03T12:00:00Z");

test.each([
  ["2026-03-03T11:59:30Z", "just now"],
  ["2026-03-03T12:00:30Z", "in under a minute"],
  ["2026-03-03T11:57:01Z", "2 minutes ago"],
  ["2026-03-02T12:00:01Z", "23 hours ago"],
  ["2026-03-15T12:00:00Z", "in 12 days"],
  ["2026-01-02T12:00:00Z", "2 months ago"],
  ["2024-03-01T12:00:00Z", "2 years ago"],
])("says %s as %s, rounding towards now", (at, words) => {
  expect(relativeWords(new Date(at), now)).toBe(words);
});

test("writes a moment to the second in UTC, and a day without a time", () => {
  expect(absoluteWords(new Date("2026-03-03T14:05:09.700Z"))).toBe("2026-03-03 14:05:09 UTC");
  expect(dateWords(new Date("2026-03-03T23:59:00Z"))).toBe("3 Mar 2026");
});
