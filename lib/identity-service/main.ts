import type { Server } from "node:https";
import { systemClock } from "#lib/shared/clock.ts";
import { guardClock } from "./clock.ts";
import { openDatabase } from "./db.ts";
import { readEnv } from "./env.ts";
import { createSealer } from "./keys/seal.ts";
import { startSyncing } from "./ldap/sync/loop.ts";
import { startSending } from "./messages/deliver.ts";
import { createMetrics } from "./metrics.ts";
import { createServer } from "./server.ts";
import { settle } from "./settle.ts";
import { startSweeping } from "./sweeper.ts";
import { followTls, readTls } from "./tls.ts";
import { startDelivering } from "./webhooks/deliver.ts";

// The offline identity service: speaks WorkOS's wire format to applications, SAML and OIDC to identity providers.

const env = readEnv();
const db = openDatabase(env.databaseUrl, env.databaseConnections);
const clock = guardClock(db, systemClock);
const service = { env, db, sealer: createSealer(env.sealingKey), clock: clock.now, metrics: createMetrics() };
const app = createServer(service, env.tls ? readTls(env.tls) : null);
// Only where there is one: a program without a relay starts without its library.
const relay = env.mail ? (await import("./messages/relay.ts")).openRelay(env.mail) : null;
const failed = (what: string) => (error: unknown) => app.log.error({ err: error }, what);
const stopFollowing = [
  startSweeping(db, failed("sweeping failed")),
  startDelivering(service, failed("webhooks could not be delivered")),
  ...(relay ? [startSending(service, relay, failed("messages could not be sent"))] : []),
  startSyncing(service, failed("a directory could not be read")),
  clock.follow(failed("the clock could not be compared with what is on record")),
  ...(env.tls
    ? [followTls(env.tls, app.server as Server, failed("the new certificate cannot be used"))]
    : []),
];

await app.listen({ host: env.host, port: env.port });
// Not before the first answer: whoever waits for the start is not to wait for this.
setTimeout(settle, 500).unref();

/** Takes no new requests, finishes those under way, then lets go of the database. */
async function stop(): Promise<void> {
  await Promise.all(stopFollowing.map((stopOne) => stopOne()));
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
