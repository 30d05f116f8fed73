import { z } from "zod";
import { iso, isoOrNull } from "../wire/time.ts";

/** A scope-token (RFC 6749, 3.3). */
const Scope = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "A scope is ASCII without blanks.");
const Scopes = z
  .array(Scope)
  .max(100)
  .transform((scopes) => [...new Set(scopes)]);
const RedirectUris = z
  .array(z.object({ uri: z.string().max(2_000), default: z.boolean().default(false) }))
  .max(100);
const Name = z.string().trim().min(1).max(255);
const Description = z.string().max(2_000).nullish();

export const CreateApplication = z.discriminatedUnion("application_type", [
  z.object({
    application_type: z.literal("oauth"),
    name: Name,
    description: Description,
    scopes: Scopes.nullish(),
    redirect_uris: RedirectUris.nullish(),
    uses_pkce: z.boolean().nullish(),
    is_first_party: z.boolean(),
    organization_id: z.string().nullish(),
  }),
  z.object({
    application_type: z.literal("m2m"),
    name: Name,
    description: Description,
    scopes: Scopes.nullish(),
    organization_id: z.string(),
  }),
]);
export type CreateApplication = z.infer<typeof CreateApplication>;

/** What is left out stays as it is. */
export const ChangeApplication = z.object({
  name: Name.optional(),
  description: Description,
  scopes: Scopes.nullish(),
  redirect_uris: RedirectUris.nullish(),
});
export type ChangeApplication = z.infer<typeof ChangeApplication>;

export interface ApplicationRow {
  id: string;
  environment_id: string;
  client_id: string;
  kind: "oauth" | "m2m";
  name: string;
  description: string | null;
  scopes: string[];
  redirect_uris: { uri: string; default: boolean }[];
  uses_pkce: boolean;
  is_first_party: boolean;
  organization_id: string | null;
  created_at: Date;
  updated_at: Date;
}

export interface SecretRow {
  id: string;
  hint: string;
  last_used_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export function applicationToWire(row: ApplicationRow) {
  const common = {
    object: "connect_application" as const,
    id: row.id,
    client_id: row.client_id,
    name: row.name,
    description: row.description,
    scopes: row.scopes,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
  if (row.kind === "m2m")
    return { ...common, application_type: "m2m" as const, organization_id: row.organization_id };
  const owner =
    row.is_first_party || row.organization_id === null
      ? {}
      : { was_dynamically_registered: false, organization_id: row.organization_id };
  return {
    ...common,
    application_type: "oauth" as const,
    redirect_uris: row.redirect_uris,
    uses_pkce: row.uses_pkce,
    is_first_party: row.is_first_party,
    ...owner,
  };
}

export function secretToWire(row: SecretRow) {
  return {
    object: "connect_application_secret" as const,
    id: row.id,
    secret_hint: row.hint,
    last_used_at: isoOrNull(row.last_used_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
