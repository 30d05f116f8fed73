import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Backfill, backfillOn, openBackfills, refuseErrand } from "./backfill.ts";
import { PullProblem, type Source } from "./events-api.ts";
import {
  holdOff,
  KEEP_LEASE_EVERY_MS,
  keepLease,
  type Lease,
  LeaseLost,
  prepareCursors,
  release,
  takeLeases,
} from "./leases.ts";
import { createPuller, type Puller, type PullerParts } from "./puller.ts";
import { pullOn } from "./turn.ts";
import { waitAfter } from "./waits.ts";

const LOOK_EVERY_MS = SECOND_MS / 2;
const AT_ONCE = 8;
/** What is new comes first again after so long. */
const BACKFILL_TURN_MS = 10 * SECOND_MS;

export interface Pulling {
  stop(): Promise<void>;
}

export type PullOptions = Omit<PullerParts, "ending" | "count"> & {
  /** What is configured now. */
  readonly configuration: () => Pick<GatewayConfiguration, "sources" | "errands">;
  readonly random?: () => number;
};

/** Pulls the events of every configured environment that nobody else pulls, until it is stopped. */
export function startPulling({ configuration, random = Math.random, ...parts }: PullOptions): Pulling {
  const ending = new AbortController();
  const puller = createPuller({ ...parts, ending: ending.signal, count: () => sources().length });
  const worker = newId("puller");
  const running = new Set<Promise<void>>();
  let prepared = "";
  // Of two that name one environment the first counts: there is one cursor.
  const sources = () => {
    const all = new Map<string, Source>();
    for (const source of configuration().sources)
      if (!all.has(source.environment_id)) all.set(source.environment_id, source);
    return [...all.values()].filter(({ paused }) => !paused);
  };
  const isWanted = (source: Source) => !ending.signal.aborted && sources().includes(source);
  const look = async () => {
    const wanted = sources();
    const names = wanted.map((source) => `${source.environment_id} ${source.id}`).join();
    if (names !== prepared) await prepareCursors(puller.pool, puller.side, wanted);
    prepared = names;
    const ids = wanted.map((source) => source.environment_id);
    for (const lease of await takeLeases(puller.pool, puller.side, ids, worker, AT_ONCE - running.size)) {
      const source = wanted.find((one) => one.environment_id === lease.environmentId);
      if (!source) continue;
      const errands = configuration().errands.filter(
        (errand): errand is Backfill => errand.kind === "backfill" && errand.source_id === source.id,
      );
      const turn = takeTurn(puller, { source, lease, errands, sources: wanted, random }, () =>
        isWanted(source),
      ).finally(() => running.delete(turn));
      running.add(turn);
    }
  };
  const following = (async () => {
    while (!ending.signal.aborted) {
      await look().catch((error: unknown) => parts.log.error({ err: error }, "events could not be pulled"));
      await pause(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    await Promise.all(running);
  })();
  return {
    async stop() {
      ending.abort();
      await following;
    },
  };
}

interface Turn {
  readonly source: Source;
  readonly lease: Lease;
  readonly errands: readonly Backfill[];
  readonly sources: readonly Source[];
  readonly random: () => number;
}

/** One environment's turn: what is new, and then what is to be pulled again. Whatever goes wrong is settled here. */
async function takeTurn(puller: Puller, turn: Turn, goOn: () => boolean): Promise<void> {
  const { source, lease } = turn;
  // One that cannot be kept is noticed where it matters: when something is to be written.
  const keeping = setInterval(
    () => void keepLease(puller.pool, puller.side, lease).catch(() => undefined),
    KEEP_LEASE_EVERY_MS,
  );
  try {
    const waitMs = await pullOn(puller, source, lease, goOn);
    await release(puller.pool, puller.side, lease, (await runBackfills(puller, turn, goOn)) ?? waitMs);
  } catch (error) {
    await settle(puller, turn, error).catch((reason: unknown) =>
      puller.log.error({ err: reason, environment: source.environment_id }, "a lease is left to run out"),
    );
  } finally {
    clearInterval(keeping);
  }
}

/** Returns after how long they go on; null where nothing is left to do. What is new does not wait for a range that makes trouble. */
async function runBackfills(puller: Puller, turn: Turn, goOn: () => boolean): Promise<number | null> {
  const ends = performance.now() + BACKFILL_TURN_MS;
  for (const errand of await openBackfills(puller, turn.errands)) {
    try {
      if (
        !(await backfillOn(puller, turn.source, turn.lease, errand, () => goOn() && performance.now() < ends))
      )
        return 0;
    } catch (error) {
      if (!(error instanceof PullProblem) || puller.ending.aborted) throw error;
      await refuseErrand(puller, errand, error);
      return waitAfter(error, 5, turn.random);
    }
  }
  return null;
}

async function settle(puller: Puller, turn: Turn, error: unknown): Promise<void> {
  const { source, lease, random } = turn;
  if (error instanceof LeaseLost) {
    puller.log.warn({ environment: source.environment_id }, "another gateway pulls this environment now");
    return;
  }
  // What was under way when the program was told to end says nothing about the other side.
  if (puller.ending.aborted) return await release(puller.pool, puller.side, lease, 0);
  const failures = lease.failures + 1;
  if (!(error instanceof PullProblem)) {
    puller.log.error({ err: error, environment: source.environment_id }, "events could not be kept");
    const ours = new PullProblem("failing", "The gateway could not keep what it pulled; its log says why.");
    return await release(puller.pool, puller.side, lease, waitAfter(ours, failures, random), ours.message);
  }
  const waitMs = waitAfter(error, failures, random);
  puller.log.warn(
    { environment: source.environment_id, kind: error.kind, failures, waitMs },
    `a pull came to nothing: ${error.message}`,
  );
  await release(puller.pool, puller.side, lease, waitMs, error.message);
  if (error.kind !== "limited") return;
  // A limit is the address's or the API's, not only this environment's.
  const { origin } = new URL(source.url);
  const alike = turn.sources.filter(({ url }) => new URL(url).origin === origin);
  await holdOff(
    puller.pool,
    puller.side,
    alike.map((one) => one.environment_id),
    waitMs,
  );
}
