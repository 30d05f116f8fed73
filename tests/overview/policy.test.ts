import { expect, test } from "vitest";
import { firstSteps, headline } from "#lib/overview/policy.ts";

const none = { failing: 0, degraded: 0, unknown: 0, setting_up: 0, healthy: 0 };

test.each([
  [{}, "There are no sites yet."],
  [{ healthy: 1 }, "The one site is healthy."],
  [{ healthy: 40 }, "All 40 sites are healthy."],
  [{ failing: 1, healthy: 3 }, "1 site is failing."],
  [{ failing: 2, degraded: 1 }, "2 sites are failing, and 1 more needs a look."],
  [{ failing: 1_200, degraded: 3_400 }, "1,200 sites are failing, and 3,400 more need a look."],
  [{ degraded: 12, healthy: 8 }, "12 of 20 sites need a look. None is failing."],
  [{ setting_up: 1, healthy: 8 }, "Nothing is wrong. 1 site is still being set up."],
  [{ unknown: 2, healthy: 8 }, "Nothing is known to be wrong. 2 sites are silent since set-up."],
])("%j is told as %j", (counts, words) => {
  expect(headline({ ...none, ...counts })).toBe(words);
});

test("a new console begins with a customer, then a deployment, then colleagues", () => {
  const steps = firstSteps({ customers: 1, deployments: 0, people: 1 });
  expect(steps.map(({ title, done }) => [title, done])).toEqual([
    ["Add a customer", true],
    ["Create a deployment", false],
    ["Invite your colleagues", false],
  ]);
});
