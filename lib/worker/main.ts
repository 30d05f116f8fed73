import { closeDatabase } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { log } from "#lib/platform/log.ts";
import { jobsFor } from "./jobs.ts";
import { runJobs } from "./run-jobs.ts";
import { serveHealth } from "./server.ts";

const server = await serveHealth();
const due = jobsFor(env().demo);
const jobs = await runJobs(due);
log().info({ jobs: due.length }, "the worker is at work");

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());

/** Lets the jobs at work finish: what they hold would otherwise wait until its lease ends. */
async function stop(): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await jobs.stop();
  await closeDatabase();
}
