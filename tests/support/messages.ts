import type pg from "pg";
import { createSealer } from "#lib/identity-service/keys/seal.ts";
import { messageContext } from "#lib/identity-service/messages/queue.ts";
import { SEALING_KEY } from "./identity-service.ts";

export interface SentMessage {
  kind: string;
  subject: string;
  text: string;
  expiresAt: Date;
}

/** What is to be sent to an address, oldest first. */
export async function messagesTo(
  admin: pg.Client,
  environmentId: string,
  recipient: string,
): Promise<SentMessage[]> {
  const { rows } = await admin.query(
    "SELECT * FROM identity.messages WHERE environment_id = $1 AND recipient = $2 AND content_sealed <> '' ORDER BY id",
    [environmentId, recipient],
  );
  const sealer = createSealer(SEALING_KEY);
  return rows.map(({ id, kind, content_sealed, expires_at }) => ({
    kind,
    expiresAt: expires_at,
    ...JSON.parse(sealer.open(content_sealed, messageContext(id))),
  }));
}

/** The code of six digits in a message, on a line of its own. */
export const codeIn = (text = ""): string => /^ {4}(\d{6})$/m.exec(text)?.[1] ?? "";
