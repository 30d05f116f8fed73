import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";
import { type Bench, type Contender, cpuMsOf, rssMbOf, type Sample } from "./bench.ts";
import { end, firstAnswer, startDurableDatabase, startIdentityProgram } from "./identity-program.ts";

const IDLE_MS = 1_000;

/** From exec to the first 200, and the memory a second later. The first start fills the cache of compiled code, as an installation does. */
async function ours(): Promise<Contender> {
  const database = await startDurableDatabase();
  const cache = mkdtempSync(join(tmpdir(), "sallyport-bench-code-"));
  process.env.NODE_COMPILE_CACHE = cache;
  return {
    async measure() {
      const service = await startIdentityProgram(database.identityUrl);
      return await idle(service.pid, service.startedInMs).finally(service.stop);
    },
    async close() {
      await database.stop();
      rmSync(cache, { recursive: true, force: true });
    },
  };
}

const EMULATOR = `
  const { createEmulator } = await import("workos/emulate");
  await createEmulator({ port: Number(process.env.PORT) });
`;

async function peer(): Promise<Contender> {
  return {
    async measure() {
      const port = await freePort();
      const begun = performance.now();
      const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", EMULATOR], {
        cwd: join(import.meta.dirname, "../.."),
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, PORT: String(port) },
      });
      await firstAnswer(`http://127.0.0.1:${port}/health`, child);
      const startedInMs = performance.now() - begun;
      return await idle(child.pid ?? 0, startedInMs).finally(() => end(child));
    },
  };
}

async function idle(pid: number, startedInMs: number): Promise<Sample> {
  await sleep(IDLE_MS);
  return { value: startedInMs, operations: 1, cpuMs: cpuMsOf(pid), rssMb: rssMbOf(pid) };
}

export const bench: Bench = {
  cases: [{ name: "identity service, exec to first 200", unit: "ms", better: "lower", ours, peer }],
};
