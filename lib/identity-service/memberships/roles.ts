import { type Run, sql } from "../db.ts";
import type { EnvironmentSettings } from "../environments/settings.ts";
import { refused, WireError } from "../wire/errors.ts";
import type { RoleChoice } from "./membership.ts";

// Locked, so that none of them is taken away before somebody has it.
const USABLE = sql(
  "membership_roles_usable",
  `SELECT slug, resource_type_slug FROM identity.roles
   WHERE environment_id = $1 AND (organization_id IS NULL OR organization_id = $2) AND slug = ANY ($3)
   ORDER BY priority DESC, id FOR SHARE`,
);

/** The roles that a request asks for, highest priority first; null where it leaves them as they are. */
export async function chosenRoles(
  run: Run,
  { environmentId, organizationId }: { environmentId: string; organizationId: string },
  { role_slug, role_slugs }: RoleChoice,
  { roles }: EnvironmentSettings,
): Promise<string[] | null> {
  const wanted = new Set(role_slugs ?? (role_slug ? [role_slug] : []));
  if (wanted.size === 0) return null;
  if (wanted.size > 1 && !roles.multiple)
    throw refused(422, "Multiple roles are not enabled for this environment.", "multiple_roles_not_enabled");
  return await requireRoles(run, environmentId, organizationId, [...wanted]);
}

/** @throws WireError 422 `invalid_role` where the organization cannot give one of these roles. */
export async function requireRoles(
  run: Run,
  environmentId: string,
  organizationId: string | null,
  slugs: readonly string[],
  status: 400 | 422 = 422,
): Promise<string[]> {
  const usable = await usableRoles(run, environmentId, organizationId, slugs);
  const missing = slugs.find((slug) => !usable.some((role) => role.slug === slug));
  if (missing !== undefined) throw refused(status, `Invalid role '${missing}'.`, "invalid_role");
  const narrow = usable.find(({ resource_type_slug }) => resource_type_slug !== "organization");
  if (narrow)
    throw new WireError(422, {
      message: `The role '${narrow.slug}' is for resources within an organization.`,
      code: "sub_resource_scoped_role_not_allowed",
      role_slug: narrow.slug,
    });
  return usable.map(({ slug }) => slug);
}

/** Those of the roles that there are here, highest priority first. */
export async function usableRoles(
  run: Run,
  environmentId: string,
  organizationId: string | null,
  slugs: readonly string[],
): Promise<{ slug: string; resource_type_slug: string }[]> {
  return await run(USABLE, [environmentId, organizationId, slugs]);
}
