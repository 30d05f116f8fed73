import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import type { ListSource } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";
import { iso } from "../wire/time.ts";

/** Who does it, as a console or a script names its person: kept beside the credential that asked. */
export const ByWhom = z.strictObject({ by: z.string().trim().min(1).max(200).nullish() });

type Deed = "read" | "handed_over" | "sent_again" | "discarded";

export interface Doer {
  /** The credential. */
  callerId: string;
  by: string | null;
}

const INSERT = sql(
  "message_action_insert",
  `INSERT INTO identity.message_actions (id, environment_id, message_id, recipient, action, caller_id, by_whom)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);
const OF_MESSAGE = sql(
  "message_actions_of",
  "SELECT * FROM identity.message_actions WHERE environment_id = $1 AND message_id = $2 ORDER BY id LIMIT 100",
);

export interface ActionRow {
  id: string;
  message_id: string;
  recipient: string;
  action: string;
  caller_id: string;
  by_whom: string | null;
  created_at: Date;
}

/**
 * Writes down what somebody did with a message, in the transaction that does it. A message opens an account to whoever reads it, so this outlives
 * the message, and nothing of it can be changed.
 */
export async function recordAction(
  run: Run,
  environmentId: string,
  message: { id: string; recipient: string },
  action: Deed,
  { callerId, by }: Doer,
): Promise<void> {
  const { id, recipient } = message;
  await run(INSERT, [newId("mact"), environmentId, id, recipient, action, callerId, by]);
}

export async function actionsOf(run: Run, environmentId: string, messageId: string) {
  return (await run<ActionRow>(OF_MESSAGE, [environmentId, messageId])).map(actionToWire);
}

export function actions(environmentId: string, query: Params): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  const messageId = one(query, "message_id");
  if (messageId) where.push(`row.message_id = $${values.push(messageId)}`);
  return { select: "SELECT row.* FROM identity.message_actions AS row", where, values };
}

export function actionToWire(row: ActionRow) {
  return {
    object: "message_action" as const,
    id: row.id,
    message_id: row.message_id,
    recipient: row.recipient,
    action: row.action,
    credential_id: row.caller_id,
    by: row.by_whom,
    created_at: iso(row.created_at),
  };
}
