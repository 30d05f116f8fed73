import { z } from "zod";
import { PURPOSES, type Purpose } from "#lib/access/permissions.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { LIFETIMES, OFFERED_PURPOSES } from "./shape.ts";

export const CreateSetupLinkInput = z
  .strictObject({
    environmentId: z.string().startsWith("env_"),
    organizationId: z.string().min(1, "Choose the organization.").max(100),
    organizationName: z.string().trim().max(200).optional(),
    purposes: z
      .array(z.enum(OFFERED_PURPOSES), "Choose what the link is for.")
      .min(1, "Choose what the link is for.")
      .transform((purposes): Purpose[] =>
        PURPOSES.filter((one) => purposes.some((purpose) => purpose === one)),
      ),
    days: z.coerce.number().pipe(z.literal(LIFETIMES)).default(7),
    note: z.string().trim().max(500, "Keep it under 500 characters.").default(""),
  })
  .refine((input) => input.organizationId !== "new" || (input.organizationName ?? "").length >= 2, {
    path: ["organizationName"],
    error: "Name the organization.",
  });
export type CreateSetupLinkInput = z.output<typeof CreateSetupLinkInput>;

export const RevokeSetupLinkInput = z.strictObject({ setupLinkId: z.string().startsWith("slk_") });
export type RevokeSetupLinkInput = z.infer<typeof RevokeSetupLinkInput>;

/** How many characters the typed code has: where it is from, what nobody can guess, and the check. */
export const CODE_LENGTH = 12;

/** What was typed: how it is read, and what is wrong with it, is for the page to say. */
export const TypedCodeInput = z.strictObject({ code: z.string().trim().min(1).max(60) });
export type TypedCodeInput = z.infer<typeof TypedCodeInput>;

export const LinkTokenInput = z.strictObject({ token: z.string().max(200) });
export type LinkTokenInput = z.infer<typeof LinkTokenInput>;

/** The token of an application's link. */
export const TicketInput = z.strictObject({ token: z.string().min(1).max(8_000) });
export type TicketInput = z.infer<typeof TicketInput>;

export const SETUP_LINK_LIST = {
  sorts: ["created", "organization", "expires", "opened"],
  defaultDirection: "desc",
  filters: ["state", "environment", "purpose"],
} as const satisfies ListSpec<string, string>;
export type SetupLinkQuery = ListQuery<
  (typeof SETUP_LINK_LIST.sorts)[number],
  (typeof SETUP_LINK_LIST.filters)[number]
>;
