import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "./failure.ts";

const Lock = z.object({
  pid: z.number().int(),
  /** Process ids of the programs by name, and the file each runs, by which it is known again. */
  programs: z.record(z.string(), z.object({ pid: z.number().int(), file: z.string() })),
});
type Lock = z.infer<typeof Lock>;

export interface DataLock {
  /** Writes down a program that was started, so that the next start can end it if this process is killed outright. */
  remember(name: string, pid: number, file: string): void;
  release(): void;
}

/** Takes the data folder for this process alone, and ends what a killed one left running in it. */
export function lockDataDir(dataDir: string): DataLock {
  const file = join(dataDir, "running.json");
  makeWritable(dataDir);
  const before = readLock(file);
  if (before && before.pid !== process.pid && runs(before.pid, "lib/cli/main.ts")) {
    throw new Failure(
      `Sallyport already runs with the data in ${dataDir} (process ${before.pid}). ` +
        "Stop it first, or give this one a folder of its own with SALLYPORT_DATA_DIR.",
    );
  }
  for (const program of Object.values(before?.programs ?? {})) {
    if (runs(program.pid, program.file)) process.kill(-program.pid, "SIGKILL");
  }
  const lock: Lock = { pid: process.pid, programs: {} };
  const write = () => writeFileSync(file, JSON.stringify(lock), { mode: 0o600 });
  write();
  return {
    remember(name, pid, program) {
      lock.programs[name] = { pid, file: program };
      write();
    },
    release: () => rmSync(file, { force: true }),
  };
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

/** Process ids are used again: only one whose command names the file is the one meant. */
function runs(pid: number, file: string): boolean {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).includes(file);
  } catch {
    return false;
  }
}
