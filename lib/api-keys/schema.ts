import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const environmentId = z.string().startsWith("env_");
const apiKeyId = z.string().startsWith("key_");
const name = z.string().trim().min(2, "Name what will use it, such as Billing service.").max(80);

/** In how many days a key ends; `never` where somebody decided so. */
const lifetime = z.enum(["30", "90", "365", "never"], "Choose when it expires.");

export const CreateKeyInput = z.strictObject({ environmentId, name, lifetime });
export type CreateKeyInput = z.infer<typeof CreateKeyInput>;

export const RotateKeyInput = z.strictObject({
  apiKeyId,
  lifetime,
  overlap: z.enum(["1", "24", "168", "720"], "Choose how long both keys work."),
});
export type RotateKeyInput = z.infer<typeof RotateKeyInput>;

export const ApiKeyRefInput = z.strictObject({ apiKeyId });
export type ApiKeyRefInput = z.infer<typeof ApiKeyRefInput>;

export const RevokeKeyInput = z.strictObject({ apiKeyId, confirm: z.string() });
export type RevokeKeyInput = z.infer<typeof RevokeKeyInput>;

/** What the list of keys may be sorted and filtered by. */
export const KEY_LIST = {
  sorts: ["created", "name", "lastUsed", "expires"],
  defaultDirection: "desc",
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type KeyListQuery = ListQuery<(typeof KEY_LIST.sorts)[number], "state">;
