import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_FREE_BYTES, type DoctorPlan, emptyPlan } from "#lib/doctor/plan.ts";
import {
  type Arguments,
  DOCTOR_USAGE,
  Problem,
  readArguments,
  readPlan,
  readPlanFile,
  runCommandLine,
} from "#lib/doctor/program/command.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { generate } from "./build.ts";
import { borrowDatabase, migrateDatabase, postgresHome, programUrls } from "./database.ts";
import { readSettings, type Settings } from "./env.ts";
import { Failure } from "./failure.ts";
import { runningPostgres } from "./postgres.ts";
import { consoleEnv } from "./programs.ts";
import { runForConsole } from "./run-for-console.ts";
import { readSecrets } from "./secrets.ts";

const DEPLOYMENT_USAGE = "Here, --deployment ID takes the plan from this console in place of a file.";

/** `sallyport doctor`: looks at what the plan names, and at this installation itself. */
export async function doctor(args: readonly string[]): Promise<void> {
  try {
    const given = readArguments(args);
    if (given === "help")
      return console.log(`Usage: sallyport doctor [options]\n\n${DOCTOR_USAGE}\n\n${DEPLOYMENT_USAGE}`);
    const settings = readSettings();
    const plan = await planFor(given, settings);
    process.exitCode = await runCommandLine(withThisMachine(plan, settings), given, databaseUrlOf(settings));
  } catch (error) {
    // 1 is what the doctor says when something needs another look.
    process.exitCode = 2;
    if (!(error instanceof Problem || error instanceof Failure)) throw error;
    console.error(error.message);
  }
  // A question that was given up on may hold its socket for a while.
  process.exit();
}

async function planFor({ plan, deployment }: Arguments, settings: Settings): Promise<DoctorPlan> {
  if (plan && deployment) throw new Failure("Give a plan or a deployment, not both.");
  if (plan) return readPlanFile(plan);
  return deployment ? await planOfDeployment(deployment, settings) : emptyPlan(systemClock());
}

/** As this console knows the deployment; its database is started for the moment where it does not run. */
async function planOfDeployment(deploymentId: string, settings: Settings): Promise<DoctorPlan> {
  const secrets = readSecrets(settings.dataDir);
  await generate(settings.root, new AbortController().signal);
  const database = await borrowDatabase(settings, secrets, "sallyport");
  try {
    await migrateDatabase(database, secrets);
    const env = consoleEnv(settings, secrets, programUrls(database, secrets), "start");
    const printed = await runForConsole(settings.root, "lib/cli/print-doctor-plan.ts", env, [deploymentId]);
    return readPlan(printed, "The console's answer");
  } finally {
    await database.server?.stop();
  }
}

/** The plan, and what only the installation knows: where its data lies, and the ports it uses. */
function withThisMachine(plan: DoctorPlan, { root, dataDir, ports, databaseUrl }: Settings): DoctorPlan {
  const used = [
    { port: ports.console, purpose: "Console (SALLYPORT_CONSOLE_PORT)" },
    { port: ports.identity, purpose: "Identity service (SALLYPORT_IDENTITY_PORT)" },
    { port: ports.worker, purpose: "Worker (SALLYPORT_WORKER_PORT)" },
  ];
  const paths = [
    existsSync(dataDir) ? dataDir : root,
    ...(databaseUrl ? [] : [join(postgresHome(dataDir), "postgres")]),
  ];
  const disk = paths.filter(existsSync).map((path) => ({ path, freeBytes: DEFAULT_FREE_BYTES }));
  return {
    ...plan,
    ports: [...plan.ports.filter(({ port }) => !used.some((own) => own.port === port)), ...used],
    disk: [...plan.disk.filter(({ path }) => !disk.some((own) => own.path === path)), ...disk],
    migration:
      readdirSync(join(root, "prisma/migrations"))
        .filter((name) => /^\d/.test(name))
        .sort()
        .at(-1) ?? "",
    notes:
      databaseUrl || databaseUrlOf({ dataDir, databaseUrl })
        ? plan.notes
        : [...plan.notes, "The database that comes with Sallyport is not running, so it was not asked."],
  };
}

/** The operator's database, or the one that runs here already: nothing is started for a look. */
function databaseUrlOf({ dataDir, databaseUrl }: Pick<Settings, "dataDir" | "databaseUrl">): string | null {
  if (databaseUrl) return databaseUrl;
  const running = runningPostgres(join(postgresHome(dataDir), "postgres"));
  if (!running) return null;
  return `postgresql://postgres:${readSecrets(dataDir).databaseAdmin}@127.0.0.1:${running.port}/sallyport`;
}
