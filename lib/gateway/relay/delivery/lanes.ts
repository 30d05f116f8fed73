/** One event on its way to one endpoint. */
export interface Item {
  readonly seq: number;
  /** Events of one lane go one after the other: it is the object they are about. */
  readonly lane: string;
  readonly bytes: number;
  /** Whether it stands in relay_deliveries already, and was read from there. */
  readonly isOpen: boolean;
}

interface Lane<Each> {
  readonly queue: Each[];
  isBusy: boolean;
}

/**
 * The order of deliveries to one endpoint, in memory: which may begin now, and how far everything is settled. A lane has one delivery
 * under way at a time; lanes know nothing of each other. A lane is held while something of it waits in the database: what the
 * stream brings for it goes there too, or it would overtake.
 */
export class Lanes<Each extends Item> {
  readonly #lanes = new Map<string, Lane<Each>>();
  /** Lanes whose first may begin. */
  readonly #ready: Lane<Each>[] = [];
  readonly #held = new Set<string>();
  /** What came by the stream and is not settled, and what was settled behind it. */
  readonly #window: { seq: number; settled: boolean }[] = [];
  #first = 0;
  readonly #places = new Map<number, { seq: number; settled: boolean }>();
  #cursor: number;
  #bytes = 0;

  constructor(cursor: number, held: Iterable<string>) {
    this.#cursor = cursor;
    for (const lane of held) this.#held.add(lane);
  }

  /** Everything up to here is settled. */
  get cursor(): number {
    return this.#cursor;
  }

  /** The bytes of what is in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many are between the cursor and the end of what was read. */
  get span(): number {
    return this.#window.length - this.#first;
  }

  isHeld(lane: string): boolean {
    return this.#held.has(lane);
  }

  /** Takes what the stream brought. False where its lane is held: then it belongs in the database, and counts as settled once it is there. */
  add(item: Each): boolean {
    const place = { seq: item.seq, settled: false };
    this.#window.push(place);
    if (this.#held.has(item.lane)) {
      place.settled = true;
      this.#move();
      return false;
    }
    this.#places.set(item.seq, place);
    this.#enqueue(item);
    return true;
  }

  /** The stream has been read up to here, and the last of it is nothing for this endpoint. */
  pass(seq: number): void {
    this.#window.push({ seq, settled: true });
    this.#move();
  }

  /** Takes what was read from the database, the first of a held lane first. */
  addOpen(items: readonly Each[]): void {
    for (const item of items) this.#enqueue(item);
  }

  /** The next that may begin; it has begun then. */
  begin(): Each | null {
    const lane = this.#ready.shift();
    const item = lane?.queue.shift();
    if (!lane || !item) return null;
    lane.isBusy = true;
    return item;
  }

  /** Whether there is one that may begin. */
  get mayBegin(): boolean {
    return this.#ready.length > 0;
  }

  /** It is handed over, or given up: the next of its lane may begin. Returns whether the lane has nothing left in memory. */
  settle(item: Each): boolean {
    this.#settle(item);
    const lane = this.#lanes.get(item.lane);
    if (!lane) return true;
    lane.isBusy = false;
    if (lane.queue.length > 0) {
      this.#ready.push(lane);
      return false;
    }
    this.#lanes.delete(item.lane);
    return true;
  }

  /** It has failed and waits in the database from now on, and its lane with it. Returns what stood behind it in memory. */
  fail(item: Each): Each[] {
    this.#settle(item);
    this.#held.add(item.lane);
    const behind = this.#lanes.get(item.lane)?.queue ?? [];
    this.#lanes.delete(item.lane);
    for (const each of behind) this.#settle(each);
    return behind;
  }

  /** Something of the lane waits in the database. */
  hold(lane: string): void {
    this.#held.add(lane);
  }

  /** Nothing of the lane waits in the database any more. */
  release(lane: string): void {
    this.#held.delete(lane);
  }

  #enqueue(item: Each): void {
    this.#bytes += item.bytes;
    const known = this.#lanes.get(item.lane);
    if (known) {
      known.queue.push(item);
      return;
    }
    const lane = { queue: [item], isBusy: false };
    this.#lanes.set(item.lane, lane);
    this.#ready.push(lane);
  }

  #settle(item: Each): void {
    this.#bytes -= item.bytes;
    if (item.isOpen) return;
    const place = this.#places.get(item.seq);
    if (!place) return;
    place.settled = true;
    this.#places.delete(item.seq);
    this.#move();
  }

  /** Moves the cursor over what is settled. */
  #move(): void {
    for (; this.#window[this.#first]?.settled; this.#first += 1)
      this.#cursor = this.#window[this.#first]?.seq ?? this.#cursor;
    if (this.#first > 1_024 && this.#first * 2 > this.#window.length) {
      this.#window.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
