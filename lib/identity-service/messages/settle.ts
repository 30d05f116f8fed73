import { type Run, type Statement, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { type Doer, recordAction } from "./actions.ts";
import { FIND, type MessageRow } from "./message.ts";
import { messageContext } from "./queue.ts";

type SealedRow = MessageRow & { content_sealed: string };

// What nobody has yet, and still is of use to somebody.
const OPEN = "state IN ('queued', 'failed') AND expires_at > now() AND content_sealed <> ''";
const READ = sql(
  "message_read",
  `SELECT * FROM identity.messages WHERE environment_id = $1 AND id = $2 AND ${OPEN} FOR UPDATE`,
);
const SETTLE = sql(
  "message_settle_by_hand",
  `UPDATE identity.messages SET state = $3, settled_at = now(), content_sealed = '', last_error = NULL
   WHERE environment_id = $1 AND id = $2 AND ${OPEN} RETURNING *`,
);
const SEND_AGAIN = sql(
  "message_send_again",
  `UPDATE identity.messages SET state = 'queued', settled_at = NULL, attempts = 0, last_error = NULL, next_attempt_at = now()
   WHERE environment_id = $1 AND id = $2 AND ${OPEN} RETURNING *`,
);

/** Which message, and who asks. */
export interface Asked extends Doer {
  environmentId: string;
  id: string;
}

/** What a message says, for whoever is to bring it to its recipient. Each reading is on record. */
export function readMessage({ db, sealer }: Service, asked: Asked) {
  return db.transaction(asked.environmentId, async (run) => {
    const row = await change(run, READ, asked);
    await recordAction(run, asked.environmentId, row, "read", asked);
    return { row, ...opened(sealer, row) };
  });
}

/** Reads a message, and settles it: nobody sees it any more after this. */
export function handOverMessage({ db, sealer }: Service, asked: Asked) {
  return db.transaction(asked.environmentId, async (run) => {
    const content = opened(sealer, await change(run, READ, asked));
    await recordAction(
      run,
      asked.environmentId,
      { id: asked.id, recipient: content.recipient },
      "read",
      asked,
    );
    const row = await settle(run, asked, "handed_over");
    return { row, subject: content.subject, text: content.text };
  });
}

/** Settles a message that somebody has brought, or that nobody is to have: what it says is kept no longer. */
export function settleMessage({ db }: Service, asked: Asked, state: "handed_over" | "discarded") {
  return db.transaction(asked.environmentId, (run) => settle(run, asked, state));
}

/** Has the relay try again at once, whatever it said before. */
export function sendMessageAgain({ db, env }: Service, asked: Asked): Promise<MessageRow> {
  if (!env.mail) throw refused(409, "No mail relay is set: bring the message by hand.", "no_mail_relay");
  return db.transaction(asked.environmentId, async (run) => {
    const row = await change(run, SEND_AGAIN, asked);
    await recordAction(run, asked.environmentId, row, "sent_again", asked);
    return row;
  });
}

async function settle(run: Run, asked: Asked, state: "handed_over" | "discarded"): Promise<MessageRow> {
  const row = await change(run, SETTLE, asked, state);
  await recordAction(run, asked.environmentId, row, state, asked);
  return row;
}

/** @throws 404 where there is no such message, 409 where it is settled already. */
async function change(
  run: Run,
  statement: Statement,
  { environmentId, id }: Asked,
  ...more: string[]
): Promise<SealedRow> {
  const [row] = await run<SealedRow>(statement, [environmentId, id, ...more]);
  if (row) return row;
  const [known] = await run<MessageRow>(FIND, [environmentId, id]);
  if (!known) throw notFound("Message", id);
  const gone =
    known.state === "queued" || known.state === "failed" ? "expired" : known.state.replace("_", " ");
  throw refused(409, `The message is ${gone}: have a new one sent.`, "message_settled");
}

function opened(sealer: Service["sealer"], { id, recipient, content_sealed }: SealedRow) {
  try {
    const { subject, text } = JSON.parse(sealer.open(content_sealed, messageContext(id)));
    return { recipient, subject: String(subject), text: String(text) };
  } catch {
    throw refused(
      409,
      "The message cannot be opened: it was sealed under another key.",
      "message_unreadable",
    );
  }
}
