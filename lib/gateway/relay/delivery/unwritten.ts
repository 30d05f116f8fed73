import type { AttemptRow, Delivery, OpenRow, Outcome } from "./store.ts";

type Written = Pick<
  Outcome,
  "opened" | "gone" | "attempts" | "delivered" | "lastDeliveredAt" | "lastAttemptAt" | "lastProblem"
>;

/** What has come of deliveries and is not written down yet. Of each event only the latest counts. */
export class Unwritten {
  #rows = new Map<number, OpenRow | null>();
  #attempts: AttemptRow[] = [];
  #delivered = 0;
  #lastDeliveredAt: Date | null = null;
  #lastProblem: string | null = null;

  get isEmpty(): boolean {
    return this.#rows.size === 0 && this.#attempts.length === 0;
  }

  get size(): number {
    return this.#rows.size + this.#attempts.length;
  }

  /** Whether something of a lane is still to be written as waiting. */
  opens(lane: string): boolean {
    for (const row of this.#rows.values()) if (row?.lane === lane && row.state === "waiting") return true;
    return false;
  }

  delivered(delivery: Delivery, attempt: AttemptRow, at: Date): void {
    this.#attempts.push(attempt);
    this.#delivered += 1;
    this.#lastDeliveredAt = at;
    if (delivery.isOpen || this.#rows.has(delivery.seq)) this.#rows.set(delivery.seq, null);
  }

  failed(row: OpenRow, attempt: AttemptRow): void {
    this.#attempts.push(attempt);
    this.#lastProblem = attempt.problem;
    this.#rows.set(row.seq, row);
  }

  /** It waits behind another of its lane. */
  behind({ seq, eventId, environmentId, event, lane }: Delivery, now: Date): void {
    this.#rows.set(seq, {
      seq,
      event_id: eventId,
      environment_id: environmentId,
      event,
      lane,
      state: "waiting",
      attempts: 0,
      opened_at: now,
      next_at: null,
      status: null,
      problem: null,
    });
  }

  /** It is no more to be delivered. */
  gone(seq: number): void {
    this.#rows.set(seq, null);
  }

  /** Hands over all there is, to be written. */
  take(): Written {
    const [opened, gone]: [OpenRow[], number[]] = [[], []];
    for (const [seq, row] of this.#rows) {
      if (row) opened.push(row);
      else gone.push(seq);
    }
    const written = {
      opened,
      gone,
      attempts: this.#attempts,
      delivered: this.#delivered,
      lastDeliveredAt: this.#lastDeliveredAt,
      lastAttemptAt: this.#attempts.at(-1)?.began_at ?? null,
      lastProblem: this.#lastProblem,
    };
    this.#rows = new Map();
    this.#attempts = [];
    this.#delivered = 0;
    this.#lastDeliveredAt = null;
    this.#lastProblem = null;
    return written;
  }
}
