import { readdir, readFile, readlink, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { clean } from "../bounds.ts";
import type { DoctorPlan } from "../plan.ts";
import type { Check, Finding, Site } from "./site.ts";

const GB = 1024 ** 3;

export function diskCheck({ path, freeBytes }: DoctorPlan["disk"][number]): Check {
  const expected = `${(freeBytes / GB).toFixed(1)} GB free`;
  return {
    ...{ id: `disk:${path}`, group: "machine", title: `Disk at ${path}` },
    async run(): Promise<Finding> {
      const folder = await statfs(path).catch((error: NodeJS.ErrnoException) => error.code ?? "EUNKNOWN");
      if (typeof folder === "string")
        return {
          outcome: "warning",
          code: "disk_unread",
          expected,
          found: `cannot be looked at (${clean(folder, 20)})`,
          mend: "The folder is not there yet, or this user may not enter it.",
          ask: "machine_admin",
        };
      const free = folder.bavail * folder.bsize;
      const share = folder.blocks > 0 ? folder.bavail / folder.blocks : 1;
      const found = `${(free / GB).toFixed(1)} GB free of ${((folder.blocks * folder.bsize) / GB).toFixed(1)} GB`;
      if (folder.files > 0 && folder.ffree / folder.files < 0.01)
        return {
          outcome: "failed",
          code: "disk_no_inodes",
          expected,
          found: `${found}, but no room for more files`,
          mend: "The file system has room, but has reached its number of files.",
          ask: "machine_admin",
        };
      if (free >= freeBytes && share >= 0.05)
        return { outcome: "passed", code: "disk_room", expected, found };
      const outcome = free < freeBytes / 4 ? "failed" : "warning";
      return {
        outcome,
        code: "disk_full",
        expected,
        found,
        mend: "Make room, or give the folder a larger disk: a full one stops the database.",
        ask: "machine_admin",
      };
    },
  };
}

export function portCheck(site: Site, { port, purpose }: DoctorPlan["ports"][number]): Check {
  return {
    ...{ id: `port:${port}`, group: "machine", title: `Port ${port}: ${purpose}` },
    async run(): Promise<Finding> {
      const expected = "free, or used by Sallyport itself";
      const problem = await tryListen(port);
      if (problem === null) return { outcome: "passed", code: "port_free", expected, found: "free" };
      if (problem === "EACCES")
        return {
          outcome: "failed",
          code: "port_forbidden",
          expected,
          found: "this user may not use it",
          mend: "Use a port above 1023, or let the program use low ports.",
          ask: "machine_admin",
        };
      const own = await isOurs(port, site.timeoutMs);
      if (own) return { outcome: "passed", code: "port_ours", expected, found: "used by Sallyport" };
      const program = await programAt(port);
      return {
        ...{
          outcome: "failed",
          code: "port_taken",
          expected,
          found: program ? `used by ${program}` : `in use (${clean(problem, 20)})`,
        },
        mend: "Stop what uses it, or set another port for Sallyport.",
        ask: "machine_admin",
      };
    },
  };
}

function tryListen(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "EUNKNOWN"));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Each of Sallyport's programs says at /health, or the console at /api/health, that it is well. */
async function isOurs(port: number, timeoutMs: number): Promise<boolean> {
  const answers = await Promise.all(
    ["/health", "/api/health"].map((path) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      }).then(
        async (response) => response.ok && (await response.text()) === "ok",
        () => false,
      ),
    ),
  );
  return answers.includes(true);
}

/** The program that listens on a port, where the system tells (Linux, and one's own programs or root). */
async function programAt(port: number): Promise<string | null> {
  try {
    const tables = await Promise.all(
      ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "utf8").catch(() => "")),
    );
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const listening = tables.flatMap((table) => table.split("\n")).map((row) => row.trim().split(/\s+/));
    const inode = listening.find(
      ([, local = "", , state]) => local.endsWith(`:${hex}`) && state === "0A",
    )?.[9];
    if (!inode) return null;
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
      for (const file of files) {
        if ((await readlink(`/proc/${pid}/fd/${file}`).catch(() => "")) !== `socket:[${inode}]`) continue;
        return `${clean(await readFile(`/proc/${pid}/comm`, "utf8"), 60)} (process ${pid})`;
      }
    }
  } catch {
    // Another system than Linux tells it otherwise; the port is in use all the same.
  }
  return null;
}
