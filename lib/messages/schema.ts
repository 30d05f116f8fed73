import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const environmentId = z.string().startsWith("env_");
const messageId = z.string().startsWith("msg_");

export const MessageRefInput = z.strictObject({ environmentId, messageId });
export type MessageRefInput = z.infer<typeof MessageRefInput>;

export const DiscardMessageInput = MessageRefInput.extend({ confirm: z.string().trim() });
export type DiscardMessageInput = z.infer<typeof DiscardMessageInput>;

/** What messages are about, and what each is called. */
export const MESSAGE_KINDS: Readonly<Record<string, string>> = {
  magic_auth: "Sign-in code",
  passwordless: "Sign-in link",
  email_verification: "E-mail verification",
  email_change: "E-mail change",
  password_reset: "Password reset",
  invitation: "Invitation",
};

export const messageKind = (kind: string): string => MESSAGE_KINDS[kind] ?? kind.replaceAll("_", " ");

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
