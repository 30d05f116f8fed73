import type { Server } from "node:https";
import { systemClock } from "#lib/shared/clock.ts";
import type { StopChores } from "./chores.ts";
import { guardClock } from "./clock.ts";
import { openDatabase } from "./db.ts";
import { readEnv } from "./env.ts";
import { createSealer } from "./keys/seal.ts";
import { watchLoad } from "./load.ts";
import { createMetrics } from "./metrics.ts";
import { createServer } from "./server.ts";
import { settle } from "./settle.ts";
import { followTls, readTls } from "./tls.ts";

// The offline identity service: speaks WorkOS's wire format to applications, SAML and OIDC to identity providers.

const env = readEnv();
const db = openDatabase(env.databaseUrl, env.databaseConnections);
const clock = guardClock(db, systemClock);
const service = {
  env,
  db,
  sealer: createSealer(env.sealingKey),
  clock: clock.now,
  metrics: createMetrics(),
  load: watchLoad(env, db),
};
const app = createServer(service, env.tls ? readTls(env.tls) : null);
const failed = (what: string) => (error: unknown) => app.log.error({ err: error }, what);
const stopFollowing = [
  clock.follow(failed("the clock could not be compared with what is on record")),
  ...(env.tls
    ? [followTls(env.tls, app.server as Server, failed("the new certificate cannot be used"))]
    : []),
];

await app.listen({ host: env.host, port: env.port });
// Not before the first answer: whoever waits for the start is not to wait for these. Where they cannot be loaded, the program ends
// as it would have at its start: a service that delivers nothing must not look well.
let chores: Promise<StopChores> | undefined;
const waiting = setTimeout(() => {
  chores = import("./chores.ts").then(({ startChores }) => startChores(service, failed));
}, 100);
setTimeout(settle, 500).unref();

/** Takes no new requests, finishes those under way, then lets go of the database. */
async function stop(): Promise<void> {
  clearTimeout(waiting);
  await Promise.all([
    ...stopFollowing.map((stopOne) => stopOne()),
    chores?.then((stopChores) => stopChores()),
  ]);
  await app.close();
  await db.close();
}
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
