import { expect, test } from "vitest";
import { currentTab } from "#components/ui/current-tab.ts";
import { itemFor } from "#components/ui/menu-keys.ts";

const items = ["Rename", "Archive", "Remove"];

test.each([
  ["ArrowDown", -1, 0],
  ["ArrowDown", 2, 0],
  ["ArrowUp", -1, 2],
  ["ArrowUp", 1, 0],
  ["Home", 2, 0],
  ["End", 0, 2],
  ["r", -1, 0],
  ["r", 0, 2],
  ["R", 2, 0],
  ["x", 0, null],
  [" ", 0, null],
  ["Enter", 0, null],
])("%s in a menu, from item %i, leads to %s", (key, at, next) => {
  expect(itemFor(key, at, items)).toBe(next);
});

test("a menu without items leads nowhere", () => {
  expect(itemFor("ArrowDown", -1, [])).toBeNull();
});

test("the tab with the longest matching path is the current one", () => {
  const tabs = [{ href: "/deployments/dep_1" }, { href: "/deployments/dep_1/connections" }];
  expect(currentTab("/deployments/dep_1", tabs)).toBe("/deployments/dep_1");
  expect(currentTab("/deployments/dep_1/connections/conn_2", tabs)).toBe("/deployments/dep_1/connections");
  expect(currentTab("/deployments/dep_10", tabs)).toBeUndefined();
});
