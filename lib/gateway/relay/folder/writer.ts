import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayFolder } from "#lib/shared/gateway/configuration.ts";
import type { Gateway } from "../../gateway.ts";
import { filterOf } from "../delivery/filter.ts";
import {
  type EventRow,
  giveLease,
  type Held,
  type Place,
  readEvents,
  takeLease,
  writeOutcome,
} from "../delivery/store.ts";
import { countFiles, foundThere, putBatch } from "./folder.ts";

type Around = Pick<Gateway, "pool" | "clock" | "log">;

const READ = { count: 1_000, bytes: 8_000_000 };
const LEASE_MS = 60 * SECOND_MS;
const LOOK_EVERY_MS = SECOND_MS;
const AFTER_A_FAULT_MS = 5 * SECOND_MS;
const IDLE = { openings: 0, restsUntil: null };

/**
 * Puts the events of the buffer into a folder, in order, for as long as it holds the folder's lease. Killed between the file and the
 * note of it, the next one finds what is there already; only where that was taken away meanwhile does it come twice.
 */
export class FolderWriter {
  readonly ended: Promise<void>;
  readonly #around: Around;
  readonly #place: Place;
  readonly #fence: string;
  #folder: GatewayFolder;
  #cursor: number;
  #failingSince: Date | null;
  #leaseEnds = 0;
  #stopping = false;
  #wake: () => void = () => undefined;
  #isAwake = false;

  private constructor(around: Around, place: Place, folder: GatewayFolder, held: Held) {
    this.#around = around;
    this.#place = place;
    this.#folder = folder;
    this.#fence = held.fence;
    this.#cursor = held.cursor;
    this.#failingSince = held.failingSince;
    this.ended = this.#run();
  }

  /** Null where somebody else writes there. */
  static async start(around: Around, place: Place, folder: GatewayFolder): Promise<FolderWriter | null> {
    const held = await takeLease(around.pool, place, LEASE_MS);
    return held && new FolderWriter(around, place, folder, held);
  }

  get endpoint(): GatewayFolder {
    return this.#folder;
  }

  configure(folder: GatewayFolder): void {
    this.#folder = folder;
    this.wake();
  }

  wake(): void {
    this.#isAwake = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.ended;
  }

  async #run(): Promise<void> {
    let isLost = false;
    while (!this.#stopping && !isLost) {
      let wroteSome = false;
      try {
        const rows = await this.#next();
        wroteSome = rows.length > 0;
        if (wroteSome) isLost = !(await this.#put(rows));
        else if (performance.now() > this.#leaseEnds) isLost = !(await this.#note({}));
      } catch (error) {
        isLost = !(await this.#fault(error as NodeJS.ErrnoException));
        if (!isLost) await this.#rest(AFTER_A_FAULT_MS);
      }
      if (!wroteSome && !isLost) await this.#rest(LOOK_EVERY_MS);
    }
    if (!isLost) await giveLease(this.#around.pool, this.#place, this.#fence).catch(() => undefined);
  }

  async #next(): Promise<EventRow[]> {
    if (this.#folder.paused) return [];
    const rows = await readEvents(this.#around.pool, this.#place, this.#cursor, READ);
    if (rows.length === 0) return rows;
    const files = await countFiles(this.#folder.path);
    if (files >= this.#folder.files) throw new Error(`${files} files wait there to be taken away.`);
    return rows;
  }

  async #put(rows: readonly EventRow[]): Promise<boolean> {
    const chosen = rows.filter(filterOf(this.#folder));
    let [to, count] = [Number(rows.at(-1)?.seq), chosen.length];
    // Held for sure until the file is there: whoever else might write would write the same again.
    if (!(await this.#note({}))) return false;
    if (chosen.length > 0) {
      const lines = chosen.map(({ body }) => body.replace(/\r\n|\r|\n/g, " "));
      const batch = { from: Number(chosen[0]?.seq), to, lines };
      const there = await foundThere(this.#folder.path, batch);
      if (there) [to, count] = [there.to, there.lines];
      else await putBatch(this.#folder.path, batch);
    }
    this.#cursor = to;
    this.#failingSince = null;
    return await this.#note({ delivered: count });
  }

  async #fault(error: NodeJS.ErrnoException): Promise<boolean> {
    this.#failingSince ??= this.#around.clock();
    this.#around.log.warn({ err: error, folder: this.#place.endpointId }, "a folder takes no events");
    return await this.#note({ problem: problemOf(error) }).catch(() => true);
  }

  async #note({
    delivered = 0,
    problem = null,
  }: {
    delivered?: number;
    problem?: string | null;
  }): Promise<boolean> {
    const isHeld = await writeOutcome(
      this.#around.pool,
      this.#place,
      { fence: this.#fence, leaseMs: LEASE_MS },
      {
        cursor: this.#cursor,
        breaker: IDLE,
        failingSince: this.#failingSince,
        lastProblem: problem,
        delivered,
        lastDeliveredAt: delivered > 0 ? this.#around.clock() : null,
        lastAttemptAt: delivered > 0 || problem ? this.#around.clock() : null,
        opened: [],
        gone: [],
        attempts: [],
      },
    );
    this.#leaseEnds = performance.now() + LEASE_MS / 3;
    return isHeld;
  }

  async #rest(ms: number): Promise<void> {
    if (!this.#isAwake)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#isAwake = false;
  }
}

function problemOf(error: NodeJS.ErrnoException): string {
  const known: Record<string, string> = {
    ENOENT: "The folder is not there.",
    EACCES: "The gateway may not write there.",
    EPERM: "The gateway may not write there.",
    EROFS: "The gateway may not write there.",
    ENOSPC: "The disk is full.",
    EDQUOT: "The disk is full.",
    ENOTDIR: "It is no folder.",
  };
  return known[error.code ?? ""] ?? error.message.slice(0, 300);
}
