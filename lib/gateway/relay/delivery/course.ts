import { Breaker } from "./breaker.ts";
import type { Filtered } from "./filter.ts";
import { Lanes } from "./lanes.ts";
import { nextAttempt, retryAfterMs } from "./retries.ts";
import type { Sent } from "./send.ts";
import type { AttemptRow, Delivery, EventRow, Held, OpenRow, Outcome, WaitingLane } from "./store.ts";
import { Unwritten } from "./unwritten.ts";

/** What may be between the cursor and the end of what was read. */
const SPAN_MAX = 2_000;
const BYTES_MAX = 6_000_000;
const LANES_AT_ONCE = 100;

/** An attempt, as it went. */
export interface Attempted {
  readonly sent: Sent;
  readonly beganAt: Date;
  readonly durationMs: number;
}

/**
 * The course of deliveries to one endpoint: which may begin, what follows from what came of them, and what is to be written down.
 * It knows no network and no database, and no time but the one it is told.
 */
export class Course {
  readonly #breaker: Breaker;
  readonly #lanes: Lanes<Delivery>;
  readonly #unwritten = new Unwritten();
  readonly #random: () => number;
  readonly #waitingMax: number;
  /** When the first of a held lane is due, and of which lanes that is not written down yet. */
  readonly #due = new Map<string, number>();
  readonly #dueUnwritten = new Map<string, number>();
  /** Held lanes that may go on, and of which nothing is in memory; and those whose last outcome is not written down yet. */
  readonly #wanted = new Set<string>();
  readonly #drained = new Set<string>();
  #waiting = 0;
  #failingSince: Date | null;

