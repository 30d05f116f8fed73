import { Logger, run, runMigrations } from "graphile-worker";
import pg from "pg";
import { openPool } from "#lib/gateway/db.ts";
import { boundaryBy } from "#lib/gateway/relay/delivery/outside.ts";
import { Runner } from "#lib/gateway/relay/delivery/runner.ts";
import { openSender, type Sender } from "#lib/gateway/relay/delivery/send.ts";
import { headersOf } from "#lib/gateway/relay/delivery/signing.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { eventOf, putEvents } from "#tests/support/relay/events.ts";
import type { Bench, Contender } from "./bench.ts";
import { startDurableDatabase } from "./identity-program.ts";
import { OBJECTS, SECRET, startReceiver } from "./relay-side.ts";

const EVENTS = 20_000;
const IN_FLIGHT = 64;
const TIMEOUT_MS = 15_000;
const KEYS = { signature: "workos", secrets: [SECRET] } as const;

/** From the moment that the backlog is there until the last of it has arrived and is written down as delivered. */
async function ours(): Promise<Contender> {
  const database = await startDurableDatabase();
  const receiver = await startReceiver({ ORDERED: "1" });
  const pool = openPool(database.gatewayUrl, 4, "dep_1");
  const configuration = exampleConfiguration({
    endpoints: [
      {
        id: "endpoint_1",
        name: "App",
        url: receiver.url,
        ...KEYS,
        secrets: [SECRET],
        in_flight: IN_FLIGHT,
      } as never,
    ],
  });
  const [endpoint] = configuration.endpoints;
  if (!endpoint) throw new Error("There is no endpoint.");
  const place = { customerId: "cus_1", deploymentId: "dep_1", endpointId: endpoint.id, gateway: "bench" };
  const around = {
    pool,
    clock: () => new Date(),
    log: console as never,
    boundary: boundaryBy(
      () => configuration,
      () => new Date(),
    ),
    record: () => undefined,
  };
  const begin = async () => {
    const runner = await Runner.start(around, place, endpoint);
    if (!runner) throw new Error("Somebody else holds it.");
    return runner;
  };
  await (await begin()).stop();
  let sent = 0;
  return {
    async measure() {
      await putEvents(pool, EVENTS, { objects: OBJECTS, from: sent });
      sent += EVENTS;
      await pool.query("ANALYZE boundary.relay_events");
      const { done } = await receiver.expect(EVENTS);
      const begun = performance.now();
      const runner = await begin();
      await done;
      await runner.stop();
      const seconds = (performance.now() - begun) / 1_000;
      const { rows } = await pool.query(
        "SELECT delivered::int, cursor = (SELECT max(seq) FROM boundary.relay_events) AS at_end FROM boundary.relay_endpoints",
      );
      if (rows[0]?.delivered !== sent || !rows[0].at_end)
        throw new Error(`Written down: ${JSON.stringify(rows)}`);
      return { value: EVENTS / seconds, operations: EVENTS };
    },
    async close() {
      receiver.close();
      await pool.end();
      await database.stop();
    },
  };
}

type Send = (url: string, id: string, body: string) => Promise<void>;

/** As somebody sends who writes a task with what Node brings. */
const byFetch: Send = async (url, id, body) => {
  const response = await fetch(url, {
    method: "POST",
    headers: headersOf({ eventId: id, body }, KEYS, 0, new Date()),
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`It answered ${response.status}.`);
};

/** As we send: the peer is lent our client. */
function byOurs(): Send {
  let sender: Sender | null = null;
  return async (url, id, body) => {
    sender ??= openSender({ url, authorities: null, inFlight: IN_FLIGHT, boundary: () => "inside" });
    const headers = headersOf({ eventId: id, body }, KEYS, 0, new Date());
    const ends = performance.now() + TIMEOUT_MS;
    const sent = await sender.send({ headers, body, timeoutMs: TIMEOUT_MS, ends, secrets: KEYS.secrets });
    if (sent.problem) throw new Error(sent.problem);
  };
}

/**
 * graphile-worker as its own documentation sets it up for speed: jobs are fetched and completed in batches. The same signature and
 * application; no order at all, for its queues would cost it far more, and no record of attempts, which it does not keep.
 */
async function peer(send: Send): Promise<Contender> {
  const database = await startDurableDatabase();
  const receiver = await startReceiver();
  const pool = new pg.Pool({ connectionString: database.emptySocketUrl, max: 10 });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const task = async (payload: unknown) => {
    const { id, event } = payload as { id: string; event: object };
    await send(receiver.url, id, JSON.stringify(event));
  };
  const batched = { localQueue: { size: 500 }, completeJobBatchDelay: 1, failJobBatchDelay: 1 };
  const options = {
    pgPool: pool,
    concurrency: IN_FLIGHT,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    preset: { worker: batched },
    taskList: { deliver: task },
  };
  await runMigrations(options);
  let sent = 0;
  return {
    async measure() {
      await pool.query(
        `SELECT count(*) FROM graphile_worker.add_jobs((SELECT array_agg(
           ('deliver', json_build_object('id', 'event_' || lpad(n::text, 10, '0'), 'event', ${eventOf("n", OBJECTS)}),
             NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec)
         FROM generate_series($1::int, $1::int + $2::int - 1) AS n))`,
        [sent, EVENTS],
      );
      sent += EVENTS;
      await pool.query("ANALYZE graphile_worker._private_jobs");
      const { done } = await receiver.expect(EVENTS);
      const begun = performance.now();
      const runner = await run(options);
      await done;
      await runner.stop();
      const seconds = (performance.now() - begun) / 1_000;
      const { rows } = await pool.query("SELECT count(*)::int AS left FROM graphile_worker._private_jobs");
      if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} jobs are left.`);
      return { value: EVENTS / seconds, operations: EVENTS };
    },
    async close() {
      receiver.close();
      await pool.end();
      await database.stop();
    },
  };
}

export const bench: Bench = {
  cases: [
    {
      name: "signed deliveries of a backlog, durable; the peer sends by fetch",
      unit: "deliveries/s",
      better: "higher",
      ours,
      peer: () => peer(byFetch),
    },
    {
      name: "the same, the peer lent our HTTP client",
      unit: "deliveries/s",
      better: "higher",
      ours,
      peer: () => peer(byOurs()),
    },
  ],
};
