import { z } from "zod";
import { iso } from "../wire/time.ts";
import { EnvironmentSettings } from "./settings.ts";

// Looked at key by key by `mergeSettings`.
const SettingsChange = z.record(z.string(), z.unknown());
const Issuer = z.url({ protocol: /^https?$/ }).max(500);

export const CreateEnvironment = z.object({
  name: z.string().trim().min(1).max(120),
  kind: z.enum(["production", "staging"]),
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "An id has letters, digits, _ and -, at most 64.")
    .optional(),
  client_id: z
    .string()
    .regex(/^client_[A-Za-z0-9_]{1,64}$/, "A client id begins with client_.")
    .optional(),
  issuer: Issuer.nullish(),
  settings: SettingsChange.optional(),
});
export type CreateEnvironment = z.infer<typeof CreateEnvironment>;

export const ChangeEnvironment = z.object({
  name: CreateEnvironment.shape.name.optional(),
  issuer: Issuer.nullish(),
  settings: SettingsChange.optional(),
});
export type ChangeEnvironment = z.infer<typeof ChangeEnvironment>;

export interface EnvironmentRow {
  id: string;
  name: string;
  kind: "production" | "staging";
  client_id: string;
  issuer: string | null;
  settings: unknown;
  created_at: Date;
  updated_at: Date;
}

export function environmentToWire(row: EnvironmentRow, baseUrl: string) {
  return {
    object: "environment" as const,
    id: row.id,
    name: row.name,
    kind: row.kind,
    client_id: row.client_id,
    issuer: row.issuer ?? baseUrl,
    base_url: baseUrl,
    settings: EnvironmentSettings.parse(row.settings),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
