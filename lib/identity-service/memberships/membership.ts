import { z } from "zod";
import { type MembershipRow, membershipInEvent } from "../users/membership.ts";
import { type UserRow, userToWire } from "../users/user.ts";

const roleFields = {
  role_slug: z.string().min(1).max(100).nullish(),
  role_slugs: z.array(z.string().min(1).max(100)).min(1).max(50).nullish(),
};

export const RoleChoice = z
  .object(roleFields)
  .refine(({ role_slug, role_slugs }) => !(role_slug && role_slugs), {
    path: ["role_slugs"],
    message: "Give either role_slug or role_slugs, not both.",
  });
export type RoleChoice = z.infer<typeof RoleChoice>;

export const CreateMembership = RoleChoice.and(
  z.object({ user_id: z.string(), organization_id: z.string() }),
);
export type CreateMembership = z.infer<typeof CreateMembership>;

export const STATUSES = ["active", "inactive", "pending"] as const;

/** A membership with whom and where it is of. `member` is JSON from the database: its timestamps are text. */
export interface FullMembershipRow extends MembershipRow {
  organization_name: string;
  member: Omit<UserRow, "created_at" | "updated_at" | "last_sign_in_at"> & {
    created_at: string;
    updated_at: string;
    last_sign_in_at: string | null;
  };
}

export function membershipToWire(row: FullMembershipRow) {
  const { last_sign_in_at, ...member } = row.member;
  return {
    ...membershipInEvent(row),
    organization_name: row.organization_name,
    user: userToWire({
      ...member,
      last_sign_in_at: last_sign_in_at === null ? null : new Date(last_sign_in_at),
      created_at: new Date(member.created_at),
      updated_at: new Date(member.updated_at),
    }),
  };
}
