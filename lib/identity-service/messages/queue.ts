import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import type { Sealer } from "../keys/seal.ts";
import { createdAt } from "../wire/ids.ts";

export type MessageKind =
  | "magic_auth"
  | "passwordless"
  | "email_verification"
  | "email_change"
  | "password_reset"
  | "invitation";

/** A message to one person. What it says holds codes and links, and is kept sealed. */
export interface NewMessage {
  kind: MessageKind;
  recipient: string;
  subject: string;
  text: string;
  /** When what is in it stops working: it is not delivered any later. */
  expiresAt: Date;
}

const INSERT = sql(
  "message_insert",
  `INSERT INTO identity.messages (id, environment_id, kind, recipient, content_sealed, next_attempt_at, expires_at, created_at)
   VALUES ($1, $2, $3, $4, $5, $7, $6, $7)`,
);

/** Queues a message in the transaction that makes its code or link: whoever was promised one will get it. */
export async function queueMessage(
  sealer: Sealer,
  run: Run,
  environmentId: string,
  message: NewMessage,
): Promise<void> {
  const id = newId("msg");
  const { subject, text } = message;
  await run(INSERT, [
    id,
    environmentId,
    message.kind,
    message.recipient,
    sealer.seal(JSON.stringify({ subject, text }), messageContext(id)),
    message.expiresAt,
    createdAt(id),
  ]);
}

/** Binds a message's sealed content to its row. */
export function messageContext(id: string): string {
  return `message:${id}`;
}
