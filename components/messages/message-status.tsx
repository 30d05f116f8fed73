import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { Message, MessageState } from "#lib/drivers/message-port.ts";

export const STATE_WORDS: Record<MessageState, { tone: StatusTone; word: string }> = {
  queued: { tone: "caution", word: "Waiting" },
  sent: { tone: "positive", word: "Sent by relay" },
  failed: { tone: "negative", word: "Failed" },
  expired: { tone: "neutral", word: "Expired" },
  delivered: { tone: "positive", word: "Delivered by hand" },
  discarded: { tone: "neutral", word: "Discarded" },
};

/** How a message stands: an icon, a word, and what was in the way. */
export function MessageStatus({ message }: { message: Pick<Message, "state" | "problem"> }) {
  const { tone, word } = STATE_WORDS[message.state];
  return (
    <Status tone={tone} {...(message.problem ? { reason: message.problem } : {})}>
      {word}
    </Status>
  );
}
