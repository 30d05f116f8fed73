import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { KNOCKED_AT, leftBehind } from "#tests/support/left-behind.ts";

test.skip(!process.env.SALLYPORT_TEST_CUT_OFF, "This run has the machine's network.");

test("nothing of this run can leave the machine: every set-up in it was made without the Internet", async () => {
  expect(Object.keys(networkInterfaces()).filter((name) => name !== "sink")).toEqual(["lo"]);
  const answer = await new Promise((resolve) => {
    connect(KNOCKED_AT)
      .once("connect", () => resolve("connected"))
      .once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  expect(answer).toBe(process.env.SALLYPORT_TEST_SINK ? "ECONNREFUSED" : "ENETUNREACH");
  // What counts the others has seen this one.
  const left = leftBehind();
  if (left) expect(left.get(`${KNOCKED_AT.host}:${KNOCKED_AT.port}`)).toBeGreaterThan(0);
});
