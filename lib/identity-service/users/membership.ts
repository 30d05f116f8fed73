import { iso } from "../wire/time.ts";

export interface MembershipRow {
  id: string;
  user_id: string;
  organization_id: string;
  status: "active" | "inactive" | "pending";
  directory_managed: boolean;
  /** Highest priority first; never empty. */
  role_slugs: string[];
  custom_attributes: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
}

/** A membership as events tell of it: without its user, which only the API's answers carry. */
export function membershipInEvent(row: MembershipRow) {
  const roles = row.role_slugs.map((slug) => ({ slug }));
  return {
    object: "organization_membership" as const,
    id: row.id,
    user_id: row.user_id,
    organization_id: row.organization_id,
    status: row.status,
    directory_managed: row.directory_managed,
    role: roles[0] ?? { slug: "member" },
    roles,
    custom_attributes: row.custom_attributes,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
