import { z } from "zod";
import type { Manage } from "./management.ts";
import type { MessageBatch, MessageQueue, MessageSort, MessageState } from "./message-port.ts";

// Messages of the offline identity service: its management API, in the words of the port.

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const maybeTime = time.nullish().transform((value) => value ?? null);

const ON_WIRE = {
  queued: "queued",
  sent: "sent",
  failed: "failed",
  expired: "expired",
  delivered: "handed_over",
  discarded: "discarded",
} as const satisfies Record<MessageState, string>;

const SORTS = {
  createdAt: "created_at",
  recipient: "recipient",
  kind: "kind",
  state: "state",
  expiresAt: "expires_at",
} as const satisfies Record<MessageSort, string>;

const MessageFields = z.object({
  id: z.string(),
  kind: z.string(),
  recipient: z.string(),
  state: z.enum(["queued", "sent", "failed", "expired", "handed_over", "discarded"]),
  attempts: z.number().int(),
  last_error: z.string().nullish(),
  created_at: time,
  expires_at: time,
  settled_at: maybeTime,
});
const Relay = z
  .string()
  .nullish()
  .transform((relay) => relay !== null && relay !== undefined);

const ListAnswer = z
  .object({
    data: z.array(MessageFields.transform(messageOf)),
    total: z.number().int(),
    more: z.boolean(),
    relay: Relay,
  })
  .transform(({ data, total, more, relay }): MessageBatch => ({ items: data, total, more, relayed: relay }));

const DetailAnswer = MessageFields.extend({
  relay: Relay,
  actions: z.array(
    z.object({
      id: z.string(),
      action: z.enum(["read", "handed_over", "sent_again", "discarded"]),
      by: z.string().nullish(),
      created_at: time,
    }),
  ),
}).transform(({ relay, actions, ...fields }) => ({
  ...messageOf(fields),
  relayed: relay,
  deeds: actions.map(({ id, action, by, created_at }) => ({
    id,
    what: action === "handed_over" ? ("delivered" as const) : action,
    by: by ?? null,
    at: created_at,
  })),
}));

const ContentAnswer = z.object({ subject: z.string(), text: z.string() });
const Settled = MessageFields.transform(() => undefined);

export function messageQueue(manage: Manage, home: string): MessageQueue {
  const at = (id: string) => `${home}/messages/${encodeURIComponent(id)}`;
  return {
    list: ({ page, pageSize, sort, direction, search, states, kinds }) => {
      const query = new URLSearchParams({
        page: String(page),
        limit: String(pageSize),
        sort: SORTS[sort],
        order: direction,
        ...(search ? { search } : {}),
        ...(states.length > 0 ? { state: states.map((state) => ON_WIRE[state]).join() } : {}),
        ...(kinds.length > 0 ? { kind: kinds.join() } : {}),
      });
      return manage({ method: "GET", path: `${home}/messages?${query}`, answer: ListAnswer });
    },
    get: (id) => manage({ method: "GET", path: at(id), answer: DetailAnswer }),
    // Without an Idempotency-Key: its answer would be kept, and with it what the message says.
    read: (id, by) => manage({ method: "POST", path: `${at(id)}/read`, body: { by }, answer: ContentAnswer }),
    settle: (id, as, by, once) => {
      const path = `${at(id)}/${as === "delivered" ? "deliver" : "discard"}`;
      return manage({ method: "POST", path, body: { by }, once, answer: Settled });
    },
    sendAgain: (id, by, once) =>
      manage({ method: "POST", path: `${at(id)}/send_again`, body: { by }, once, answer: Settled }),
  };
}

function messageOf(found: z.output<typeof MessageFields>) {
  return {
    id: found.id,
    kind: found.kind,
    recipient: found.recipient,
    state: found.state === "handed_over" ? ("delivered" as const) : found.state,
    attempts: found.attempts,
    problem: found.last_error ?? "",
    createdAt: found.created_at,
    expiresAt: found.expires_at,
    settledAt: found.settled_at,
  };
}
