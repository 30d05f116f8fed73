import { afterEach, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "#lib/platform/db.ts";
import { metrics } from "#lib/platform/health.ts";
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
