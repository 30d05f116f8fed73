import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Gateway } from "../../gateway.ts";
import { Course } from "./course.ts";
import { filterOf } from "./filter.ts";
import type { Boundary } from "./outside.ts";
import type { PutBack } from "./replay.ts";
import { noLaterThan } from "./retries.ts";
import {
  type Delivery,
  dropAttempts,
  giveLease,
  type Held,
  type Outcome,
  type Place,
  readEvents,
  readWaiting,
  takeLease,
  waitingLanes,
  writeOutcome,
} from "./store.ts";
import { type WayOut, wayOverHttp } from "./way-out.ts";

export interface Surroundings extends Pick<Gateway, "pool" | "clock" | "log"> {
  readonly boundary: Boundary;
  readonly record: (crossing: Crossing) => void;
}

export interface Limits {
  /** What the lease is longer than the slowest delivery. */
  readonly leaseMarginMs: number;
  /** How many may wait for another try; then nothing new is begun. */
  readonly waiting: number;
  /** How many attempts are kept. */
  readonly attempts: number;
}

export const LIMITS: Limits = { leaseMarginMs: 15 * SECOND_MS, waiting: 10_000, attempts: 10_000 };

const READ = { count: 400, bytes: 2_000_000 };
const EACH_LANE = 20;
const LOOK_EVERY_MS = SECOND_MS;
/** A clock that is put right little by little takes smaller steps. */
const CLOCK_STEP_MS = SECOND_MS;
/** While outcomes come in, they are written together: no more often than this. */
const WRITE_EVERY_MS = 5;

/**
 * Delivers to one endpoint for as long as it holds the endpoint's lease. Deliveries run side by side, those of one lane one after the
 * other; what came of them is written in batches, the cursor with it. Wherever it is killed, whoever holds the lease next delivers
 * again what was not written down, in order.
 */
export class Runner {
  readonly #around: Surroundings;
  readonly #place: Place;
  readonly #limits: Limits;
  readonly #fence: string;
  readonly #course: Course;
  #endpoint: GatewayEndpoint;
  #way: WayOut;
  #takes: ReturnType<typeof filterOf>;
  #readTo: number;
  #mayHaveMore = true;
  #inFlight = 0;
  #stopping = false;
  #isLost = false;
  /** By `performance.now()`, counted from before the lease was asked for: never later than the database thinks. */
  #leaseEnds: number;
  #wroteAt = 0;
  /** How far the wall's clock is ahead of the steady one. */
  #aheadMs: number;
  #attemptsSinceDrop = 0;
  #unsaved: Outcome | null = null;
  #errands: { run: () => Promise<void>; giveUp: () => void }[] = [];
  #wake: () => void = () => undefined;
  #isAwake = false;
  readonly ended: Promise<void>;

  private constructor(
    around: Surroundings,
    place: Place,
    endpoint: GatewayEndpoint,
    held: { held: Held; course: Course; leaseEnds: number },
    limits: Limits,
  ) {
    this.#around = around;
    this.#place = place;
    this.#limits = limits;
    this.#endpoint = endpoint;
    this.#way = wayOverHttp(endpoint, around);
    this.#takes = filterOf(endpoint);
    this.#fence = held.held.fence;
    this.#course = held.course;
    this.#leaseEnds = held.leaseEnds;
    this.#readTo = held.held.cursor;
    this.#aheadMs = around.clock().getTime() - performance.now();
    this.ended = this.#run();
  }

  /** Begins to deliver, where nobody else does. */
  static async start(
    around: Surroundings,
    place: Place,
    endpoint: GatewayEndpoint,
    limits: Limits = LIMITS,
  ): Promise<Runner | null> {
    const leaseMs = leaseMsOf(endpoint, limits);
    const leaseEnds = performance.now() + leaseMs;
    const held = await takeLease(around.pool, place, leaseMs);
    if (!held) return null;
    const now = around.clock();
    const breaker = { ...held.breaker, restsUntil: noLaterThan(held.breaker.restsUntil, now) };
    const waiting = (await waitingLanes(around.pool, place)).map((lane) => ({
      ...lane,
      next_at: noLaterThan(lane.next_at, now),
    }));
    const course = new Course({ ...held, breaker }, waiting, limits.waiting);
    return new Runner(around, place, endpoint, { held, course, leaseEnds }, limits);
  }

  get endpoint(): GatewayEndpoint {
    return this.#endpoint;
  }

  /** From now on deliveries go by this. What is under way ends as it began. */
  configure(endpoint: GatewayEndpoint): void {
    this.#endpoint = endpoint;
    this.#way = wayOverHttp(endpoint, this.#around);
    this.#takes = filterOf(endpoint);
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    this.#mayHaveMore = true;
    this.#stir();
  }

