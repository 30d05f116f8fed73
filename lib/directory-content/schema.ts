import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const directoryId = z.string().startsWith("directory_");

/** Which groups are to give which roles, the most important first. */
export const DraftRolesInput = z.strictObject({
  directoryId,
  mappings: z
    .array(
      z.strictObject({
        groupId: z.string().startsWith("directory_group_", "Choose the group."),
        role: z.string().min(1, "Choose the role."),
      }),
    )
    .max(500, "At most 500 groups give roles."),
});
export type DraftRolesInput = z.infer<typeof DraftRolesInput>;

export const FindGroupsInput = z.strictObject({ directoryId, search: z.string().trim().max(200) });
export type FindGroupsInput = z.infer<typeof FindGroupsInput>;

export const RolesRefInput = z.strictObject({ directoryId });
export type RolesRefInput = z.infer<typeof RolesRefInput>;

export const ActivateRolesInput = z.strictObject({
  directoryId,
  /** Of the draft that was looked at. */
  version: z.coerce.number().int(),
});
export type ActivateRolesInput = z.infer<typeof ActivateRolesInput>;

export const PERSON_STATES = ["active", "suspended", "inactive"] as const;

/** What a directory's people may be sorted and filtered by. */
export const PEOPLE_LIST = {
  sorts: ["name", "email", "state", "role", "createdAt", "updatedAt"],
  filters: ["state", "group", "role"],
} as const satisfies ListSpec<string, string>;
export type PeopleListQuery = ListQuery<
  (typeof PEOPLE_LIST.sorts)[number],
  (typeof PEOPLE_LIST.filters)[number]
>;

export const GROUP_LIST = {
  sorts: ["name", "members", "createdAt", "updatedAt"],
  filters: [],
} as const satisfies ListSpec<string, string>;
export type GroupListQuery = ListQuery<(typeof GROUP_LIST.sorts)[number], never>;

/** What the people of a preview may be sorted and filtered by. */
export const OUTCOME_LIST = {
  sorts: ["name", "email", "before", "after"],
  filters: ["change", "role"],
} as const satisfies ListSpec<string, string>;
export type OutcomeListQuery = ListQuery<
  (typeof OUTCOME_LIST.sorts)[number],
  (typeof OUTCOME_LIST.filters)[number]
>;
