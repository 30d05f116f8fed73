import pg from "pg";
import {
  type Field,
  MESSAGE,
  MessageReader,
  MessageWriter,
  readError,
  readFields,
  readRow,
  type Value,
} from "./lane-wire.ts";

/** A statement on its way, and who waits for its answer. */
export interface Call {
  readonly scope: string;
  readonly statement: { readonly name: string; readonly text: string; readonly relaxed?: boolean };
  readonly values: readonly Value[];
  readonly resolve: (rows: Record<string, unknown>[]) => void;
  readonly reject: (error: Error) => void;
}

export interface LaneOptions {
  readonly config: pg.ClientConfig;
  /** Called when another batch can be carried. */
  readonly onIdle: () => void;
  /** Does by itself what could not be done together with others. */
  readonly redo: (call: Call) => void;
}

// A lane waits for nobody's lock for longer: whoever has it may be waiting for one that the batch holds.
const LOCK_TIMEOUT_MS = 250;
const LOCK_NOT_AVAILABLE = "55P03";
const SET_SCOPE = { name: "lane_scope", text: "SELECT set_config('sallyport.environment', $1, true)" };
const RELAX = { name: "lane_relax", text: "SELECT set_config('synchronous_commit', 'off', true)" };
// What travels here is planned once, for any values: it is found by a key or read in the order of an index, whatever they are. Left
// to itself, PostgreSQL plans a page of a large list anew each time, for it cannot see how few rows are asked for; that takes
// longer than reading them.
const SET_UP = `SELECT set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', false), set_config('plan_cache_mode', 'force_generic_plan', false)`;

/**
 * One connection, which carries a batch of statements at a time: they leave in one write, are one transaction to PostgreSQL with
 * one commit, and are answered in one piece. Each still sees its own environment only. Where one of them fails, nothing of the
 * batch has happened, and each is done by itself.
 *
 * `pg` connects (TLS, passwords, settings); from then on the messages are written and read here.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #writer = new MessageWriter();
  #client: ConnectedClient | null = null;
  #isOpen = false;
  #isClosed = false;
  readonly #columns = new Map<string, readonly Field[]>();
  /** What is being prepared, while that is what the connection does. */
  #preparing: string[] | null = null;
  #calls: readonly Call[] = [];
  /** Whose answers are still to come, in order; null for a setting, whose answer says nothing. */
  #expected: (Call | null)[] = [];
  #at = 0;
  #rows: Record<string, unknown>[][] = [];
  #error: pg.DatabaseError | null = null;
  #drained: (() => void) | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Begins to connect where there is no connection, which takes a while. */
  isConnected(): boolean {
    if (!this.#client && !this.#isClosed) this.#open();
    return this.#isOpen;
  }

  isIdle(): boolean {
    return this.#isOpen && this.#calls.length === 0;
  }

  carry(calls: readonly Call[]): void {
    this.#calls = calls;
    const names = new Map([SET_SCOPE, RELAX].map((statement) => [statement.name, statement.text]));
    for (const { statement } of calls) names.set(statement.name, statement.text);
    const unknown = [...names].filter(([name]) => !this.#columns.has(name));
    if (unknown.length === 0) {
      this.#send();
      return;
    }
    for (const [name, text] of unknown) {
      this.#writer.parse(name, text);
      this.#writer.describe(name);
    }
    this.#preparing = unknown.map(([name]) => name);
    this.#at = 0;
    this.#flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#calls.length > 0)
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    this.#isOpen = false;
    await this.#client?.end();
  }

  #send(): void {
    this.#expected = [];
    this.#rows = [];
    this.#at = 0;
    let scope: string | null = null;
    let isRelaxed = false;
    for (const call of this.#calls) {
      if (call.scope !== scope) {
        scope = call.scope;
        this.#run(SET_SCOPE.name, [scope], null);
      }
      if (call.statement.relaxed && !isRelaxed) {
        isRelaxed = true;
        this.#run(RELAX.name, [], null);
      }
      this.#run(call.statement.name, call.values, call);
    }
    this.#flush();
  }

  #run(name: string, values: readonly Value[], call: Call | null): void {
    this.#writer.run(name, values);
    this.#expected.push(call);
    this.#rows.push([]);
  }

  #flush(): void {
    this.#writer.sync();
    this.#client?.connection.stream.write(this.#writer.take());
  }

  #receive(type: number, piece: Buffer, start: number, end: number): void {
    if (type === MESSAGE.dataRow) {
      const call = this.#expected[this.#at];
      if (!call) return;
      const columns = this.#columns.get(call.statement.name) ?? [];
      this.#rows[this.#at]?.push(readRow(columns, piece, start, end));
    } else if (type === MESSAGE.commandComplete) this.#at += 1;
    else if (type === MESSAGE.rowDescription) this.#learn(readFields(piece, start));
    else if (type === MESSAGE.noData) this.#learn([]);
    else if (type === MESSAGE.error) this.#error ??= readError(piece, start, end);
    else if (type === MESSAGE.ready) this.#finish();
  }

  #learn(columns: readonly Field[]): void {
    const name = this.#preparing?.[this.#at++];
    if (name !== undefined) this.#columns.set(name, columns);
  }

  #finish(): void {
    const error = this.#error;
    this.#error = null;
    const wasPreparing = this.#preparing !== null;
    this.#preparing = null;
    if (wasPreparing && !error) {
      this.#send();
      return;
    }
    const [calls, expected, rows] = [this.#calls, this.#expected, this.#rows];
    this.#calls = [];
    this.#expected = [];
    this.#drained?.();
    // What waits leaves before the answers are looked at, so that PostgreSQL is busy meanwhile.
    this.#options.onIdle();
    if (!error)
      for (const [at, call] of expected.entries()) call?.resolve(rows[at] as Record<string, unknown>[]);
    else if (calls.length === 1 && !wasPreparing && error.code !== LOCK_NOT_AVAILABLE)
      calls[0]?.reject(error);
    else for (const call of calls) this.#options.redo(call);
  }

  #open(): void {
    const client = new pg.Client(this.#options.config) as ConnectedClient;
    this.#client = client;
    // A connection that breaks answers whatever is under way with the error, and is replaced at the next use.
    const lost = (error?: unknown) => {
      if (this.#client !== client) return;
      const calls = this.#calls;
      this.#client = null;
      this.#isOpen = false;
      this.#calls = [];
      this.#expected = [];
      this.#preparing = null;
      this.#error = null;
      this.#columns.clear();
      client.end().catch(() => undefined);
      for (const call of calls)
        call.reject(error instanceof Error ? error : new Error("The connection was cut."));
      this.#drained?.();
      this.#options.onIdle();
    };
    client.on("error", lost);
    client.on("end", lost);
    client
      .connect()
      .then(() => client.query(SET_UP))
      .then(() => {
        if (this.#client !== client || this.#isClosed) return;
        const { stream } = client.connection;
        const reader = new MessageReader((...message) => this.#receive(...message));
        stream.removeAllListeners("data");
        stream.on("data", (chunk: Buffer) => reader.push(chunk));
        this.#isOpen = true;
      }, lost);
  }
}

/** What `pg` has and its types leave out. */
type ConnectedClient = pg.Client & { connection: { stream: NodeJS.ReadWriteStream } };
