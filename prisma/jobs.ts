import { PgBoss } from "pg-boss";
import { OWNER } from "./roles.ts";

/**
 * Makes or upgrades the tables that the worker's jobs are kept in. pg-boss would make them itself when the worker
 * starts, but then the worker's role would own them.
 */
export async function prepareJobs(adminUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: adminUrl,
    options: `-c role=${OWNER}`,
    max: 1,
    schema: "pgboss",
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  const problems: Error[] = [];
  boss.on("error", (error) => problems.push(error));
  await boss.start();
  await boss.stop({ graceful: false });
  if (problems[0]) throw problems[0];
}
