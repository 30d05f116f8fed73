import { z } from "zod";
import { iso } from "../wire/time.ts";

const Name = z.string().trim().min(1, "Give the group a name.").max(256);
const Description = z.string().max(150).nullish();

export const CreateGroup = z.object({ name: Name, description: Description });
export type CreateGroup = z.infer<typeof CreateGroup>;

export const ChangeGroup = z.object({ name: Name.optional(), description: Description });
export type ChangeGroup = z.infer<typeof ChangeGroup>;

export const AddMember = z.object({ organization_membership_id: z.string() });

export interface GroupRow {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  created_at: Date;
  updated_at: Date;
}

export function groupToWire(row: GroupRow) {
  return {
    object: "group" as const,
    id: row.id,
    organization_id: row.organization_id,
    name: row.name,
    description: row.description,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
