import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";

/** A whole Sallyport, as `npm start` runs it, on free ports and with data of its own. */
export interface Installation {
  consoleUrl: string;
  identityUrl: string;
  workerUrl: string;
  databasePort: number;
  dataDir: string;
  /** Opens the page that makes the first owner. */
  setUpLink: string;
  /** Everything it told the operator so far. */
  output(): string;
  /** Ends it as Ctrl-C does, and deletes its data. Returns the exit code. */
  stop(): Promise<number | null>;
}

const ROOT = resolve(import.meta.dirname, "../..");
const READY = "Press Ctrl-C";

/** Starts it from an empty database, and waits until it serves. The console must be built. */
export async function startInstallation(settings: Record<string, string> = {}): Promise<Installation> {
  const { child, dataDir, ...addresses } = await launch(settings, "pipe");
  let said = "";
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  await new Promise<void>((ready, failed) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.includes(READY)) ready();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    void exited.then(() => failed(new Error(`It ended before it served:\n${said}`)));
  });
  return {
    ...addresses,
    dataDir,
    setUpLink: setUpLinkIn(said),
    output: () => said,
    async stop() {
      child.kill("SIGTERM");
      const code = await exited;
      rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

/** One that outlives the process that began it. */
export interface Left extends Addresses {
  pid: number;
  dataDir: string;
  /** The file into which goes what it says. */
  log: string;
}

/** The same, to be left running: `untilItServes` waits for it, and `endInstallation` ends it. */
export async function leaveInstallation(log: string): Promise<Left> {
  const file = openSync(log, "a");
  const { child, ...left } = await launch({}, file);
  closeSync(file);
  child.unref();
  return { ...left, log, pid: child.pid ?? 0 };
}

/** Returns its set-up link. */
export async function untilItServes({ pid, log }: Left): Promise<string> {
  for (;;) {
    const runs = isRunning(pid);
    const said = readFileSync(log, "utf8");
    if (said.includes(READY)) return setUpLinkIn(said);
    if (!runs) throw new Error(`It ended before it served:\n${said}`);
    await sleep(50);
  }
}

/** Ends it, and deletes its data. */
export async function endInstallation({ pid, dataDir }: Left): Promise<void> {
  if (isRunning(pid)) process.kill(pid, "SIGTERM");
  // The last thing that it does is to give its folder back.
  while (isRunning(pid) && existsSync(join(dataDir, "running.json"))) await sleep(50);
  rmSync(dataDir, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

type Addresses = Pick<Installation, "consoleUrl" | "identityUrl" | "workerUrl" | "databasePort">;

async function launch(
  settings: Record<string, string>,
  output: "pipe" | number,
): Promise<Addresses & { child: ChildProcess; dataDir: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), "sallyport-installation-"));
  chmodSync(dataDir, 0o711);
  const [console, identity, worker, database] = await freePorts();
  const child = spawn(process.execPath, [join(ROOT, "lib/cli/main.ts"), "start"], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", output, output],
    env: {
      ...process.env,
      ...settings,
      SALLYPORT_DATA_DIR: dataDir,
      SALLYPORT_CONSOLE_PORT: String(console),
      SALLYPORT_IDENTITY_PORT: String(identity),
      SALLYPORT_WORKER_PORT: String(worker),
      SALLYPORT_DATABASE_PORT: String(database),
    },
  });
  return {
    child,
    dataDir,
    consoleUrl: `http://localhost:${console}`,
    identityUrl: `http://localhost:${identity}`,
    workerUrl: `http://localhost:${worker}`,
    databasePort: database,
  };
}

function setUpLinkIn(said: string): string {
  return /First sign-in\s+(\S+)/.exec(said)?.[1] ?? "";
}

async function freePorts(): Promise<[number, number, number, number]> {
  return await Promise.all([freePort(), freePort(), freePort(), freePort()]);
}
