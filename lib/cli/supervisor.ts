import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inheritedEnvironment } from "./env.ts";

/** A program that is to run as long as Sallyport does. */
export interface Program {
  name: string;
  /** Arguments for Node: the file to run, and what comes before and after it. */
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Answers 200 once the program serves. */
  healthUrl: string;
  /** A file its output goes to, or the terminal. */
  output: string | "terminal";
}

export interface Supervised {
  /** Resolves when the program serves for the first time. */
  healthy: Promise<void>;
  /** Ends the program, and does not start it again. */
  stop(): Promise<void>;
}

export interface Watcher {
  /** Tells the operator. */
  say(sentence: string): void;
  /** The processes that run now, for whoever has to clean up after this one. */
  started(name: string, pid: number): void;
}

const BACKOFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** Who has run this long was well: the next death counts as the first. */
const SETTLED_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const HEALTH_INTERVAL_MS = 50;

/** Runs a program, and starts it again with growing pauses whenever it ends by itself. */
export function supervise(
  program: Program,
  watcher: Watcher,
  backoffMs: readonly number[] = BACKOFF_MS,
): Supervised {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;

  async function keepRunning(): Promise<void> {
    for (let deaths = 0; !stopping.signal.aborted; deaths += 1) {
      const startedAt = Date.now();
      child = start(program);
      if (child.pid) watcher.started(program.name, child.pid);
      const how = await ended(child);
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > SETTLED_MS) deaths = 0;
      const pauseMs = backoffMs[Math.min(deaths, backoffMs.length - 1)] ?? 0;
      watcher.say(
        `The ${program.name} stopped (${how}); starting it again in ${pauseMs / 1000} s.${whereItSays(program)}`,
      );
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = keepRunning();
  return {
    healthy: untilHealthy(program.healthUrl, stopping.signal),
    async stop() {
      stopping.abort();
      if (child) await end(child);
      await running;
    },
  };
}

function start(program: Program): ChildProcess {
  const output = program.output === "terminal" ? "inherit" : openLog(program.output);
  const child = spawn(process.execPath, program.args, {
    cwd: program.cwd,
    env: { ...inheritedEnvironment(), ...program.env },
    stdio: ["ignore", output, output],
    // Its own process group: Ctrl-C in the terminal reaches only the supervisor, which ends everything in order.
    detached: true,
  });
  if (typeof output === "number") closeSync(output);
  return child;
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, "a", 0o600);
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
}

/** Asks politely first. What the program started itself goes with it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = ended(child);
  child.kill("SIGTERM");
  const patience = new AbortController();
  const timeout = sleep(STOP_TIMEOUT_MS, "timeout", { signal: patience.signal }).catch(() => "gone");
  await Promise.race([gone, timeout]);
  patience.abort();
  killGroup(child.pid);
  await gone;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

async function untilHealthy(url: string, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    if (await answers(url)) return;
    await sleep(HEALTH_INTERVAL_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Whether the program of this machine serves. Its certificate is for its public name, which is not the one asked here. */
function answers(url: string): Promise<boolean> {
  const options = { timeout: 30_000, rejectUnauthorized: false };
  return new Promise((resolve) => {
    const request = (url.startsWith("https:") ? https : http).get(url, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
  });
}

function whereItSays(program: Program): string {
  return program.output === "terminal" ? "" : ` It may say why in ${program.output}.`;
}
