import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_FREE_BYTES, type DoctorPlan, emptyPlan } from "#lib/doctor/plan.ts";
import {
  DOCTOR_USAGE,
  Problem,
  readArguments,
  readPlanFile,
  runCommandLine,
} from "#lib/doctor/program/command.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { postgresHome } from "./database.ts";
import { readSettings, type Settings } from "./env.ts";
import { Failure } from "./failure.ts";
import { runningPostgres } from "./postgres.ts";
import { readSecrets } from "./secrets.ts";

/** `sallyport doctor`: looks at what the plan names, and at this installation itself. */
export async function doctor(args: readonly string[]): Promise<void> {
  try {
    const given = readArguments(args);
    if (given === "help") return console.log(`Usage: sallyport doctor [options]\n\n${DOCTOR_USAGE}`);
    const settings = readSettings();
    const plan = given.plan ? readPlanFile(given.plan) : emptyPlan(systemClock());
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
