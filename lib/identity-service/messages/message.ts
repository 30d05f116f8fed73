import { sql } from "../db.ts";
import { invalid } from "../wire/errors.ts";
import { containing, type ListSource } from "../wire/pagination.ts";
import { many, one, type Params } from "../wire/params.ts";
import { iso, isoOrNull } from "../wire/time.ts";

const STATES = ["queued", "sent", "failed", "expired", "handed_over", "discarded"];

export interface MessageRow {
  id: string;
  kind: string;
  recipient: string;
  state: string;
  attempts: number;
  last_error: string | null;
  expires_at: Date;
  settled_at: Date | null;
  created_at: Date;
}

/** Everything about a message but what it says. */
export const SHOWN = "id, kind, recipient, state, attempts, last_error, expires_at, settled_at, created_at";

export const FIND = sql(
  "message_find",
  `SELECT ${SHOWN} FROM identity.messages WHERE environment_id = $1 AND id = $2`,
);

/** The messages of an environment that a request asks for. @throws the 422 for a state there is none of. */
export function messages(environmentId: string, query: Params): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  const [states, kinds, search] = [many(query, "state"), many(query, "kind"), one(query, "search")];
  if (states.some((state) => !STATES.includes(state)))
    throw invalid([
      { field: "state", code: "invalid", message: `state must be one of ${STATES.join(", ")}.` },
    ]);
  if (states.length > 0) where.push(`row.state = ANY ($${values.push(states)})`);
  if (kinds.length > 0) where.push(`row.kind = ANY ($${values.push(kinds)})`);
  if (search) where.push(`row.recipient ILIKE $${values.push(containing(search))}`);
  return { select: `SELECT ${SHOWN} FROM identity.messages AS row`, where, values };
}

export function messageToWire(row: MessageRow) {
  return {
    object: "message" as const,
    id: row.id,
    kind: row.kind,
    recipient: row.recipient,
    state: row.state,
    attempts: row.attempts,
    last_error: row.last_error,
    expires_at: iso(row.expires_at),
    settled_at: isoOrNull(row.settled_at),
    created_at: iso(row.created_at),
  };
}
