import { mkdirSync } from "node:fs";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Pool } from "../db.ts";
import { endOpen } from "./end-open.ts";
import { lockFolder } from "./lock.ts";
import { recordProblem } from "./problem.ts";
import { openQueue, type QueueState } from "./queue.ts";
import { FILE_BYTES_MAX } from "./spool.ts";
import type { Owner } from "./upsert.ts";
import { BATCH_MAX, crossingWriter } from "./write.ts";

/** Where every part of the gateway writes down what passes, or is refused. */
export interface Recorder {
  /**
   * Takes a crossing to be written with others. When it returns, the crossing outlives this process: so what is about to pass is
   * recorded as `open` first. The same id again, with the same `beganAt`, is the same crossing further on, such as a connection
   * that has ended.
   */
  record(crossing: Crossing): void;
  /** Once it is settled, everything that was recorded before outlives a machine that loses its power. */
  sync(): Promise<void>;
  /** The same, and the database has it if it is there. */
  flush(): Promise<void>;
  readonly state: RecorderState;
  stop(): Promise<void>;
}

export interface RecorderState extends QueueState {
  /** What keeps the record from being written as it should be; null where nothing does. */
  readonly problem: string | null;
}

export interface RecorderOptions {
  readonly pool: Pool;
  readonly owner: Owner;
  /** Where crossings lie until the database has them; this process' own. */
  readonly folder: string;
  /** Told of each attempt to write that failed. It is tried again. */
  readonly failed: (error: unknown) => void;
  readonly bytesMax?: number;
  readonly fileBytesMax?: number;
  /** Whether what is written is put by for a console that reads another database. */
  readonly sent?: () => boolean;
}

/** What waits is written when it is `BATCH_MAX`, or when the first has waited so long. */
const EVERY_MS = 50;
const BYTES_MAX = 1_000_000_000;
const AGAIN_MS_MAX = 5_000;

/**
 * Writes crossings to the database in batches, and to a file before. What a process that was killed had left is written first;
 * what was open then has ended.
 */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { pool, owner, folder, failed, sent = () => false } = options;
  const { bytesMax = BYTES_MAX, fileBytesMax = FILE_BYTES_MAX } = options;
  const write = crossingWriter(pool, owner, sent);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  const queue = await openQueue(folder, { bytesMax, fileBytesMax });
  let timer: NodeJS.Timeout | undefined;
  /** Runs one after the other: two would write the same. */
  let turn: Promise<void> = Promise.resolve();
  let running = 0;
  let failures = 0;
  let lastError: unknown = null;
  let stopped = false;

  /** What a process before had begun is not on its files where the disk had no room for that: only the database knows of it. */
  let left = queue.forgottenUntil && { until: queue.forgottenUntil, startedAt: new Date() };
  const drain = async (hurry: boolean) => {
    for (;;) {
      const batch = await queue.next(BATCH_MAX, hurry);
      if (batch === null) return;
      await write(batch);
      failures = 0;
      batch.written();
      // What comes in slowly is written every so often, and not one by one.
      if (batch.first.length + batch.again.length < BATCH_MAX && !hurry && !queue.isBehind()) return;
    }
  };
  const run = async (hurry: boolean) => {
    try {
      await drain(hurry);
      if (left) await endOpen(pool, owner, left, sent());
      left = null;
    } catch (error) {
      failures += 1;
      lastError = error;
      failed(error);
      await queue.sync().catch(failed);
    }
  };
  let hurried: Promise<void> | null = null;
  const start = (hurry: boolean, begun?: () => void): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    running += 1;
    turn = turn
      .then(() => {
        begun?.();
        return run(hurry);
      })
      .then(() => {
        running -= 1;
        if (!queue.isEmpty() || left) later();
      });
    return turn;
  };
  const later = () => {
    if (timer || running > 0 || stopped) return;
    const calmMs = queue.isBehind() ? 0 : EVERY_MS;
    const waitMs = failures > 0 ? Math.min(AGAIN_MS_MAX, EVERY_MS * 2 ** failures) : calmMs;
    timer = setTimeout(() => void start(false), waitMs);
  };
  later();
  const flush = async () => {
    await queue.sync().catch(failed);
    // Whoever comes before it begins shares it.
    hurried ??= start(true, () => {
      hurried = null;
    });
    await hurried;
  };
  return {
    record(crossing) {
      queue.put(crossing);
      later();
    },
    sync: () => queue.sync(),
    flush,
    get state() {
      const { state } = queue;
      return { ...state, problem: recordProblem(state, failures > 0 ? lastError : null) };
    },
    async stop() {
      stopped = true;
      await flush();
      await queue.close();
      unlock();
    },
  };
}
