import { PgBoss } from "pg-boss";
import { Counter, Histogram } from "prom-client";
import { env } from "#lib/platform/env.ts";
import { log } from "#lib/platform/log.ts";
import type { Job } from "./job.ts";
import { listenForWaking } from "./wake.ts";

const runs = new Counter({
  name: "sallyport_job_runs_total",
  help: "Runs of a job, by how they ended",
  labelNames: ["job", "outcome"],
});

const durations = new Histogram({
  name: "sallyport_job_duration_seconds",
  help: "How long a run of a job took",
  labelNames: ["job"],
  buckets: [0.05, 0.25, 1, 5, 30, 120],
});

const RUN_SECONDS_MAX = 300;

/**
 * Runs every job when it is due. The schedule and who runs what live in PostgreSQL, so any number of workers may run:
 * each run happens in one of them.
 */
export async function runJobs(jobs: readonly Job[]): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({
    connectionString: env().databaseUrl,
    application_name: "sallyport-worker",
    schema: "pgboss",
    max: 4,
    // The worker's role owns none of these tables: prisma/jobs.ts makes and upgrades them.
    migrate: false,
    createSchema: false,
    reindex: false,
  });
  boss.on("error", (error) => log().error({ err: error }, "the job queue failed"));
  await boss.start();
  for (const job of jobs) {
    // "exclusive": one run waits or works, never two.
    await boss.createQueue(job.name, {
      policy: "exclusive",
      retryLimit: 0,
      expireInSeconds: RUN_SECONDS_MAX,
    });
    await boss.schedule(job.name, job.cron, null, { tz: "UTC" });
    await boss.work(job.name, () => runOnce(job));
  }
  await forgetOthers(boss, jobs);
  const names = new Set(jobs.map(({ name }) => name));
  const waking = listenForWaking({
    connectionString: env().databaseUrl,
    wake: (name) => {
      // One that works already leaves this one out, as it does with the schedule's.
      if (names.has(name))
        boss.send(name).catch((error) => log().warn({ err: error }, "a job was not woken"));
    },
    failed: (error) => log().warn({ err: error }, "jobs begin at their minute only for now"),
  });
  return {
    async stop() {
      await waking.stop();
      await boss.stop({ graceful: true, timeout: 8_000 });
    },
  };
}

/** Runs a job and keeps the count. A failure is on record and thrown on, so that the queue knows too. */
export async function runOnce(job: Job): Promise<void> {
  const end = durations.startTimer({ job: job.name });
  try {
    const counted = await job.run();
    runs.inc({ job: job.name, outcome: "done" });
    log().debug({ job: job.name, ...counted }, "ran a job");
  } catch (error) {
    runs.inc({ job: job.name, outcome: "failed" });
    log().error({ err: error, job: job.name }, "a job failed");
    throw error;
  } finally {
    end();
  }
}

/** A job that a newer version dropped would otherwise be scheduled for ever, with nobody to run it. */
async function forgetOthers(boss: PgBoss, jobs: readonly Job[]): Promise<void> {
  const known = new Set(jobs.map((job) => job.name));
  for (const { name } of await boss.getSchedules()) {
    if (!known.has(name)) await boss.unschedule(name);
  }
}
