import { z } from "zod";
import type { NewEvent } from "../events/record.ts";
import { iso } from "../wire/time.ts";

/** Lower case, digits and `-_:.`, as tokens and rules can hold it. */
export const Slug = z
  .string()
  .min(1)
  .max(48)
  .regex(
    /^[a-z0-9][a-z0-9\-_:.]*$/,
    "A slug has lower-case letters, digits and - _ : . and begins with a letter or digit.",
  );
const Name = z.string().trim().min(1).max(48);
const Description = z.string().max(150).nullish();

export const CreateRole = z.object({
  slug: Slug,
  name: Name,
  description: Description,
  resource_type_slug: Slug.optional(),
});
export type CreateRole = z.infer<typeof CreateRole>;
/** An organization's role may leave its slug to us. */
export const CreateOrganizationRole = z.object({ ...CreateRole.shape, slug: Slug.optional() });

export const ChangeRole = z.object({ name: Name.optional(), description: Description });
export type ChangeRole = z.infer<typeof ChangeRole>;

export const PermissionSlugs = z.object({ permissions: z.array(Slug).max(500) });
export const OnePermission = z.object({ slug: Slug });

export interface RoleRow {
  id: string;
  organization_id: string | null;
  slug: string;
  name: string;
  description: string | null;
  resource_type_slug: string;
  permissions: string[];
  created_at: Date;
  updated_at: Date;
}

export function roleToWire(row: RoleRow) {
  return {
    object: "role" as const,
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    type: row.organization_id === null ? ("EnvironmentRole" as const) : ("OrganizationRole" as const),
    resource_type_slug: row.resource_type_slug,
    permissions: row.permissions,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** Events tell of a role by its slug: they carry no id, and an organization's role is a kind of its own. */
export function roleEvent(what: "created" | "updated" | "deleted", row: RoleRow): NewEvent {
  const { slug, resource_type_slug, permissions, organization_id } = row;
  const times = { created_at: iso(row.created_at), updated_at: iso(row.updated_at) };
  if (organization_id === null)
    return {
      event: `role.${what}`,
      data: { object: "role", slug, resource_type_slug, permissions, ...times },
      organizationId: null,
    };
  const { name, description } = row;
  return {
    event: `organization_role.${what}`,
    data: {
      object: "organization_role",
      organization_id,
      slug,
      name,
      description,
      resource_type_slug,
      permissions,
      ...times,
    },
    organizationId: organization_id,
  };
}
