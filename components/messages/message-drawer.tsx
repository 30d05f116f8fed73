"use client";

import { Check, Send, Trash2 } from "lucide-react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { MessageDeed, MessageDetail } from "#lib/drivers/message-port.ts";
import { deliverMessageAction, discardMessageAction, sendMessageAgainAction } from "#lib/messages/actions.ts";
import { messageKind } from "#lib/messages/shape.ts";
import { MessageStatus } from "./message-status.tsx";
import { RevealMessage } from "./reveal-message.tsx";

export interface MessageRights {
  reveal: boolean;
  deliver: boolean;
  sendAgain: boolean;
  discard: boolean;
}

interface MessageDrawerProps {
  environmentId: string;
  message: MessageDetail;
  may: MessageRights;
  closeHref: string;
}

/** One message: how it stands, who did what with it, and what it says once somebody asks. */
export function MessageDrawer({ environmentId, message, may, closeHref }: MessageDrawerProps) {
  // Whatever became of it, what it says is gone; expiry is the site's to find, and it says so then.
  const isOpen = message.state === "queued" || message.state === "failed";
  return (
    <Drawer
      title={message.recipient}
      description={messageKind(message.kind)}
      closeHref={closeHref}
      footer={isOpen && <Deeds environmentId={environmentId} message={message} may={may} />}
    >
      <div className="grid gap-5">
        <KeyValue
          items={[
            { label: "State", value: <MessageStatus message={{ ...message, problem: "" }} /> },
            ...(message.problem ? [{ label: "Reason", value: message.problem }] : []),
            { label: "Written", value: <Time at={message.createdAt} /> },
            { label: "Good until", value: <Time at={message.expiresAt} /> },
            ...(message.settledAt ? [{ label: "Settled", value: <Time at={message.settledAt} /> }] : []),
            ...(message.relayed || message.attempts > 0
              ? [{ label: "Tries of the relay", value: message.attempts.toLocaleString("en") }]
              : []),
            { label: "Id", value: <Copy value={message.id} label="id" /> },
          ]}
        />
        {isOpen && may.reveal && <RevealMessage environmentId={environmentId} messageId={message.id} />}
        <History deeds={message.deeds} />
      </div>
    </Drawer>
  );
}

function Deeds({ environmentId, message, may }: Omit<MessageDrawerProps, "closeHref">) {
  const fields = { environmentId, messageId: message.id };
  return (
    <>
      {may.discard && (
        <ConfirmDialog
          trigger={
            <Button variant="ghost" icon={<Trash2 />}>
              Discard…
            </Button>
          }
          title="Discard this message?"
          description={`What it says is deleted. ${message.recipient} needs a new one.`}
          confirm="Discard message"
          name={message.recipient}
          action={discardMessageAction}
          fields={{ ...fields, confirm: message.recipient }}
          onDone={sayCarried("The message is discarded.")}
        />
      )}
      {may.sendAgain && message.relayed && (
        <ConfirmDialog
          trigger={<Button icon={<Send />}>Send again…</Button>}
          title="Send this message again?"
          description="The mail relay tries at once."
          confirm="Send again"
          tone="primary"
          action={sendMessageAgainAction}
          fields={fields}
          onDone={sayCarried("The relay is asked again.")}
        />
      )}
      {may.deliver && (
        <ConfirmDialog
          trigger={<Button icon={<Check />}>Mark as delivered…</Button>}
          title="Was this message delivered?"
          description={`Say so once ${message.recipient} has it. What it says is deleted then, and cannot be read again.`}
          confirm="Mark as delivered"
          tone="primary"
          action={deliverMessageAction}
          fields={fields}
          onDone={sayCarried("The message is marked as delivered.")}
        />
      )}
    </>
  );
}

const WORDS: Record<MessageDeed["what"], string> = {
  read: "Read",
  delivered: "Marked as delivered",
  sent_again: "Sent again",
  discarded: "Discarded",
};

function History({ deeds }: { deeds: readonly MessageDeed[] }) {
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold text-sm">Who did what with it</h3>
      {deeds.length === 0 ? (
        <p className="text-muted text-sm">Nobody has read it.</p>
      ) : (
        <ul className="grid gap-1.5">
          {deeds.map(({ id, what, by, at }) => (
            <li key={id} className="flex flex-wrap justify-between gap-x-4 text-sm">
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <span className="font-medium">{WORDS[what]}</span>{" "}
                <span className="text-muted" title={by ?? ""}>
                  by {by === null ? "somebody unnamed" : nameIn(by)}
                </span>
              </span>
              <span className="text-muted">
                <Time at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The site keeps the person's id beside the name; the name is enough to read, and the rest stands in the title. */
const nameIn = (by: string): string => by.replace(/ \(per_\w+\)$/, "");
