import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { newId } from "#lib/shared/ids.ts";
import { gapOf } from "./gap.ts";
import { openLossFile } from "./loss.ts";
import { openSpool, type SpoolLimits } from "./spool.ts";
import { tidy } from "./tidy.ts";
import type { Batch } from "./write.ts";

export interface QueueState {
  /** How much of the spool's room is taken. */
  readonly bytes: number;
  readonly bytesMax: number;
  /** How many crossings lie in memory only, because the disk does not take them, and how many are lost. */
  readonly unsafe: number;
  readonly missing: number;
  /** Why there was no room last: one of `NoRoom`, or that a process before ended with some in memory. */
  readonly lossReason: string;
}

/** What waits to be written: on disk, and as much of it in memory as is written next. */
export interface Queue {
  put(crossing: Crossing): void;
  /**
   * The next crossings to write, at most so many of them; null where none is due. One that is open is due after a second, when
   * most have ended; `hurry` does not wait for that.
   */
  next(max: number, hurry: boolean): Promise<(Batch & { written(): void }) | null>;
  /** Whether more waits than was to be. */
  isBehind(): boolean;
  isEmpty(): boolean;
  sync(): Promise<void>;
  readonly state: QueueState;
  /** Where a process before had some in memory only: until when that is known. What was open then may be on no file. */
  readonly forgottenUntil: Date | null;
  close(): Promise<void>;
}

interface Waiting {
  readonly crossing: Crossing;
  readonly since: number;
  /** Whether nothing of it was offered to be written before, here or by a process before: then the database does not have it. */
  readonly first: boolean;
  offered: boolean;
}

/** What a file of the spool holds. Null where it must be read again: not all of a long backlog lies in memory. */
interface Piece {
  readonly file: number;
  waiting: Map<string, Waiting> | null;
  /** Whether all that was put here was the first of it. */
  first: boolean;
}

const OPEN_WAITS_MS = 1_000;
const BEHIND = 1_000;
/** What lies in memory only while the disk takes nothing. */
const UNSAFE_MAX = 20_000;

