import { z } from "zod";
import { ROLES } from "#lib/access/permissions.ts";
import { EmailAddress, Password, PersonName } from "#lib/auth/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const RoleName = z.enum(ROLES, "Choose a role.");

/** Which customers a person sees: all of them, those to come included, or the named ones. */
const Reach = {
  customers: z.enum(["all", "named"]).default("all"),
  customerIds: z.array(z.string().startsWith("cus_")).max(500).default([]),
};

export const InvitePersonInput = z.strictObject({ email: EmailAddress, role: RoleName, ...Reach });
export type InvitePersonInput = z.infer<typeof InvitePersonInput>;

export const ChangeAccessInput = z.strictObject({
  personId: z.string().startsWith("per_"),
  role: RoleName,
  ...Reach,
});
export type ChangeAccessInput = z.infer<typeof ChangeAccessInput>;

export const PersonRef = z.strictObject({ personId: z.string().startsWith("per_") });
export type PersonRef = z.infer<typeof PersonRef>;

export const InvitationRef = z.strictObject({ invitationId: z.string().startsWith("inv_") });
export type InvitationRef = z.infer<typeof InvitationRef>;

export const PersonSessionRef = z.strictObject({
  personId: z.string().startsWith("per_"),
  sessionId: z.string().startsWith("ses_"),
});
export type PersonSessionRef = z.infer<typeof PersonSessionRef>;

export const CreateOwnerInput = z.strictObject({ email: EmailAddress, name: PersonName, password: Password });
export type CreateOwnerInput = z.infer<typeof CreateOwnerInput>;

/** The token of a one-time link as its URL says it. Nonsense is looked up like any other, and not found. */
export const LinkToken = z.string().min(1).max(200).catch("none");

/** What somebody writes who follows an invitation. Its link says the e-mail address. */
export const JoinInput = z.strictObject({
  token: z.string().min(20).max(200),
  name: PersonName,
  password: Password,
});
export type JoinInput = z.infer<typeof JoinInput>;

/** The first owner says the address too. */
export const SetUpInput = z.strictObject({ ...JoinInput.shape, email: EmailAddress });
export type SetUpInput = z.infer<typeof SetUpInput>;

/** Somebody who follows a link to sign in anew chooses a password, and nothing else. */
export const ResetInput = JoinInput.pick({ token: true, password: true });
export type ResetInput = z.infer<typeof ResetInput>;

type PersonSort = "name" | "email" | "role" | "lastSeenAt" | "createdAt";
type PersonFilter = "role" | "status" | "secondFactor";

/** What the URL of the list of people may say. */
export const PERSON_LIST: ListSpec<PersonSort, PersonFilter> = {
  sorts: ["name", "email", "role", "lastSeenAt", "createdAt"],
  filters: ["role", "status", "secondFactor"],
};
export type PersonListQuery = ListQuery<PersonSort, PersonFilter>;

/** What the list of invitations may be sorted by. */
export const INVITATION_LIST: ListSpec<"created" | "email", never> = {
  sorts: ["created", "email"],
  defaultDirection: "desc",
  filters: [],
};
export type InvitationListQuery = ListQuery<"created" | "email", never>;
