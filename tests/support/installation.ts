import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "#lib/cli/ports.ts";

/** A whole Sallyport, as `npm start` runs it, on free ports and with data of its own. */
export interface Installation {
  consoleUrl: string;
  identityUrl: string;
  workerUrl: string;
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
  const dataDir = mkdtempSync(join(tmpdir(), "sallyport-installation-"));
  chmodSync(dataDir, 0o711);
  const [console, identity, worker, database] = await freePorts();
  const child = spawn(process.execPath, [join(ROOT, "lib/cli/main.ts"), "start"], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
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
  let said = "";
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  await new Promise<void>((ready, failed) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.includes(READY)) ready();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    void exited.then(() => failed(new Error(`It ended before it served:\n${said}`)));
  });
  return {
    consoleUrl: `http://localhost:${console}`,
    identityUrl: `http://localhost:${identity}`,
    workerUrl: `http://localhost:${worker}`,
    dataDir,
    setUpLink: /First sign-in\s+(\S+)/.exec(said)?.[1] ?? "",
    output: () => said,
    async stop() {
      child.kill("SIGTERM");
      const code = await exited;
      rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

async function freePorts(): Promise<[number, number, number, number]> {
  return await Promise.all([freePort(), freePort(), freePort(), freePort()]);
}
