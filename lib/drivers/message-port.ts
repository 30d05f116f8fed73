import type { Once } from "./port.ts";

/** The messages that an environment wants brought to people, and an operator's hand on them. Absent where somebody else sends them. */
export interface MessageQueue {
  list(query: MessageQuery): Promise<MessageBatch>;
  get(messageId: string): Promise<MessageDetail>;
  /** What a message says, to bring it. The environment keeps who read it; `by` is whom it names there. */
  read(messageId: string, by: string): Promise<MessageContent>;
  /** Somebody has it, or nobody is to have it: what it says is kept no longer. */
  settle(messageId: string, as: "delivered" | "discarded", by: string, once: Once): Promise<void>;
  sendAgain(messageId: string, by: string, once: Once): Promise<void>;
}

export const MESSAGE_STATES = ["queued", "sent", "failed", "expired", "delivered", "discarded"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export type MessageSort = "createdAt" | "recipient" | "kind" | "state" | "expiresAt";

export interface MessageQuery {
  page: number; // from 1
  pageSize: number;
  sort: MessageSort;
  direction: "asc" | "desc";
  search: string;
  states: readonly MessageState[];
  kinds: readonly string[];
}

export interface MessageBatch {
  items: Message[];
  total: number;
  /** Counting stopped at `total`, and there are more. */
  more: boolean;
  /** Whether a mail relay sends them; else they wait for an operator. */
  relayed: boolean;
}

/** A message without what it says. */
export interface Message {
  id: string;
  kind: string;
  recipient: string;
  state: MessageState;
  attempts: number;
  /** Why it was not sent; empty where nothing is wrong. */
  problem: string;
  createdAt: Date;
  /** When what is in it stops working. */
  expiresAt: Date;
  settledAt: Date | null;
}

export interface MessageDetail extends Message {
  relayed: boolean;
  /** Who did what with it, as the environment has it on record. */
  deeds: MessageDeed[];
}

export interface MessageDeed {
  id: string;
  what: "read" | "delivered" | "sent_again" | "discarded";
  by: string | null;
  at: Date;
}

/** Holds a code or a link that opens an account. */
export interface MessageContent {
  subject: string;
  text: string;
}
