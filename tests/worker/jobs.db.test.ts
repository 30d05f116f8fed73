import { afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { metrics } from "#lib/platform/health.ts";
import { wakeWorker } from "#lib/platform/wake.ts";
import { JOBS } from "#lib/worker/jobs.ts";
import { runJobs, runOnce } from "#lib/worker/run-jobs.ts";
import { testDatabase } from "#tests/support/database.ts";

beforeAll(async () => {
  const database = await testDatabase();
  process.env.SALLYPORT_WORKER_DATABASE_URL = database.workerUrl;
});

afterEach(closeDatabase);

test("the worker's role can keep its schedule without owning a table", async () => {
  const running = await runJobs(JOBS);
  await running.stop();
});

test("a job runs once it is said to have something to do, long before its minute", async () => {
  let runs = 0;
  const job = { name: "test.wake", cron: "0 0 1 1 *", run: async () => ({ runs: ++runs }) };
  const running = await runJobs([job]);
  onTestFinished(running.stop);
  // Said until it is heard: the worker listens a moment after it has begun.
  await expect
    .poll(
      async () => {
        await asSystem("a test wakes the worker", (tx) => wakeWorker(tx, job.name));
        return runs;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBeGreaterThan(0);
});

test.each(JOBS.map((job) => [job.name, job] as const))(
  "%s has nothing to do in an empty database",
  async (_, job) => {
    expect(Object.values(await job.run()).every((count) => count === 0)).toBe(true);
  },
);

test("a failing job is counted as failed, and the queue is told", async () => {
  const broken = {
    name: "test.break",
    cron: "* * * * *",
    run: () => Promise.reject(new Error("broken on purpose")),
  };
  await expect(runOnce(broken)).rejects.toThrow("broken on purpose");
  expect((await metrics()).body).toContain('sallyport_job_runs_total{job="test.break",outcome="failed"} 1');
});
