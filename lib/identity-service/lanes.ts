import pg from "pg";

/** As many connections suffice: while one waits for the disk, the others work. */
const LANES_MAX = 3;
/** So many statements are under way on one connection at most; more would wait for each other rather than for PostgreSQL. */
const DEPTH = 8;

/** Connections on which many short statements are under way at once, each behind the one before (pipelining). */
export interface Lanes {
  readonly count: number;
  /** Null where every lane is full, or has no connection. What may wait for a lock has one lane, so that the others stay free. */
  free(mayWait: boolean): { send(query: LaneQuery): void } | null;
  close(): Promise<void>;
}

export interface LaneQuery extends pg.Submittable {
  callback: (error: Error | null, result: pg.QueryResult) => void;
}

/**
 * A connection of a pool carries one statement and then waits for what its answer brings about. For statements that are done in
 * well under a millisecond that is most of what they cost; here they share a write, a read and a look of PostgreSQL's at its
 * socket. Only for what waits for nobody: what is slow here keeps back what was sent behind it.
 */
export function openLanes(
  config: pg.ClientConfig,
  prepare: readonly pg.QueryConfig[],
  connections: number,
): Lanes {
  const count = Math.min(LANES_MAX, Math.floor(connections / 3));
  const lanes = Array.from({ length: count }, () => new Lane(config, prepare));
  return {
    count,
    free(mayWait) {
      let best: Lane | null = null;
      for (const lane of mayWait ? lanes.slice(0, 1) : lanes)
        if (lane.isFree() && (!best || lane.underWay < best.underWay)) best = lane;
      return best;
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

class Lane {
  readonly #config: pg.ClientConfig;
  readonly #prepare: readonly pg.QueryConfig[];
  #client: PipelinedClient | null = null;
  #isOpen = false;
  #isClosed = false;
  #isHeld = false;
  underWay = 0;

  constructor(config: pg.ClientConfig, prepare: readonly pg.QueryConfig[]) {
    this.#config = config;
    this.#prepare = prepare;
  }

  isFree(): boolean {
    if (!this.#client && !this.#isClosed) this.#open();
    return this.#isOpen && this.underWay < DEPTH;
  }

  send(query: LaneQuery): void {
    const client = this.#client as PipelinedClient;
    const { callback } = query;
    this.underWay += 1;
    query.callback = (error, result) => {
      this.underWay -= 1;
      callback(error, result);
    };
    this.#hold(client.connection.stream);
    client.query(query);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isOpen = false;
    await this.#client?.end();
  }

  /** What is sent in one turn of the event loop goes out in one piece. */
  #hold(stream: PipelinedClient["connection"]["stream"]): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    stream.cork();
    setImmediate(() => {
      this.#isHeld = false;
      stream.uncork();
    });
  }

  #open(): void {
    const client = new pg.Client({ ...this.#config, pipeline: true }) as PipelinedClient;
    this.#client = client;
    // A connection that breaks answers whatever is under way with the error, and is replaced at the next use.
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = null;
      this.#isOpen = false;
      client.end().catch(() => undefined);
    };
    client.on("error", lost);
    client.on("end", lost);
    client
      .connect()
      .then(() => Promise.all(this.#prepare.map((statement) => client.query(statement))))
      .then(() => {
        this.#isOpen = this.#client === client && !this.#isClosed;
      }, lost);
  }
}

/** What `pg` has and its types leave out. */
type PipelinedClient = pg.Client & { connection: { stream: { cork(): void; uncork(): void } } };
