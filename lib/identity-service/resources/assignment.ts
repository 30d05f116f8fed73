import { z } from "zod";
import { iso } from "../wire/time.ts";
import { NameResource } from "./reference.ts";

/** A role, and the resource on which somebody gets it or loses it. */
export const RoleOnResource = z
  .object({ role_slug: z.string().min(1).max(100) })
  .and(NameResource.transform((resource) => ({ resource })));
export type RoleOnResource = z.infer<typeof RoleOnResource>;

export const RolesOnResources = z.object({ role_assignments: z.array(RoleOnResource).max(100) });

interface OnResource {
  id: string;
  role_slug: string;
  resource_id: string;
  external_id: string;
  resource_type_slug: string;
  created_at: Date;
  updated_at: Date;
}

export interface AssignmentRow extends OnResource {
  membership_id: string;
  /** Null for what the member was given themselves. */
  group_role_assignment_id: string | null;
}

export interface GroupAssignmentRow extends OnResource {
  group_id: string;
}

export function assignmentToWire(row: AssignmentRow) {
  return {
    object: "role_assignment" as const,
    organization_membership_id: row.membership_id,
    ...onResource(row),
    source: {
      type: row.group_role_assignment_id === null ? ("direct" as const) : ("group" as const),
      group_role_assignment_id: row.group_role_assignment_id,
    },
  };
}

export function groupAssignmentToWire(row: GroupAssignmentRow) {
  return { object: "group_role_assignment" as const, group_id: row.group_id, ...onResource(row) };
}

function onResource(row: OnResource) {
  return {
    id: row.id,
    role: { slug: row.role_slug },
    resource: {
      id: row.resource_id,
      external_id: row.external_id,
      resource_type_slug: row.resource_type_slug,
    },
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
