import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "./failure.ts";

/** Process ids are used again: together with when it started, one is known for sure. */
const Process = z.object({ pid: z.number().int(), since: z.string() });
type Process = z.infer<typeof Process>;

const Lock = z.object({ supervisor: Process, programs: z.record(z.string(), Process) });
type Lock = z.infer<typeof Lock>;

export interface DataLock {
  /** Writes down a program that was started, so that the next start can end it if this process is killed outright. */
  remember(name: string, pid: number): void;
  release(): void;
}

/** Takes the data folder for this process alone, and ends what a killed one left running in it. */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const file = join(dataDir, "running.json");
  makeWritable(dataDir);
  const before = readLock(file);
  if (before && isAlive(before.supervisor)) {
    throw new Failure(
      `Sallyport already runs with the data in ${dataDir} (process ${before.supervisor.pid}). ` +
        "Stop it first, or give this one a folder of its own with SALLYPORT_DATA_DIR.",
    );
  }
  for (const program of Object.values(before?.programs ?? {})) await endLeftOver(program);
  const lock: Lock = { supervisor: identify(process.pid), programs: {} };
  const write = () => writeFileSync(file, JSON.stringify(lock), { mode: 0o600 });
  write();
  return {
    remember(name, pid) {
      lock.programs[name] = identify(pid);
      write();
    },
    release: () => rmSync(file, { force: true }),
  };
}

async function endLeftOver(program: Process): Promise<void> {
  if (!isAlive(program)) return;
  process.kill(-program.pid, "SIGKILL");
  while (isAlive(program)) await sleep(20);
}

function makeWritable(dataDir: string): void {
  try {
    // Others may pass through the folder, to PostgreSQL's own, but see nothing of it.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new Failure(
      `The data folder ${dataDir} cannot be written${reason}. Give this user the right to, or name another folder in SALLYPORT_DATA_DIR.`,
      { cause: error },
    );
  }
}

function readLock(file: string): Lock | null {
  if (!existsSync(file)) return null;
  // A file cut short by a crash names nobody to wait for.
  const parsed = Lock.safeParse(parseJson(readFileSync(file, "utf8")));
  return parsed.success ? parsed.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function identify(pid: number): Process {
  return { pid, since: startOf(pid) };
}

function isAlive({ pid, since }: Process): boolean {
  return since !== "" && startOf(pid) === since;
}

/** When a process started, to the second; nothing when there is none. */
function startOf(pid: number): string {
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return stdout?.trim() ?? "";
}
