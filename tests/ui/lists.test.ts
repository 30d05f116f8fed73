import { expect, test } from "vitest";
import { type Columns, nextSort, shownColumns } from "#components/ui/columns.ts";

const columns: Columns<{ name: string; site: string; notes: string }> = [
  { accessorKey: "name", header: "Name" },
  { accessorKey: "site", header: "Site" },
  { accessorKey: "notes", header: "Notes", hidden: true },
];

test("a column's head sorts up, then down, then as it was", () => {
  expect(nextSort("", "name")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("-name", "name")).toBeNull();
  expect(nextSort("-site", "name")).toBe("name");
});

test("shows the usual columns until somebody chooses", () => {
  expect([...shownColumns(columns, null)]).toEqual(["name", "site"]);
});

test("shows what was chosen, and the first column always: it holds the link", () => {
  expect([...shownColumns(columns, ["notes"])].sort()).toEqual(["name", "notes"]);
  expect([...shownColumns(columns, [])]).toEqual(["name"]);
});
