import { z } from "zod";
import { build, bundleDoctor, bundleGateway, bundleIdentityService, generate } from "./build.ts";
import { type Database, migrateDatabase, openDatabase, programUrls } from "./database.ts";
import { readSettings, type Settings } from "./env.ts";
import { Failure } from "./failure.ts";
import { keepServing } from "./keep-serving.ts";
import { type DataLock, lockDataDir } from "./lock.ts";
import { requireFreePort } from "./ports.ts";
import { consoleEnv, listPrograms, type Mode } from "./programs.ts";
import { runForConsole } from "./run-for-console.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { type SummaryLine, summary } from "./summary.ts";
import { type Program, type Supervised, supervise } from "./supervisor.ts";

/** Starts everything, watches over it, and returns when it was told to stop and all has ended. */
export async function start(mode: Mode): Promise<void> {
  const stopping = stopSignal();
  try {
    await run(mode, stopping);
  } catch (error) {
    // What was cut short because the operator wants to stop is no failure.
    if (!stopping.aborted) throw error;
  }
}

async function run(mode: Mode, stopping: AbortSignal): Promise<void> {
  // Undone in the opposite order: the programs end first, and the database after all that use it.
  await using undo = new AsyncDisposableStack();
  const settings = readSettings();
  const lock = await lockDataDir(settings.dataDir);
  undo.defer(() => lock.release());
  if (mode === "gateway" && !settings.gateway) throw new Failure(NOT_TOLD);
  await requireFreePorts(settings, mode);
  const secrets = readSecrets(settings.dataDir);

  const [built, opened] = await Promise.allSettled([
    makePrograms(settings, mode, stopping),
    openMigrated(settings, secrets, mode, undo, stopping),
  ]);
  if (built.status === "rejected") throw built.reason;
  if (opened.status === "rejected") throw opened.reason;
  stopping.throwIfAborted();

  const urls = programUrls(opened.value, secrets);
  const env = consoleEnv(settings, secrets, urls, mode);
  const programs = listPrograms(settings, secrets, urls, mode).map((program) => runProgram(program, lock));
  undo.defer(async () => {
    await Promise.all(programs.map((program) => program.stop()));
  });
  const serving = Promise.all(programs.map((program) => program.healthy));
  await Promise.race([serving, aborted(stopping)]);
  if (stopping.aborted) return;
  // Only now: before, it would take the machine's time from the first page.
  const signIn = await Promise.race([
    firstSignIn(
      settings,
      mode === "demo" ? { ...env, SALLYPORT_GATEWAY_DATABASE_URL: urls.gateway } : env,
      mode,
    ),
    aborted(stopping),
  ]);
  console.log(summary(settings, opened.value, mode, signIn ?? []));
  await aborted(stopping);
}

const NOT_TOLD =
  "A gateway is told by its console, or by a file. Set SALLYPORT_GATEWAY_CONSOLE_URL and SALLYPORT_GATEWAY_TOKEN, which the console " +
  "shows when the gateway is made, or SALLYPORT_GATEWAY_CONFIGURATION to a file that was taken there.";

const DemoOwner = z.object({ email: z.string(), password: z.string() });

/** How the first person gets in, as lines of the summary; none when somebody can already. */
async function firstSignIn(
  settings: Settings,
  env: Record<string, string>,
  mode: Mode,
): Promise<SummaryLine[]> {
  if (mode === "gateway") return [];
  if (mode === "demo") {
    const owner = DemoOwner.parse(JSON.parse(await runForConsole(settings.root, "prisma/seed.ts", env)));
    return [["Sign in as", `${owner.email} with the password ${owner.password}`]];
  }
  const link = await runForConsole(settings.root, "lib/cli/print-set-up-link.ts", env);
  return link === "" ? [] : [["First sign-in", link]];
}

function runProgram(program: Program, lock: DataLock): Supervised {
  return supervise(program, { say, started: lock.remember });
}

/** Aborts at Ctrl-C, and when the machine or a service manager asks the process to end. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) console.log("\nStopping.");
      stopping.abort();
    });
  }
  return stopping.signal;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener("abort", () => resolve(null), { once: true });
  });
}

async function requireFreePorts(settings: Settings, mode: Mode): Promise<void> {
  const { ports, host, gateway } = settings;
  if (gateway) {
    await requireFreePort(gateway.ports.health, gateway.host, "SALLYPORT_GATEWAY_PORT");
    await requireFreePort(gateway.ports.proxy, gateway.host, "SALLYPORT_GATEWAY_PROXY_PORT");
    await requireFreePort(gateway.ports.intake, gateway.host, "SALLYPORT_GATEWAY_INTAKE_PORT");
  }
  if (mode === "gateway") return;
  await requireFreePort(ports.console, host, "SALLYPORT_CONSOLE_PORT");
  await requireFreePort(ports.identity, host, "SALLYPORT_IDENTITY_PORT");
  await requireFreePort(ports.worker, host, "SALLYPORT_WORKER_PORT");
}

async function makePrograms(settings: Settings, mode: Mode, signal: AbortSignal): Promise<void> {
  if (settings.gateway && mode !== "dev") await bundleGateway(settings.root, signal);
  // It knows no database client, and there is no console beside it.
  if (mode === "gateway") return;
  await generate(settings.root, signal);
  await bundleDoctor(settings.root, signal);
  if (mode === "dev") return;
  await bundleIdentityService(settings.root, signal);
  await build(settings.root, signal, () =>
    say("Building the console, because its sources changed. This takes a minute."),
  );
}

async function openMigrated(
  settings: Settings,
  secrets: Secrets,
  mode: Mode,
  undo: AsyncDisposableStack,
  stopping: AbortSignal,
): Promise<Database> {
  const name = mode === "demo" ? "sallyport_demo" : "sallyport";
  const database = await openDatabase(settings, secrets, name);
  if (database.server) {
    const kept = keepServing(database.server, () => openDatabase(settings, secrets, name), say);
    undo.defer(() => kept.stop());
  }
  stopping.throwIfAborted();
  const applied = await migrateDatabase(database, secrets);
  if (applied.length > 0) say(`Brought the database up to date (${applied.length} migrations).`);
  return database;
}

function say(sentence: string): void {
  console.log(sentence);
}
