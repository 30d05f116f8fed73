import { z } from "zod";
import { iso } from "../wire/time.ts";

const Name = z.string().trim().min(1, "Give the flag a name.").max(120);
const Description = z.string().max(500).nullish();
const Tags = z.array(z.string().trim().min(1).max(64)).max(50);

export const CreateFlag = z.strictObject({
  slug: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/, "A slug has letters, digits, dots, dashes and underscores."),
  name: Name,
  description: Description,
  tags: Tags.default([]),
  enabled: z.boolean().default(false),
  default_value: z.boolean().default(false),
});
export type CreateFlag = z.infer<typeof CreateFlag>;

export const ChangeFlag = z.strictObject({
  name: Name.optional(),
  description: Description,
  tags: Tags.optional(),
  enabled: z.boolean().optional(),
  default_value: z.boolean().optional(),
});
export type ChangeFlag = z.infer<typeof ChangeFlag>;

export interface FlagRow {
  id: string;
  environment_id: string;
  slug: string;
  name: string;
  description: string | null;
  tags: string[];
  enabled: boolean;
  default_value: boolean;
  created_at: Date;
  updated_at: Date;
}

export function flagToWire(row: FlagRow) {
  return {
    object: "feature_flag" as const,
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    // Whoever looks after a flag in WorkOS's dashboard; nobody does so here.
    owner: null,
    tags: row.tags,
    enabled: row.enabled,
    default_value: row.default_value,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export function flagInEvent(row: FlagRow) {
  return { ...flagToWire(row), environment_id: row.environment_id };
}
