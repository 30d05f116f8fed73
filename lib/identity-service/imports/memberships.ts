import { z } from "zod";
import { sql } from "../db.ts";
import { getSettings } from "../environments/settings.ts";
import { DEFAULT_ROLES, requireOrganization } from "../memberships/commands.ts";
import { STATUSES } from "../memberships/membership.ts";
import { chosenRoles } from "../memberships/roles.ts";
import { insertMembership, lockMembershipOf } from "../memberships/store.ts";
import { lockUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { importKind } from "./batch.ts";
import { originOf, PinnedId, Times } from "./pinned.ts";

const Role = z.object({ slug: z.string().min(1).max(100) });

/** A membership as WorkOS's API shows it. */
const ImportMembership = z.object({
  ...Times,
  id: PinnedId("om"),
  user_id: z.string(),
  organization_id: z.string(),
  status: z.enum(STATUSES),
  role: Role.nullish(),
  roles: z.array(Role).max(50).nullish(),
  directory_managed: z.boolean().optional(),
  custom_attributes: z.record(z.string().max(200), z.unknown()).optional(),
});

export const membershipImport = importKind({
  schema: ImportMembership,
  known: sql(
    "import_membership_known",
    "SELECT id FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2",
  ),
  async insert({ db }, environmentId, record) {
    const { user_id, organization_id, status, directory_managed, custom_attributes } = record;
    const settings = await getSettings(db, environmentId);
    const wanted = record.roles?.length ? record.roles : record.role ? [record.role] : [];
    await db.transaction(environmentId, async (run) => {
      await lockUser(run, environmentId, user_id);
      await requireOrganization(run, environmentId, organization_id);
      const place = { environmentId, organizationId: organization_id };
      const choice = { role_slugs: wanted.map(({ slug }) => slug) };
      const role_slugs = (await chosenRoles(run, place, choice, settings)) ?? DEFAULT_ROLES;
      const made = await insertMembership(
        run,
        environmentId,
        {
          user_id,
          organization_id,
          status,
          role_slugs,
          ...(directory_managed === undefined ? {} : { directory_managed }),
          ...(custom_attributes === undefined ? {} : { custom_attributes }),
        },
        originOf(record),
      );
      if (made) return;
      const before = await lockMembershipOf(run, environmentId, user_id, organization_id);
      const message = `The user is a member of this organization already, as '${before?.id}'.`;
      throw refused(409, message, "user_already_organization_member");
    });
  },
});
