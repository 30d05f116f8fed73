import { expect, test, vi } from "vitest";
import { repeat } from "#lib/identity-service/repeat.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";

test("is done after each pause, at once while there is more, and sooner again after a failure", async () => {
  vi.useFakeTimers();
  const outcomes = ["more", "more", "done", "failure", "done"];
  const at: number[] = [];
  const failures: unknown[] = [];
  const begun = Date.now();
  const stop = repeat(
    MINUTE_MS,
    async () => {
      at.push(Math.round((Date.now() - begun) / SECOND_MS));
      const outcome = outcomes.shift();
      if (outcome === "failure") throw new Error("The database is away.");
      return { more: outcome === "more" };
    },
    (error) => failures.push(error),
  );
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
  await stop();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  vi.useRealTimers();
  expect(at).toEqual([60, 60, 60, 120, 135]);
  expect(failures).toMatchObject([{ message: "The database is away." }]);
});

test("ending waits for what is under way, which is told, and nothing is begun afterwards", async () => {
  const steps: string[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const stop = repeat(
    0,
    async (ending) => {
      steps.push("begun");
      begin();
      await new Promise((told) => ending.addEventListener("abort", told));
      steps.push("told");
      return { more: true };
    },
    () => steps.push("failed"),
  );
  await begun;
  await stop();
  steps.push("ended");
  await new Promise((later) => setTimeout(later, 0));
  expect(steps).toEqual(["begun", "told", "ended"]);
});
