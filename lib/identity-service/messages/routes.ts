import type { FastifyInstance } from "fastify";
import { sql } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { containing, type ListSource, readList, readPage } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import { messageContext } from "./queue.ts";

const STATES = ["queued", "sent", "failed", "expired", "handed_over"];

interface MessageRow {
  id: string;
  kind: string;
  recipient: string;
  content_sealed: string;
  state: string;
  attempts: number;
  last_error: string | null;
  expires_at: Date;
  settled_at: Date | null;
  created_at: Date;
}

const SHOWN = "id, kind, recipient, state, attempts, last_error, expires_at, settled_at, created_at";
// Read once: whoever was given it is to bring it to its recipient, and nobody else sees it any more.
const HAND_OVER = sql(
  "message_hand_over",
  `WITH found AS (SELECT id, content_sealed FROM identity.messages WHERE environment_id = $1 AND id = $2 FOR UPDATE)
   UPDATE identity.messages AS message SET state = 'handed_over', settled_at = now(), content_sealed = '', last_error = NULL
   FROM found WHERE message.id = found.id AND message.state IN ('queued', 'failed') AND message.expires_at > now() AND found.content_sealed <> ''
   RETURNING message.*, found.content_sealed`,
);
const FIND = sql(
  "message_find",
  `SELECT ${SHOWN} FROM identity.messages WHERE environment_id = $1 AND id = $2`,
);

/** The operator's queue: where no mail relay is, somebody reads a message and brings it to its recipient. */
export function messageRoutes(app: FastifyInstance, { db, sealer, env }: Service): void {
  const at = "/environments/:env/messages";
  app.get<{ Params: { env: string }; Querystring: Params }>(at, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const list = await readList<MessageRow, unknown>(
      db,
      id,
      messages(id, query),
      readPage(query),
      messageToWire,
    );
    return { ...list, relay: env.mail ? ("smtp" as const) : null };
  });
  app.post<{ Params: { env: string; id: string } }>(`${at}/:id/hand_over`, async ({ params }) => {
    const values = [params.env, params.id];
    const [row] = await db.query<MessageRow>(params.env, HAND_OVER, values);
    if (row) {
      const { subject, text } = JSON.parse(sealer.open(row.content_sealed, messageContext(row.id)));
      return { ...messageToWire(row), subject, text };
    }
    const [known] = await db.query<MessageRow>(params.env, FIND, values);
    if (!known) throw notFound("Message", params.id);
    const gone = known.state === "queued" ? "expired" : known.state.replace("_", " ");
    throw refused(409, `The message is ${gone}: have a new one sent.`, "message_settled");
  });
}

function messages(environmentId: string, query: Params): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  const [state, search] = [one(query, "state"), one(query, "search")];
  if (state !== undefined && !STATES.includes(state))
    throw invalid([
      { field: "state", code: "invalid", message: `state must be one of ${STATES.join(", ")}.` },
    ]);
  if (state) where.push(`row.state = $${values.push(state)}`);
  if (search) where.push(`row.recipient ILIKE $${values.push(containing(search))}`);
  return { select: `SELECT ${SHOWN} FROM identity.messages AS row`, where, values };
}

function messageToWire(row: Omit<MessageRow, "content_sealed">) {
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
