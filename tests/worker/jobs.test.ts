import { expect, test } from "vitest";
import { jobsFor } from "#lib/worker/jobs.ts";

test("the worker of a demo asks no site how it is, because none of them exists", () => {
  const names = (demo: boolean) => jobsFor(demo).map((job) => job.name);
  expect(names(false)).toContain("connections.sync");
  expect(names(true)).toEqual(names(false).filter((name) => name !== "connections.sync"));
});
