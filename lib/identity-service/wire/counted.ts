import type { QueryResultRow } from "pg";
import type { Database, Scope } from "../db.ts";
import { invalid } from "./errors.ts";
import { type List, type ListSource, named, readPage } from "./pagination.ts";
import { one, type Params } from "./params.ts";

/** A page found by its number, for a person before a table; programs read on by cursors instead. */
export interface CountedList<Item> extends List<Item> {
  /** How many there are, up to a bound. */
  total: number;
  /** Counting stopped at `total`: there are more. */
  more: boolean;
}

const COUNTED_MAX = 100_000;

/**
 * One numbered page of `source`, sorted by one of `sorts` (its names on the wire, and the columns they mean).
 * @throws the 422 for another order, or a page that is no number.
 */
export async function readCounted<Row extends QueryResultRow & { id: string }, Item>(
  db: Database,
  scope: Scope,
  source: ListSource,
  { query, sorts }: { query: Params; sorts: Readonly<Record<string, string>> },
  toWire: (row: Row) => Item,
): Promise<CountedList<Item>> {
  const { limit, order } = readPage(query);
  const page = Number(one(query, "page") ?? 1);
  const sort = one(query, "sort") ?? Object.keys(sorts)[0] ?? "";
  const column = Object.hasOwn(sorts, sort) ? sorts[sort] : undefined;
  if (!column)
    throw invalid([
      { field: "sort", code: "invalid", message: `sort must be one of ${Object.keys(sorts).join(", ")}.` },
    ]);
  if (!Number.isInteger(page) || page < 1 || page > COUNTED_MAX)
    throw invalid([{ field: "page", code: "invalid", message: "page must be a whole number from 1." }]);
  const direction = order === "asc" ? "ASC" : "DESC";
  const from = `${source.select} WHERE ${source.where.join(" AND ")}`;
  const counting = named(`SELECT count(*)::int AS total FROM (${from} LIMIT ${COUNTED_MAX + 1}) AS counted`);
  const [counted] = await db.query<{ total: number }>(scope, counting, source.values);
  const values = [...source.values];
  const reading = named(
    `${from} ORDER BY ${column} ${direction}, row.id ${direction}
     LIMIT $${values.push(limit)} OFFSET $${values.push((page - 1) * limit)}`,
  );
  const rows = await db.query<Row>(scope, reading, values);
  const total = counted?.total ?? 0;
  return {
    object: "list",
    data: rows.map(toWire),
    list_metadata: { before: null, after: null },
    total: Math.min(total, COUNTED_MAX),
    more: total > COUNTED_MAX,
  };
}
