import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const environmentId = z.string().startsWith("env_");
const messageId = z.string().startsWith("msg_");

export const MessageRefInput = z.strictObject({ environmentId, messageId });
export type MessageRefInput = z.infer<typeof MessageRefInput>;

export const DiscardMessageInput = MessageRefInput.extend({ confirm: z.string().trim() });
export type DiscardMessageInput = z.infer<typeof DiscardMessageInput>;

/** What the list of messages may be sorted and filtered by. */
export const MESSAGE_LIST = {
  sorts: ["createdAt", "recipient", "kind", "state", "expiresAt"],
  defaultDirection: "desc",
  filters: ["state", "kind"],
} as const satisfies ListSpec<string, string>;
export type MessageListQuery = ListQuery<
  (typeof MESSAGE_LIST.sorts)[number],
  (typeof MESSAGE_LIST.filters)[number]
>;
