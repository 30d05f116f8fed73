import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes a folder this process' own: two that append to the same files would each take the other's away.
 * @throws Error where another process that is alive has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock");
  const mine = `${process.pid} ${startOf(process.pid)}`;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    take(draft, path, folder);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (holder(path) === mine) rmSync(path, { force: true });
  };
}

/** Links are made whole or not at all, so that whoever finds the lock finds who holds it. */
function take(draft: string, path: string, folder: string): void {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      linkSync(draft, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const found = holder(path);
    if (isAlive(found))
      throw new Error(
        `Another gateway (process ${found.split(" ")[0]}) keeps its record in ${folder}. Give each its own SALLYPORT_GATEWAY_DATA_DIR.`,
      );
    rmSync(path, { force: true });
  }
  throw new Error(`${folder} cannot be locked.`);
}

function holder(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isAlive(found: string): boolean {
  const [pid = "", start = ""] = found.split(" ");
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startOf(Number(pid)) === start;
}

/**
 * When a process began: its number alone may have been given to another since. Empty where the system does not say; `dead` for one
 * that has ended and only waits for its parent to notice.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return /^[ZX]/.test(fields[0] ?? "") ? "dead" : (fields[19] ?? "");
  } catch {
    return "";
  }
}
