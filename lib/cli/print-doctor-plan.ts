import { systemActor } from "#lib/access/actor.ts";
import { getDoctorPlan } from "#lib/doctor/files.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";

// Run by `sallyport doctor --deployment` in the console's name: prints the plan of a deployment.
const [deploymentId = ""] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await getDoctorPlan(systemActor("doctor"), deploymentId)));
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exitCode = 1;
} finally {
  await closeDatabase();
}
