import { expect, test } from "vitest";
import { filterOf } from "#lib/gateway/relay/delivery/filter.ts";
import { GAP_EVENT } from "#lib/shared/gateway/gap.ts";

const event = (name: string, environment = "environment_1") => ({ event: name, environment_id: environment });

test("without a filter everything is told", () => {
  const takes = filterOf({ events: [], environment_ids: [] });
  expect([event("user.created"), event("dsync.user.created", "environment_2")].every(takes)).toBe(true);
});

test("names are whole, or beginnings where they end in a star", () => {
  const takes = filterOf({ events: ["user.created", "dsync.*"], environment_ids: [] });
  expect(takes(event("user.created"))).toBe(true);
  expect(takes(event("dsync.group.user_added"))).toBe(true);
  for (const name of ["user.created.twice", "user.updated", "dsync", "xdsync.user"])
    expect(takes(event(name)), name).toBe(false);
});

test("a gap is told whatever names are asked for, but not of another environment", () => {
  const takes = filterOf({ events: ["user.created"], environment_ids: ["environment_1"] });
  expect(takes(event(GAP_EVENT))).toBe(true);
  expect(takes(event(GAP_EVENT, "environment_2"))).toBe(false);
  expect(takes(event("user.created", "environment_2"))).toBe(false);
});
