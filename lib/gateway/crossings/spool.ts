import {
  closeSync,
  fdatasync,
  ftruncateSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { FIRST_LINE, lineOf, readLines } from "./line.ts";

export interface SpoolLimits {
  /** All that may lie on disk while the database is away. */
  readonly bytesMax: number;
  /** After so much a file is closed and the next one begun; a file goes when all in it is in the database. */
  readonly fileBytesMax: number;
}

export const FILE_BYTES_MAX = 8_000_000;

/**
 * Files that crossings are appended to before they are in the database. A line that was appended outlives the process, whatever ends
 * it; after `sync` it outlives the machine's power too.
 */
export interface Spool {
  /** The number of the file that the crossing now lies in, or why there was no room for it. */
  append(crossing: Crossing): number | NoRoom;
  /** Files that were there before, oldest first. */
  readonly left: readonly number[];
  /** When a file was last written to. */
  touchedAt(file: number): Date;
  read(file: number): Promise<{ crossings: Crossing[]; damaged: number }>;
  /** Takes away a file whose crossings all are in the database. */
  remove(file: number): void;
  sync(): Promise<void>;
  readonly bytes: number;
  close(): Promise<void>;
}

export type NoRoom = "spool_full" | "disk_full" | "spool_failed";

interface Current {
  readonly file: number;
  readonly descriptor: number;
  bytes: number;
}

const FIRST = Buffer.from(FIRST_LINE);
const sync = promisify(fdatasync);
const NAME = /^(\d{10})\.crossings$/;

export function openSpool(folder: string, limits: SpoolLimits): Spool {
  const pathOf = (file: number) => join(folder, `${String(file).padStart(10, "0")}.crossings`);
  const left = readdirSync(folder)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const sizes = new Map(left.map((file) => [file, statSync(pathOf(file)).size]));
  let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let last = left.at(-1) ?? 0;
  let current: Current | null = null;
  /** Closed to new lines, and not yet known to be on disk. */
  let finished: number[] = [];
  let syncing: Promise<void> = Promise.resolve();
  let nextSync: Promise<void> | null = null;

  const finish = () => {
    if (current) finished.push(current.descriptor);
    current = null;
  };
  const syncAll = async () => {
    const closing = finished;
    finished = [];
    const { descriptor } = current ?? {};
    try {
      for (const one of closing) await sync(one);
      if (descriptor !== undefined) await sync(descriptor);
    } finally {
      for (const one of closing) closeSync(one);
    }
  };
  const begin = (): Current => {
    last += 1;
    const descriptor = openSync(pathOf(last), "wx", 0o600);
    const begun = { file: last, descriptor, bytes: 0 };
    sizes.set(last, 0);
    current = begun;
    put(begun, FIRST);
    return begun;
  };
  /** All of it or nothing: what a full disk took a part of is taken back. */
  const put = (into: Current, line: Buffer) => {
    try {
      const written = writeSync(into.descriptor, line, 0, line.length, into.bytes);
      if (written < line.length) throw Object.assign(new Error("No room for all of it."), { code: "ENOSPC" });
    } catch (error) {
      takeBack(into);
      throw error;
    }
    into.bytes += line.length;
    bytes += line.length;
    sizes.set(into.file, into.bytes);
  };
  const takeBack = (into: Current) => {
    try {
      ftruncateSync(into.descriptor, into.bytes);
    } catch {
      // What stays is half a line at the end of a file that nothing is added to any more.
    }
    finish();
    if (into.bytes === 0) discard(into.file);
  };
  const discard = (file: number) => {
    rmSync(pathOf(file), { force: true });
    bytes -= sizes.get(file) ?? 0;
    sizes.delete(file);
  };

  return {
    left,
    get bytes() {
      return bytes;
    },
    append(crossing) {
      const line = lineOf(crossing);
      const fits = current !== null && current.bytes + line.length <= limits.fileBytesMax;
      if (bytes + line.length + (fits ? 0 : FIRST.length) > limits.bytesMax) return "spool_full";
      try {
        if (!fits) finish();
        const into = current ?? begin();
        put(into, line);
        return into.file;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG" ? "disk_full" : "spool_failed";
      }
    },
    touchedAt: (file) => statSync(pathOf(file)).mtime,
    read: async (file) => readLines(await readFile(pathOf(file))),
    remove(file) {
      if (current?.file === file) throw new Error("This file is being written to.");
      discard(file);
    },
    sync() {
      // One at a time, for a descriptor must not be closed while another call waits for it; whoever comes meanwhile shares the next.
      nextSync ??= syncing.then(() => {
        nextSync = null;
        return syncAll();
      });
      syncing = nextSync.catch(() => undefined);
      return nextSync;
    },
    async close() {
      finish();
      await syncing;
      await syncAll();
    },
  };
}