  /** Has something put back to be delivered again, between two turns. */
  replay(putBack: (place: Place, fence: string) => Promise<PutBack | null>): Promise<PutBack | null> {
    return new Promise((resolve, reject) => {
      const run = async () => {
        try {
          const done = await putBack(this.#place, this.#fence);
          if (done) this.#course.takeLanes(done.lanes, done.count);
          resolve(done);
        } catch (error) {
          reject(error as Error);
        }
      };
      this.#errands.push({ run, giveUp: () => resolve(null) });
      this.#stir();
    });
  }

  /** Begins nothing new, lets what is under way end, writes it down and gives the lease back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stir();
    await this.ended;
  }

  async #run(): Promise<void> {
    while (!this.#isLost && !(this.#stopping && this.#inFlight === 0 && this.#isSaved)) {
      try {
        await this.#turn();
        await this.#rest();
      } catch (error) {
        this.#around.log.warn(
          { err: error, endpoint: this.#place.endpointId },
          "deliveries wait for the database",
        );
        await pause(LOOK_EVERY_MS);
      }
    }
    for (const errand of this.#errands.splice(0)) errand.giveUp();
    this.#way.close();
    if (!this.#isLost) await giveLease(this.#around.pool, this.#place, this.#fence).catch(() => undefined);
  }

  get #isSaved(): boolean {
    return this.#course.unwritten === 0 && this.#unsaved === null;
  }

  async #turn(): Promise<void> {
    const now = performance.now();
    const renews = now > this.#leaseEnds - (leaseMsOf(this.#endpoint, this.#limits) * 2) / 3;
    if (!this.#isSaved || renews) await this.#write();
    if (this.#isLost || this.#stopping) return;
    for (const errand of this.#errands.splice(0)) await errand.run();
    if (this.#endpoint.paused) return;
    this.#followClock();
    const lanes = this.#course.wantedLanes(this.#around.clock());
    if (lanes.length > 0)
      this.#course.takeWaiting(lanes, await readWaiting(this.#around.pool, this.#place, lanes, EACH_LANE));
    await this.#readOn();
    this.#begin();
  }

  /** Waits are told by the wall's clock, which others of this endpoint share; so they go back with it. */
  #followClock(): void {
    const aheadMs = this.#around.clock().getTime() - performance.now();
    if (aheadMs < this.#aheadMs - CLOCK_STEP_MS) this.#course.setBack(this.#aheadMs - aheadMs);
    this.#aheadMs = aheadMs;
  }

  async #readOn(): Promise<void> {
    while (this.#mayHaveMore && this.#course.isReadable) {
      this.#mayHaveMore = false;
      const rows = await readEvents(this.#around.pool, this.#place, this.#readTo, READ);
      this.#course.takeEvents(rows, this.#takes, this.#around.clock());
      this.#readTo = Number(rows.at(-1)?.seq ?? this.#readTo);
      if (rows.length > 0) this.#mayHaveMore = true;
      this.#begin();
      if (!this.#isSaved) return;
    }
  }

  /** Begins as many deliveries as may be under way. None that could outlast the lease: somebody else may hold it by then. */
  #begin(): void {
    const latest = performance.now() + this.#endpoint.timeout_seconds * 1_000;
    while (this.#inFlight < this.#endpoint.in_flight && !this.#stopping && !this.#isLost) {
      if (this.#endpoint.paused || latest > this.#leaseEnds) return;
      const delivery = this.#course.begin(this.#around.clock());
      if (!delivery) return;
      void this.#deliver(delivery);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#inFlight += 1;
    const { clock } = this.#around;
    const [began, beganAt] = [performance.now(), clock()];
    const sent = await this.#way.deliver(delivery);
    this.#inFlight -= 1;
    const durationMs = Math.round(performance.now() - began);
    this.#course.finished(delivery, { sent, beganAt, durationMs }, clock());
    this.#begin();
    this.#stir();
  }

  async #write(): Promise<void> {
    this.#unsaved ??= this.#course.outcome();
    const leaseMs = leaseMsOf(this.#endpoint, this.#limits);
    const leaseEnds = performance.now() + leaseMs;
    const fence = { fence: this.#fence, leaseMs };
    this.#isLost = !(await writeOutcome(this.#around.pool, this.#place, fence, this.#unsaved));
    if (this.#isLost) return;
    this.#leaseEnds = leaseEnds;
    this.#wroteAt = performance.now();
    this.#attemptsSinceDrop += this.#unsaved.attempts.length;
    this.#unsaved = null;
    if (this.#attemptsSinceDrop < this.#limits.attempts / 2) return;
    this.#attemptsSinceDrop = 0;
    await dropAttempts(this.#around.pool, this.#place, this.#limits.attempts);
  }

  /** Until something happens, something is due, or a while is over. */
  async #rest(): Promise<void> {
    const due = (this.#course.nextAt ?? Number.POSITIVE_INFINITY) - this.#around.clock().getTime();
    const sinceWrite = performance.now() - this.#wroteAt;
    if (this.#isAwake && sinceWrite < WRITE_EVERY_MS) await pause(WRITE_EVERY_MS - sinceWrite);
    if (!this.#isAwake)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(20, Math.min(LOOK_EVERY_MS, due)));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#isAwake = false;
  }

  #stir(): void {
    this.#isAwake = true;
    this.#wake();
  }
}

function leaseMsOf({ timeout_seconds }: GatewayEndpoint, { leaseMarginMs }: Limits): number {
  return timeout_seconds * 1_000 + leaseMarginMs;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
