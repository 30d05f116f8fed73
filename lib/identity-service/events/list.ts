import { type Database, type Statement, sql, type Value } from "../db.ts";
import { invalid, notFound } from "../wire/errors.ts";
import { readPage } from "../wire/pagination.ts";
import { many, one, type Params } from "../wire/params.ts";
import type { EventRow } from "./event.ts";
import { isEventName } from "./names.ts";

/** What somebody who reads events asks for. */
interface Reading {
  names: string[];
  organizationId: string | undefined;
  rangeStart: Date | null;
  rangeEnd: Date | null;
  /** Where to go on, and whether towards newer events. */
  cursor: string | undefined;
  newer: boolean;
  /** Whether the oldest comes first in the answer. */
  ascending: boolean;
  limit: number;
}

const CURSOR = sql(
  "event_cursor",
  "SELECT tx_id::text AS tx_id, position::text AS position FROM identity.events WHERE environment_id = $1 AND id = $2",
);

/**
 * One page of an environment's events, in the order they became visible. What a transaction still running may yet put
 * before is left for later, so that nobody who goes on from a cursor ever misses one.
 *
 * @throws WireError 422 for what cannot be asked; 404 for a cursor that is no event.
 */
export async function listEvents(
  db: Database,
  environmentId: string,
  query: Params,
): Promise<{ rows: EventRow[]; after: string | null }> {
  const reading = readReading(query);
  const { text, values } = await select(db, environmentId, reading);
  const rows = await db.query<EventRow>(environmentId, named(text), values);
  const more = rows.length > reading.limit;
  const shown = rows.slice(0, reading.limit);
  if (reading.newer !== reading.ascending) shown.reverse();
  // Going on is always from the last one shown; backwards there is no telling, but the cursor itself lies ahead.
  const onwards = reading.newer === reading.ascending ? more : reading.cursor !== undefined;
  return { rows: shown, after: onwards ? (shown.at(-1)?.id ?? null) : null };
}

async function select(
  db: Database,
  environmentId: string,
  reading: Reading,
): Promise<{ text: string; values: Value[] }> {
  const values: Value[] = [environmentId];
  const add = (value: Value) => `$${values.push(value)}`;
  const where = ["environment_id = $1", "tx_id < pg_snapshot_xmin(pg_current_snapshot())"];
  if (reading.names.length > 0) where.push(`name = ANY (${add(reading.names)})`);
  if (reading.organizationId) where.push(`organization_id = ${add(reading.organizationId)}`);
  if (reading.rangeStart) where.push(`created_at >= ${add(reading.rangeStart)}`);
  if (reading.rangeEnd) where.push(`created_at <= ${add(reading.rangeEnd)}`);
  if (reading.cursor !== undefined) {
    const [at] = await db.query<{ tx_id: string; position: string }>(environmentId, CURSOR, [
      environmentId,
      reading.cursor,
    ]);
    if (!at) throw notFound("Event", reading.cursor);
    where.push(
      `(tx_id, position) ${reading.newer ? ">" : "<"} (${add(at.tx_id)}::xid8, ${add(at.position)}::bigint)`,
    );
  }
  const direction = reading.newer ? "ASC" : "DESC";
  const text = `SELECT id, name, data, context, created_at FROM identity.events WHERE ${where.join(" AND ")}
    ORDER BY tx_id ${direction}, position ${direction} LIMIT ${add(reading.limit + 1)}`;
  return { text, values };
}

function readReading(query: Params): Reading {
  const { limit, order, before, after } = readPage(query);
  const names = many(query, "events");
  const unknown = names.find((name) => !isEventName(name));
  if (unknown !== undefined)
    throw invalid([{ field: "events", code: "invalid", message: `'${unknown.slice(0, 100)}' is no event.` }]);
  const [rangeStart, rangeEnd] = [readTime(query, "range_start"), readTime(query, "range_end")];
  if (after && rangeStart)
    throw invalid([
      { field: "after", code: "invalid", message: "Give either after or range_start, not both." },
    ]);
  // Whoever says no order reads on: the oldest first (docs/decisions/0010).
  const ascending = one(query, "order") === undefined || order === "asc";
  const cursor = after ?? before;
  const forwards = before === undefined;
  const newer = order === "normal" && cursor !== undefined ? after !== undefined : ascending === forwards;
  return {
    names,
    organizationId: one(query, "organization_id"),
    rangeStart,
    rangeEnd,
    cursor,
    newer,
    ascending,
    limit,
  };
}

function readTime(query: Params, name: string): Date | null {
  const text = one(query, name);
  if (text === undefined) return null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || at.getTime() > 8e12)
    throw invalid([
      { field: name, code: "invalid", message: `${name} must be a time such as 2026-01-15T12:00:00.000Z.` },
    ]);
  return at;
}

const statements = new Map<string, Statement>();

/** The texts are few: one for each set of filters and direction. */
function named(text: string): Statement {
  const known = statements.get(text);
  if (known) return known;
  const made = sql(`events_list_${statements.size + 1}`, text);
  statements.set(text, made);
  return made;
}
