import { z } from "zod";
import { iso, isoOrNull } from "../wire/time.ts";

const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const CreateApiKey = z.object({
  name: z.string().trim().min(1, "Give the key a name.").max(120),
  permissions: z
    .array(z.string().max(120))
    .max(500)
    .default([])
    .transform((slugs) => [...new Set(slugs)]),
  expires_at: Moment.nullish(),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;

export const CreateUserApiKey = CreateApiKey.extend({ organization_id: z.string() });

/** Left out: at once. Null: never, of what was to expire. */
export const ExpireApiKey = z.object({ expires_at: Moment.nullable().optional() });

export const ValidateApiKey = z.object({ value: z.string().min(1).max(1_000) });

export interface ApiKeyRow {
  id: string;
  organization_id: string;
  user_id: string | null;
  name: string;
  obfuscated_value: string;
  last_used_at: Date | null;
  expires_at: Date | null;
  permissions: string[];
  created_at: Date;
  updated_at: Date;
}

export function apiKeyToWire(row: ApiKeyRow) {
  return {
    object: "api_key" as const,
    id: row.id,
    owner: row.user_id
      ? { type: "user" as const, id: row.user_id, organization_id: row.organization_id }
      : { type: "organization" as const, id: row.organization_id },
    name: row.name,
    obfuscated_value: row.obfuscated_value,
    last_used_at: isoOrNull(row.last_used_at),
    expires_at: isoOrNull(row.expires_at),
    permissions: row.permissions,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