export async function openQueue(folder: string, limits: SpoolLimits): Promise<Queue> {
  const spool = openSpool(folder, limits);
  const loss = openLossFile(folder);
  const pieces: Piece[] = spool.left.map((file) => ({ file, waiting: null, first: false }));
  /** Those that the disk did not take. */
  const unsafe = new Map<string, Waiting>();
  /** Those that are nowhere any more; what a process before had in memory only is. */
  let missing = loss.count;
  const forgottenUntil = loss.until;
  let lossReason: CrossingReason = "gateway_ended";
  /** What has begun and not ended, and the file that says so, which must not go before another does. */
  const open = new Map<string, { crossing: Crossing; file: number | null; waiting?: Waiting }>();

  const putInSpool = (crossing: Crossing): Piece | null => {
    const file = spool.append(crossing);
    if (typeof file === "string") {
      lossReason = file;
      return null;
    }
    const last = pieces.at(-1);
    if (last?.file === file) return last;
    const piece: Piece = { file, waiting: new Map(), first: true };
    pieces.push(piece);
    // The first is being written, the last is being filled; what lies between is read when its turn comes.
    for (const between of pieces.slice(1, -1)) {
      for (const waiting of between.waiting?.values() ?? []) waiting.offered = true;
      between.waiting = null;
    }
    return piece;
  };
  const noteLoss = () => loss.note(unsafe.size + missing, lossReason, new Date());
  const isLosing = () => unsafe.size > 0 || missing > 0 || loss.sealed !== null;
  const put = (given: Crossing) => {
    const crossing = tidy(given);
    const begun = open.get(crossing.id);
    const first = !begun || (begun.waiting?.first === true && !begun.waiting.offered);
    const waiting = { crossing, since: performance.now(), first, offered: false };
    const piece = putInSpool(crossing);
    if (piece) {
      // Put at the end again: what is first in the map has waited longest.
      piece.first &&= first;
      piece.waiting?.delete(crossing.id);
      piece.waiting?.set(crossing.id, waiting);
      if (unsafe.delete(crossing.id)) noteLoss();
    } else {
      const there = unsafe.delete(crossing.id);
      if (there || unsafe.size < UNSAFE_MAX) unsafe.set(crossing.id, waiting);
      else missing += 1;
      noteLoss();
    }
    if (crossing.endedAt === null) open.set(crossing.id, { crossing, file: piece?.file ?? null, waiting });
    else open.delete(crossing.id);
  };

  const load = async ({ file, first }: Piece): Promise<Map<string, Waiting>> => {
    const { crossings, damaged } = await spool.read(file);
    if (damaged > 0) {
      const at = spool.touchedAt(file);
      put(gapOf(newId("crs"), at, at, damaged, "spool_damaged"));
    }
    return new Map(crossings.map((crossing) => [crossing.id, { crossing, since: 0, first, offered: false }]));
  };
  /** Names what is still open in the newest file, if it is in this one, or in none. */
  const carryOver = (from: number) => {
    for (const [id, begun] of open) {
      if (begun.file === from || begun.file === null)
        open.set(id, { ...begun, file: putInSpool(begun.crossing)?.file ?? null });
    }
  };
  const retire = (piece: Piece) => {
    carryOver(piece.file);
    pieces.splice(pieces.indexOf(piece), 1);
    spool.remove(piece.file);
    // Where there had been no room for it, there is now.
    carryOver(piece.file);
  };
  const due = (piece: Piece, max: number, hurry: boolean): Waiting[] => {
    const all = hurry || piece !== pieces.at(-1);
    const until = performance.now() - OPEN_WAITS_MS;
    const found: Waiting[] = [];
    for (const waiting of piece.waiting?.values() ?? []) {
      if (found.length === max) break;
      if (all || waiting.crossing.endedAt !== null || waiting.since <= until) found.push(waiting);
    }
    return found;
  };
  const batchOf = (waiting: readonly Waiting[], written: (crossings: readonly Crossing[]) => void) => {
    const crossings = waiting.map(({ crossing }) => crossing);
    for (const one of waiting) one.offered = true;
    return {
      first: waiting.filter(({ first }) => first).map(({ crossing }) => crossing),
      again: waiting.filter(({ first }) => !first).map(({ crossing }) => crossing),
      written: () => written(crossings),
    };
  };
  /** Those that have not gone further while they were written. */
  const forget = (from: Map<string, Waiting> | null, crossings: readonly Crossing[]) => {
    for (const crossing of crossings) {
      if (from?.get(crossing.id)?.crossing === crossing) from.delete(crossing.id);
    }
  };
  /** What says that crossings are missing; what is lost while it is written is another gap, with another id. */
  const nextGap = () => {
    if (!loss.sealed) missing = 0;
    const sealed = loss.seal();
    if (!sealed) return null;
    const { id, from, to, count, reason } = sealed;
    return {
      first: [],
      again: [gapOf(id, new Date(from), new Date(to), count, reason)],
      written: () => loss.settle(),
    };
  };

  await endWhatWasOpen();
  return {
    put,
    async next(max, hurry) {
      if (unsafe.size > 0) {
        return batchOf([...unsafe.values()].slice(0, max), (crossings) => {
          forget(unsafe, crossings);
          noteLoss();
        });
      }
      if (missing > 0 || loss.sealed) return nextGap();
      for (let piece = pieces[0]; piece; piece = pieces[0]) {
        piece.waiting ??= await load(piece);
        const { waiting } = piece;
        const found = due(piece, max, hurry);
        if (found.length > 0) return batchOf(found, (crossings) => forget(waiting, crossings));
        if (piece === pieces.at(-1)) return null;
        retire(piece);
      }
      return null;
    },
    isBehind: () => isLosing() || pieces.length > 1 || (pieces[0]?.waiting?.size ?? 0) >= BEHIND,
    isEmpty: () => !isLosing() && pieces.every((piece) => piece.waiting?.size === 0),
    sync: () => spool.sync(),
    forgottenUntil,
    get state() {
      return {
        bytes: spool.bytes,
        bytesMax: limits.bytesMax,
        unsafe: unsafe.size,
        missing: missing + (loss.sealed?.count ?? 0),
        lossReason,
      };
    },
    async close() {
      await spool.close();
      const nothingWaits = pieces.every(({ waiting }) => waiting?.size === 0) && !isLosing();
      if (nothingWaits && open.size === 0) for (const { file } of pieces) spool.remove(file);
      loss.close();
    },
  };

  /** A process that was killed closes nothing: what was open has ended, some time after the last that is known of it. */
  async function endWhatWasOpen(): Promise<void> {
    for (const file of spool.left) {
      for (const crossing of (await spool.read(file)).crossings) {
        if (crossing.endedAt === null) open.set(crossing.id, { crossing, file });
        else open.delete(crossing.id);
      }
    }
    const last = spool.left.at(-1);
    const endedAt = last === undefined ? new Date() : spool.touchedAt(last);
    for (const { crossing } of [...open.values()])
      put({
        ...crossing,
        endedAt: new Date(Math.max(endedAt.getTime(), crossing.beganAt.getTime())),
        outcome: "failed",
        reason: "gateway_ended",
      });
  }
}
