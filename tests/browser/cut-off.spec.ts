import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect } from "@playwright/test";
import { test } from "#tests/support/browser.ts";

test.skip(!process.env.SALLYPORT_TEST_CUT_OFF, "This run has the machine's network.");

test("nothing of this run can leave the machine: every set-up in it was made without the Internet", async () => {
  expect(Object.keys(networkInterfaces())).toEqual(["lo"]);
  const answer = await new Promise((resolve) => {
    connect({ host: "104.16.0.1", port: 443 })
      .once("connect", () => resolve("connected"))
      .once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  expect(answer).toBe("ENETUNREACH");
});
