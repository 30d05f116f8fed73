import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pino from "pino";
import { SECOND_MS, systemClock } from "#lib/shared/clock.ts";
import { createSealer } from "#lib/shared/sealing.ts";
import { VERSION } from "#lib/shared/version.ts";
import { followConfiguration } from "./configuration/follow.ts";
import { keepConfiguration, sourceOf } from "./configuration/source.ts";
import { keepDays } from "./crossings/days.ts";
import { startRecorder } from "./crossings/recorder.ts";
import { sendCrossings } from "./crossings/send.ts";
import { openPool, storeOf } from "./db.ts";
import { readEnv } from "./env.ts";
import type { Gateway, RunningPart } from "./gateway.ts";
import { startParts } from "./parts.ts";
import { nameNew } from "./relay/delivery/states.ts";
import { tellConsole } from "./report.ts";
import { createServer } from "./server.ts";
import { settle } from "./settle.ts";

// The boundary gateway: the door of one deployment. What no rule names does not pass, and everything is written down.

const env = readEnv();
const log = pino({ level: env.logLevel });
const ending = new AbortController();
const startedAt = systemClock();
let running: { gateway: Gateway; parts: readonly RunningPart[]; startedAt: Date } | null = null;

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ending.abort());

const app = createServer(log, () => running, VERSION);
await app.listen({ host: env.host, port: env.port });
try {
  await run();
} catch (error) {
  if (!ending.signal.aborted) throw error;
} finally {
  await app.close();
}

/** Serves until the program is told to end, then finishes what is under way. */
async function run(): Promise<void> {
  await using undo = new AsyncDisposableStack();
  const sealer = createSealer(env.sealingKey);
  const source = sourceOf(env);
  const unscoped = openPool(env.databaseUrl, 1, null);
  undo.defer(() => unscoped.end());
  const kept = keepConfiguration(unscoped, sealer, source.toldBy);
  const configurations = await followConfiguration(source, kept, ending.signal, (problem) =>
    log.warn({ problem }, "waiting for a configuration"),
  );
  undo.defer(() => configurations.stop());
  const { deployment } = configurations.current.configuration;
  const pool = openPool(env.databaseUrl, env.databaseConnections, deployment.id);
  undo.defer(() => pool.end());
  const store = await storeOf(pool);
  // A console that has not been heard of may have any database: what is put by for it in vain is dropped once it answers.
  const sent = () => env.console !== undefined && source.consoleStore !== store;
  const owner = { customerId: deployment.customer_id, deploymentId: deployment.id, gateway: env.name };
  const recorder = await startRecorder({
    pool,
    owner,
    folder: join(env.dataDir, "crossings"),
    bytesMax: env.spoolBytesMax,
    failed: (error) => log.error({ err: error }, "crossings wait to be written"),
    sent,
  });
  undo.defer(() => recorder.stop());
  const sending = env.console && sendCrossings({ console: env.console, pool, recorder, log, sent });
  undo.defer(() => sending?.stop());
  const days = keepDays({
    pool,
    owner,
    days: () => configurations.current.configuration.crossings_kept_days,
    clock: systemClock,
    failed: (error) => log.error({ err: error }, "the days of the crossings are not seen to"),
  });
  undo.defer(() => days.stop());
  const gateway: Gateway = { env, pool, sealer, clock: systemClock, log, configurations, recorder };
  const nameEndpoints = () =>
    nameNew(pool, configurations.current.configuration).catch((error: unknown) =>
      log.warn({ err: error }, "new endpoints are not on record yet"),
    );
  await nameEndpoints();
  configurations.onChange(() => void nameEndpoints());
  const parts = await startParts(gateway);
  for (const part of parts) undo.defer(() => part.stop());
  running = { gateway, parts, startedAt };
  log.info({ deployment: deployment.id, parts: env.parts }, "the gateway is at work");
  const settleSoon = () => void setTimeout(settle, 500).unref();
  settleSoon();
  configurations.onChange(settleSoon);
  const telling =
    env.console && tellConsole(env.console, gateway, parts, { version: VERSION, startedAt }, ending.signal);
  while (!ending.signal.aborted)
    await pause(3_600 * SECOND_MS, undefined, { signal: ending.signal }).catch(() => undefined);
  await telling;
}
