import { z } from "zod";
import { Slug } from "../authorization/role.ts";
import { iso } from "../wire/time.ts";
import { NameParent } from "./reference.ts";

const Name = z.string().trim().min(1).max(48);
const Description = z.string().max(150).nullish();

/** The type of the resource that every organization is by itself. */
export const ROOT_TYPE = "organization";

export const CreateResource = z
  .object({
    external_id: z
      .string()
      .max(128)
      .regex(/^[ -~]+$/, "An external_id is of 1 to 128 printable ASCII characters."),
    name: Name,
    description: Description,
    resource_type_slug: Slug.refine((slug) => slug !== ROOT_TYPE, {
      message: "Every organization is such a resource already; make resources of other types.",
    }),
    organization_id: z.string(),
  })
  .and(NameParent);
export type CreateResource = z.infer<typeof CreateResource>;

export const ChangeResource = z.object({ name: Name.optional(), description: Description }).and(NameParent);
export type ChangeResource = z.infer<typeof ChangeResource>;

export interface ResourceRow {
  id: string;
  organization_id: string;
  parent_id: string | null;
  resource_type_slug: string;
  external_id: string;
  name: string;
  description: string | null;
  created_at: Date;
  updated_at: Date;
}

export function resourceToWire(row: ResourceRow) {
  return {
    object: "authorization_resource" as const,
    id: row.id,
    external_id: row.external_id,
    resource_type_slug: row.resource_type_slug,
    organization_id: row.organization_id,
    parent_resource_id: row.parent_id,
    name: row.name,
    description: row.description,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
