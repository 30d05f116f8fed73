import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "./failure.ts";

/** The uid and gid a process runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/** Where root keeps what that account must reach, when the folder meant for it lies behind a closed one such as /root. */
export const REACHABLE_DIR = "/var/lib/sallyport";

/**
 * The account PostgreSQL runs as: it refuses root, so root lends it another one. Undefined where this process is an
 * ordinary user already.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(":");
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Failure(
    "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody.",
  );
}

/** Whether the account can enter every folder on the way to this path. */
export function isReachable(path: string, account: Account | undefined): boolean {
  if (!account) return true;
  for (let folder = dirname(resolve(path)); folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(folder)) continue;
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
  }
  return true;
}
