import { describe, expect, test } from "vitest";
import { placesFor } from "#app/(console)/navigation.ts";
import { initials } from "#components/shell/initials.ts";
import { meaningOf } from "#components/shell/keys.ts";
import { isHere } from "#components/shell/nav-item.ts";
import { isTheme } from "#components/shell/theme.ts";
import { anActor } from "#tests/support/actors.ts";

describe("shortcuts", () => {
  const idle = { waiting: false, typing: false, single: true };
  const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey", boolean>> = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...held,
  });

  test.each([
    ["g", { do: "wait" }],
    ["?", { do: "help" }],
    ["[", { do: "rail" }],
    ["/", { do: "search" }],
    ["x", { do: "nothing" }],
  ])("%s alone means what the help says", (key, meaning) => {
    expect(meaningOf(press(key), idle)).toEqual(meaning);
  });

  test("a key after g goes somewhere", () => {
    expect(meaningOf(press("d"), { ...idle, waiting: true })).toEqual({ do: "go", key: "d" });
  });

  test("in a field letters are letters, and only Ctrl or Cmd K opens the palette", () => {
    expect(meaningOf(press("g"), { ...idle, typing: true })).toEqual({ do: "nothing" });
    expect(meaningOf(press("k", { ctrlKey: true }), { ...idle, typing: true })).toEqual({ do: "palette" });
    expect(meaningOf(press("K", { metaKey: true }), { ...idle, typing: true })).toEqual({ do: "palette" });
  });

  test("whoever turned single keys off is not surprised by them", () => {
    expect(meaningOf(press("g"), { ...idle, single: false })).toEqual({ do: "nothing" });
    expect(meaningOf(press("k", { ctrlKey: true }), { ...idle, single: false })).toEqual({ do: "palette" });
  });

  test("the browser's own shortcuts stay the browser's", () => {
    expect(meaningOf(press("g", { ctrlKey: true }), idle)).toEqual({ do: "nothing" });
    expect(meaningOf(press("/", { altKey: true }), idle)).toEqual({ do: "nothing" });
  });
});

test("the rail marks the place that holds the page, and the overview only itself", () => {
  expect(isHere("/deployments", "/deployments/dep_1/audit")).toBe(true);
  expect(isHere("/deployments", "/deploymentsx")).toBe(false);
  expect(isHere("/", "/")).toBe(true);
  expect(isHere("/", "/people")).toBe(false);
});

test("the rail shows only what the role may see", () => {
  const hrefs = (role: Parameters<typeof anActor>[0]) => placesFor(anActor(role)).map((place) => place.href);
  expect(hrefs("owner")).toEqual([
    "/",
    "/deployments",
    "/customers",
    "/allowlists",
    "/crossings",
    "/guides",
    "/audit",
    "/people",
    "/settings",
  ]);
  expect(hrefs("support")).not.toContain("/people");
  expect(hrefs("customer_admin")).not.toContain("/settings");
  expect(hrefs("auditor")).toEqual(expect.arrayContaining(["/audit", "/crossings"]));
});

test.each([
  ["Ada Lindqvist", "AL"],
  ["Ada", "A"],
  ["Jean-Luc de la Tour", "JT"],
  ["  ", ""],
])("shortens the name %j to %j", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test("takes no theme from a cookie but the three there are", () => {
  expect(isTheme("dark")).toBe(true);
  expect(isTheme('dark" onload="x')).toBe(false);
  expect(isTheme(undefined)).toBe(false);
});
