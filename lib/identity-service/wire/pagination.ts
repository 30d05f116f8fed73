import type { QueryResultRow } from "pg";
import { type Database, hotSql, type Scope, type Statement, sql, type Value } from "../db.ts";
import { invalid } from "./errors.ts";
import { one, type Params } from "./params.ts";

export interface Page {
  limit: number;
  /** `normal` is descending with the cursors swapped: `before` reads on to older rows, `after` back to newer ones. */
  order: "asc" | "desc" | "normal";
  before: string | undefined;
  after: string | undefined;
}

export interface List<Item> {
  object: "list";
  data: Item[];
  list_metadata: { before: string | null; after: string | null };
}

/** Rows of one table, narrowed by conditions, in the order of their ids: ids are ULIDs, so that is the order of creation. */
export interface ListSource {
  /** `SELECT … FROM … AS row`, without WHERE. */
  select: string;
  /** Conditions over `row`, each naming its values as `$1`, `$2`… in the order of `values`. */
  where: string[];
  values: Value[];
  /** The column that has the id, where another than `row.id` leads to the index with the rows in order. */
  key?: string;
  /** Its pages are read off an index, whatever the conditions, and hold nothing large: see lanes.ts. */
  hot?: boolean;
}

export function readPage(query: Params): Page {
  const limit = Number(one(query, "limit") ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalid([
      { field: "limit", code: "invalid", message: "limit must be a whole number from 1 to 100." },
    ]);
  const order = one(query, "order") ?? "desc";
  if (order !== "asc" && order !== "desc" && order !== "normal")
    throw invalid([{ field: "order", code: "invalid", message: "order must be asc, desc or normal." }]);
  const [before, after] = [one(query, "before"), one(query, "after")];
  if (before && after)
    throw invalid([{ field: "before", code: "invalid", message: "Give either before or after, not both." }]);
  return { limit, order, before, after };
}

/** One page of `source`, and the cursors that lead on from it: null at the ends, or clients would never stop. */
export async function readList<Row extends QueryResultRow & { id: string }, Item>(
  db: Database,
  scope: Scope,
  source: ListSource,
  page: Page,
  toWire: (row: Row) => Item,
): Promise<List<Item>> {
  const cursor = page.after ?? page.before;
  const backwards = page.before !== undefined;
  // Where the cursor leads: to newer rows (ascending ids), or to older ones.
  const newer =
    page.order === "asc"
      ? !backwards
      : page.order === "desc"
        ? backwards
        : cursor !== undefined && !backwards;
  const values = [...source.values];
  const where = [...source.where];
  const key = source.key ?? "row.id";
  if (cursor !== undefined) where.push(`${key} ${newer ? ">" : "<"} $${values.push(cursor)}`);
  const text = `${source.select} ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""}
    ORDER BY ${key} ${newer ? "ASC" : "DESC"} LIMIT $${values.push(page.limit + 1)}`;
  const rows = await db.query<Row>(scope, named(text, source.hot), values);
  const more = rows.length > page.limit;
  const shown = rows.slice(0, page.limit);
  if (newer !== (page.order === "asc")) shown.reverse();
  return {
    object: "list",
    data: shown.map(toWire),
    list_metadata: cursors(shown, { page, more, newer, hasCursor: cursor !== undefined }),
  };
}

function cursors<Row extends { id: string }>(
  shown: Row[],
  at: { page: Page; more: boolean; newer: boolean; hasCursor: boolean },
): { before: string | null; after: string | null } {
  const [first, last] = [shown.at(0)?.id ?? null, shown.at(-1)?.id ?? null];
  const ascending = at.page.order === "asc";
  // What lies beyond each end of the page: on the side the rows were read towards, whether one too many was found; on
  // the other side, where the cursor was.
  const beyondLast = at.newer === ascending ? at.more : at.hasCursor;
  const beyondFirst = at.newer === ascending ? at.hasCursor : at.more;
  const onwards = beyondLast ? last : null;
  const backwards = beyondFirst ? first : null;
  return at.page.order === "normal"
    ? { before: onwards, after: backwards }
    : { before: backwards, after: onwards };
}

const names = new Map<string, Statement>();

/** The texts are few: one for each list, set of filters and direction. */
export function named(text: string, hot = false): Statement {
  const known = names.get(text);
  if (known) return known;
  const name = `list_${names.size + 1}`;
  const statement = hot ? hotSql(name, text) : sql(name, text);
  names.set(text, statement);
  return statement;
}

/** The pattern that finds `text` anywhere, whatever characters it holds. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
