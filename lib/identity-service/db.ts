import pg from "pg";
import type { Value } from "./lane-wire.ts";
import { type Call, openLanes } from "./lanes.ts";
import { TYPES } from "./timestamps.ts";

/** A prepared statement. The name is its identity on every connection: one name, one text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Answered before it is on the disk: for what nobody was promised yet. Alone only; a transaction keeps its promise. */
  readonly relaxed?: boolean;
  /** Done in no time: it travels with others of its kind, see lanes.ts. */
  readonly hot?: "reads" | "writes";
}

/** An environment's id: PostgreSQL shows and accepts rows of that environment only. */
export type Scope = string;

/**
 * Every environment. For what cannot know its environment yet (a look-up by a hash or an address that itself is the
 * proof) and for the management API. Keep its uses few.
 */
export const EVERY_ENVIRONMENT: Scope = "*";

export type { Value } from "./lane-wire.ts";
export type Run = <Row extends pg.QueryResultRow>(
  statement: Statement,
  values: readonly Value[],
) => Promise<Row[]>;

export interface Database {
  /** One statement in its own transaction, inside one environment, in a single round trip. */
  query<Row extends pg.QueryResultRow>(
    scope: Scope,
    statement: Statement,
    values: readonly Value[],
  ): Promise<Row[]>;
  /** Several statements in one transaction, inside one environment. */
  transaction<T>(scope: Scope, work: (run: Run) => Promise<T>): Promise<T>;
  /** How long whoever waits longest for a connection has been waiting. */
  waitingMs(): number;
  close(): Promise<void>;
}

/** The database cannot be reached, or went away: what was asked of it may or may not have been done. */
export class DatabaseGone extends Error {
  override name = "DatabaseGone";
  constructor(cause: unknown) {
    super("The database cannot be reached.", { cause });
  }
}

export function openDatabase(url: string, connections: number): Database {
  const config = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    application_name: "sallyport-identity",
    types: TYPES,
  };
  const prepare = [SET_SCOPE, SET_SCOPE_RELAXED].map((statement) => ({ ...statement, values: [""] }));
  const inPool = ({ scope, statement, values, resolve, reject }: Call) => {
    connect()
      .then((client) => runScoped(client, scope, statement, values))
      .then(resolve, reject);
  };
  const lanes = openLanes(config, connections, inPool);
  const pool = new pg.Pool({
    ...config,
    max: connections - lanes.count,
    idleTimeoutMillis: 60_000,
    onConnect: async (client) => {
      // The pool listens while nobody uses it. One that breaks between two statements of a transaction would end the program,
      // too; the next statement finds it broken.
      client.on("error", () => undefined);
      for (const statement of prepare) await client.query(statement);
    },
  });
  // A connection that breaks while idle is replaced at the next use; without a listener it would end the program.
  pool.on("error", () => undefined);
  // Kept in the order they came in: the first waits longest.
  const waiting = new Set<{ readonly since: number }>();
  const connect = async () => {
    const wait = { since: performance.now() };
    waiting.add(wait);
    try {
      return await pool.connect();
    } catch (error) {
      throw goneOr(error);
    } finally {
      waiting.delete(wait);
    }
  };
  return {
    query: <Row extends pg.QueryResultRow>(scope: Scope, statement: Statement, values: readonly Value[]) =>
      new Promise<Row[]>((resolve, reject) => {
        const call: Call = {
          scope,
          statement,
          values,
          resolve: resolve as Call["resolve"],
          reject: (error) => reject(goneOr(error)),
        };
        if (!statement.hot || !lanes.take(call, statement.hot === "writes")) inPool(call);
      }),
    transaction: async (scope, work) => await runTransaction(await connect(), scope, work),
    waitingMs() {
      const [first] = waiting;
      return first === undefined ? 0 : performance.now() - first.since;
    },
    close: async () => {
      await Promise.all([lanes.close(), pool.end()]);
    },
  };
}

/** What runs each statement in a transaction of its own: for reading with what else is part of a larger change. */
export function alone(db: Database, scope: Scope): Run {
  return async (statement, values) => await db.query(scope, statement, values);
}

/** The statement `text` under the name `name`, written where it is used so that both can be read together. */
export function sql(name: string, text: string): Statement {
  return { name, text };
}

