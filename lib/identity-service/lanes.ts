import type pg from "pg";
import { type Call, Lane } from "./lane.ts";

export type { Call } from "./lane.ts";

/** As many connections suffice: while one waits for the disk, the others work. */
const LANES_MAX = 3;
/** So many statements leave together at most: they also wait for each other. */
const BATCH_MAX = 16;
const WAITING_MAX = 48;
/** Whoever waits longer than this for a lane goes to the pool: the lanes are held up by something slow. */
const WAITS_MAX_MS = 25;

/** Connections on which many short statements travel together. */
export interface Lanes {
  readonly count: number;
  /** False where no lane takes it: none is connected, or too many wait. */
  take(call: Call, isWrite: boolean): boolean;
  close(): Promise<void>;
}

interface Waiting {
  readonly call: Call;
  readonly since: number;
}

/**
 * A connection of a pool carries one statement and then waits for what its answer brings about. For statements that are done in
 * well under a millisecond that is most of what they cost; here those that come in together, and those that come while the lanes
 * are busy, share a write, a transaction, a commit and a read. Only for what is short: what is slow keeps back its whole batch.
 */
export function openLanes(config: pg.ClientConfig, connections: number, inPool: (call: Call) => void): Lanes {
  const count = Math.min(LANES_MAX, Math.floor(connections / 3));
  // What is waited for on the disk, and what is not: nobody who only asks waits for a commit. One lane is kept for them.
  const waiting = { reads: [] as Waiting[], writes: [] as Waiting[] };
  const writersMax = Math.max(1, count - 1);
  let writers = 0;
  let isDue = false;
  let overdue: NodeJS.Timeout | null = null;
  const lanes = Array.from({ length: count }, () => {
    let isWriting = false;
    const lane = new Lane({
      config,
      redo: inPool,
      onIdle() {
        if (isWriting) writers -= 1;
        isWriting = false;
        serve(entry);
      },
    });
    const entry = {
      lane,
      carry(calls: Call[], writes: boolean) {
        isWriting = writes;
        if (writes) writers += 1;
        lane.carry(calls);
      },
    };
    return entry;
  });
  const serve = ({ lane, carry }: (typeof lanes)[number]) => {
    const { reads, writes } = waiting;
    const [read, write] = [reads[0], writes[0]];
    const mayWrite = write && writers < writersMax;
    if (!read && !mayWrite) return;
    if (!lane.isIdle()) return;
    const isWrite = mayWrite && (!read || write.since <= read.since);
    const batch = (isWrite ? writes : reads).splice(0, BATCH_MAX);
    carry(
      batch.map(({ call }) => call),
      isWrite === true,
    );
  };
  const serveAll = () => {
    isDue = false;
    for (const entry of lanes) serve(entry);
  };
  const giveUp = () => {
    const before = performance.now() - WAITS_MAX_MS;
    for (const queue of [waiting.reads, waiting.writes])
      while (queue[0] && queue[0].since <= before) inPool((queue.shift() as Waiting).call);
    overdue = null;
    watch();
  };
  const watch = () => {
    if (overdue || waiting.reads.length + waiting.writes.length === 0) return;
    overdue = setTimeout(giveUp, WAITS_MAX_MS);
  };
  return {
    count,
    take(call, isWrite) {
      let isConnected = false;
      for (const { lane } of lanes) if (lane.isConnected()) isConnected = true;
      if (!isConnected || waiting.reads.length + waiting.writes.length >= WAITING_MAX) return false;
      waiting[isWrite ? "writes" : "reads"].push({ call, since: performance.now() });
      // What comes in one turn of the event loop leaves together.
      if (!isDue) {
        isDue = true;
        setImmediate(serveAll);
      }
      watch();
      return true;
    },
    async close() {
      for (const { call } of [...waiting.reads.splice(0), ...waiting.writes.splice(0)]) inPool(call);
      await Promise.all(lanes.map(({ lane }) => lane.close()));
    },
  };
}