  constructor(
    { cursor, breaker, failingSince }: Held,
    waiting: readonly WaitingLane[],
    waitingMax: number,
    random: () => number = Math.random,
  ) {
    this.#breaker = new Breaker(breaker, random);
    this.#lanes = new Lanes(
      cursor,
      waiting.map(({ lane }) => lane),
    );
    this.#failingSince = failingSince;
    this.#waitingMax = waitingMax;
    this.#random = random;
    for (const { lane, next_at, count } of waiting) {
      this.#due.set(lane, next_at?.getTime() ?? 0);
      this.#waiting += count;
    }
  }

  get cursor(): number {
    return this.#lanes.cursor;
  }

  /** How much is to be written down. */
  get unwritten(): number {
    return this.#unwritten.size;
  }

  /**
   * Whether the stream may be read on. While the breaker is open it is read for a probe only, once nothing that failed is left to be
   * one: all of it may have been given up, or have left the buffer.
   */
  get isReadable(): boolean {
    const { span, bytes, mayBegin } = this.#lanes;
    if (this.#breaker.isOpen && (this.#waiting > 0 || mayBegin)) return false;
    return span < SPAN_MAX && bytes < BYTES_MAX && this.#waiting < this.#waitingMax;
  }

  /** Takes what the stream brought, in its order. */
  takeEvents(rows: readonly EventRow[], takes: (event: Filtered) => boolean, now: Date): void {
    for (const row of rows) {
      if (!takes(row)) continue;
      const delivery = deliveryOf(row);
      if (!this.#lanes.add(delivery)) this.#putBehind(delivery, now);
    }
    const last = rows.at(-1);
    if (last && !takes(last)) this.#lanes.pass(Number(last.seq));
  }

  /** The lanes whose next are to be read from the database now, once the last outcome that was taken is written down. */
  wantedLanes(now: Date): string[] {
    for (const [lane, at] of this.#due) {
      if (at > now.getTime()) continue;
      this.#due.delete(lane);
      this.#wanted.add(lane);
    }
    if (this.#breaker.isOpen && (this.#lanes.mayBegin || !this.#breaker.mayBegin(now))) return [];
    return [...this.#wanted].slice(0, this.#breaker.isOpen ? 1 : LANES_AT_ONCE);
  }

  /**
   * Takes what was read for these lanes, the first of each first. A lane without any is free again. What has left the buffer meanwhile
   * cannot be delivered: a gap tells of it.
   */
  takeWaiting(lanes: readonly string[], deliveries: readonly Delivery[]): void {
    const found = new Set(deliveries.map(({ lane }) => lane));
    const there = deliveries.filter(({ body }) => body !== null);
    const begun = new Set(there.map(({ lane }) => lane));
    this.#lanes.addOpen(there);
    for (const { seq, body } of deliveries) {
      if (body !== null) continue;
      this.#unwritten.gone(seq);
      this.#waiting -= 1;
    }
    for (const lane of lanes) {
      if (begun.has(lane)) this.#wanted.delete(lane);
      else if (!found.has(lane) && !this.#unwritten.opens(lane)) {
        this.#wanted.delete(lane);
        this.#lanes.release(lane);
      }
    }
  }

  /** So many were put into relay_deliveries by somebody else, in these lanes. */
  takeLanes(lanes: readonly string[], count: number): void {
    this.#waiting += count;
    for (const lane of lanes) {
      if (this.#lanes.isHeld(lane)) continue;
      this.#lanes.hold(lane);
      this.#wanted.add(lane);
    }
  }

  /** The next that may begin, which has begun then. Its outcome must be told. */
  begin(now: Date): Delivery | null {
    if (!this.#lanes.mayBegin || !this.#breaker.mayBegin(now)) return null;
    const delivery = this.#lanes.begin();
    if (delivery) this.#breaker.begun();
    return delivery;
  }

  finished(delivery: Delivery, { sent, beganAt, durationMs }: Attempted, now: Date): void {
    const { seq, eventId, event } = delivery;
    const attempt: AttemptRow = {
      seq,
      event_id: eventId,
      event,
      began_at: beganAt,
      duration_ms: durationMs,
      attempt: delivery.attempts + 1,
      status: sent.status,
      problem: sent.problem,
      excerpt: sent.excerpt,
    };
    if (sent.problem === null) this.#succeeded(delivery, attempt, now);
    else this.#failed(delivery, attempt, sent, now);
  }

  /** All that is to be written down, which counts as written from now on. */
  outcome(): Outcome {
    for (const lane of this.#drained) this.#wanted.add(lane);
    this.#drained.clear();
    for (const [lane, at] of this.#dueUnwritten) this.#due.set(lane, at);
    this.#dueUnwritten.clear();
    return {
      ...this.#unwritten.take(),
      cursor: this.#lanes.cursor,
      breaker: this.#breaker.state,
      failingSince: this.#failingSince,
    };
  }

  /** When something is due next, in milliseconds since 1970; null where nothing waits for a time. */
  get nextAt(): number | null {
    const { restsUntil } = this.#breaker.state;
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#due.values()) if (at < next) next = at;
    if (restsUntil && (this.#lanes.mayBegin || this.#wanted.size > 0)) return restsUntil.getTime();
    return Number.isFinite(next) ? Math.max(next, restsUntil?.getTime() ?? 0) : null;
  }

  /** The clock was set back by so much: what was to be in five seconds still is. */
  setBack(byMs: number): void {
    for (const due of [this.#due, this.#dueUnwritten]) for (const [lane, at] of due) due.set(lane, at - byMs);
    this.#breaker.setBack(byMs);
  }

  #succeeded(delivery: Delivery, attempt: AttemptRow, now: Date): void {
    const recovers = this.#breaker.succeeded();
    this.#failingSince = null;
    if (delivery.isOpen) this.#waiting -= 1;
    this.#unwritten.delivered(delivery, attempt, now);
    this.#settle(delivery);
    // What failed while the endpoint took nothing has waited for nothing else.
    if (!recovers) return;
    for (const due of [this.#due, this.#dueUnwritten]) for (const lane of due.keys()) due.set(lane, 0);
  }

  #failed(delivery: Delivery, attempt: AttemptRow, sent: Sent, now: Date): void {
    this.#breaker.failed(delivery.lane, now);
    this.#failingSince ??= attempt.began_at;
    const openedAt = delivery.openedAt ?? attempt.began_at;
    const asked = retryAfterMs(sent.retryAfter, now);
    const next = nextAttempt({ openedAt, attempts: attempt.attempt, retryAfterMs: asked }, now, this.#random);
    this.#unwritten.failed(rowOf(delivery, attempt, openedAt, next), attempt);
    if (next === null) {
      if (delivery.isOpen) this.#waiting -= 1;
      this.#settle(delivery);
      return;
    }
    if (!delivery.isOpen) this.#waiting += 1;
    for (const behind of this.#lanes.fail(delivery)) if (!behind.isOpen) this.#putBehind(behind, now);
    this.#dueUnwritten.set(delivery.lane, next.getTime());
  }

  #settle(delivery: Delivery): void {
    if (this.#lanes.settle(delivery) && this.#lanes.isHeld(delivery.lane)) this.#drained.add(delivery.lane);
  }

  #putBehind(delivery: Delivery, now: Date): void {
    this.#waiting += 1;
    this.#unwritten.behind(delivery, now);
  }
}

function deliveryOf(row: EventRow): Delivery {
  return {
    seq: Number(row.seq),
    lane: `${row.environment_id} ${row.object}`,
    bytes: row.body.length,
    isOpen: false,
    eventId: row.id,
    environmentId: row.environment_id,
    event: row.event,
    body: row.body,
    attempts: 0,
    openedAt: null,
  };
}

function rowOf(delivery: Delivery, attempt: AttemptRow, openedAt: Date, next: Date | null): OpenRow {
  return {
    seq: delivery.seq,
    event_id: delivery.eventId,
    environment_id: delivery.environmentId,
    event: delivery.event,
    lane: delivery.lane,
    state: next ? "waiting" : "dead",
    attempts: attempt.attempt,
    opened_at: openedAt,
    next_at: next,
    status: attempt.status,
    problem: attempt.problem,
  };
}