/** A short question that is asked often and answered by a key or in the order of an index. */
export function hotSql(name: string, text: string): Statement {
  return { name, text, hot: "reads" };
}

/** A short change that is made often. */
export function hotWriteSql(name: string, text: string): Statement {
  return { name, text, hot: "writes" };
}

/** A statement of a sign-in that need not be on the disk when it is answered: what it writes is lost if PostgreSQL dies within a second. */
export function relaxedSql(name: string, text: string): Statement {
  return { name, text, hot: "reads", relaxed: true };
}

/** A value for a `jsonb` parameter: the driver would send an array as PostgreSQL's own array. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

const SET_SCOPE = sql("set_scope", "SELECT set_config('sallyport.environment', $1, true)");
const SET_SCOPE_RELAXED = sql(
  "set_scope_relaxed",
  "SELECT set_config('sallyport.environment', $1, true), set_config('synchronous_commit', 'off', true)",
);

async function runScoped<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  scope: Scope,
  statement: Statement,
  values: readonly Value[],
): Promise<Row[]> {
  let broken: Error | undefined;
  try {
    return await new Promise<Row[]>((resolve, reject) => {
      client.query(scoped(scope, statement, values, resolve, reject));
    });
  } catch (error) {
    broken = endOf(error);
    throw goneOr(error);
  } finally {
    client.release(broken);
  }
}

async function runTransaction<T>(
  client: pg.PoolClient,
  scope: Scope,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  let broken: Error | undefined;
  const ask = async (query: string | pg.QueryConfig) => {
    try {
      return await client.query(query);
    } catch (error) {
      broken ??= endOf(error);
      throw goneOr(error);
    }
  };
  try {
    await ask("BEGIN");
    await ask({ ...SET_SCOPE, values: [scope] });
    const result = await work(
      async ({ name, text }, values) => (await ask({ name, text, values: [...values] })).rows,
    );
    await ask("COMMIT");
    return result;
  } catch (error) {
    if (!broken) await ask("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The error, where it ends the connection too: it came from the connection itself, or PostgreSQL says goodbye with it. */
function endOf(error: unknown): Error | undefined {
  const stays = error instanceof pg.DatabaseError && !/^(57P|08|25P03)/.test(error.code ?? "");
  return stays ? undefined : (error as Error);
}

/** What PostgreSQL answers is passed on; everything else that `pg` throws means that it did not answer. */
function goneOr(error: unknown): unknown {
  const isKnown = error instanceof pg.DatabaseError || error instanceof DatabaseGone;
  return isKnown ? error : new DatabaseGone(error);
}

function scoped<Row extends pg.QueryResultRow>(
  scope: Scope,
  { name, text, relaxed }: Statement,
  values: readonly Value[],
  resolve: (rows: Row[]) => void,
  reject: (error: Error) => void,
): ScopedQuery {
  const query = new ScopedQuery({ name, text, values: [...values] }, (error, result) => {
    if (error) reject(error);
    else resolve(result.rows as Row[]);
  });
  query.scope = scope;
  if (relaxed) query.scopeStatement = SET_SCOPE_RELAXED;
  return query;
}

// What `pg` has and its types leave out: a query writes its messages in `prepare`, and is handed what comes back.
interface Wire {
  bind(message: { portal: string; statement: string; values: string[] }): void;
  execute(message: { portal: string; rows: number }): void;
}
interface PreparedQuery extends pg.Submittable {
  prepare(wire: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}
type Answer = (error: Error | null, result: pg.QueryResult) => void;
const PreparedQuery = pg.Query as unknown as new (config: pg.QueryConfig, answer: Answer) => PreparedQuery;

/**
 * A query that first sets the scope. Both are written before the one Sync message that ends them, which makes them one
 * transaction to PostgreSQL: the scope cannot outlive the statement, and costs no round trip of its own.
 */
class ScopedQuery extends PreparedQuery {
  scope: Scope = "";
  scopeStatement = SET_SCOPE;
  #scopeIsSet = false;

  override prepare(wire: Wire): void {
    wire.bind({ portal: "", statement: this.scopeStatement.name, values: [this.scope] });
    wire.execute({ portal: "", rows: 0 });
    super.prepare(wire);
  }

  override handleDataRow(message: unknown): void {
    if (this.#scopeIsSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.#scopeIsSet) super.handleCommandComplete(message, wire);
    this.#scopeIsSet = true;
  }
}
