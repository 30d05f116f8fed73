import { z } from "zod";
import type { EnvironmentSettings } from "../environments/settings.ts";
import type { Sealer } from "../keys/seal.ts";
import { invitationLink } from "../one-time/links.ts";
import { Email, isLocale } from "../users/input.ts";
import { iso, isoOrNull } from "../wire/time.ts";

// Messages are written in English whatever is asked for; what can be no language is refused all the same.
const Locale = z.string().refine(isLocale, "A locale is a language tag such as en or pt-BR.").nullish();

export const CreateInvitation = z.object({
  email: Email,
  organization_id: z.string().nullish(),
  role_slug: z.string().min(1).max(100).nullish(),
  expires_in_days: z.number().int().nullish(),
  inviter_user_id: z.string().nullish(),
  locale: Locale,
});
export type CreateInvitation = z.infer<typeof CreateInvitation>;

export const ResendInvitation = z.object({ locale: Locale });

export interface InvitationRow {
  id: string;
  email: string;
  email_key: string;
  organization_id: string | null;
  inviter_user_id: string | null;
  accepted_user_id: string | null;
  role_slug: string | null;
  token_sealed: string;
  expires_at: Date;
  accepted_at: Date | null;
  revoked_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export function stateOf(row: InvitationRow, now: Date): "pending" | "accepted" | "revoked" | "expired" {
  if (row.accepted_at !== null) return "accepted";
  if (row.revoked_at !== null) return "revoked";
  return row.expires_at <= now ? "expired" : "pending";
}

/** As events tell of it: without the token and the link. */
export function invitationInEvent(row: InvitationRow, now: Date) {
  return {
    object: "invitation" as const,
    id: row.id,
    email: row.email,
    state: stateOf(row, now),
    accepted_at: isoOrNull(row.accepted_at),
    revoked_at: isoOrNull(row.revoked_at),
    expires_at: iso(row.expires_at),
    organization_id: row.organization_id,
    inviter_user_id: row.inviter_user_id,
    accepted_user_id: row.accepted_user_id,
    role_slug: row.role_slug,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export interface InvitationView {
  sealer: Sealer;
  now: Date;
  baseUrl: string;
  pages: EnvironmentSettings["pages"];
}

export function invitationToWire(row: InvitationRow, { sealer, now, baseUrl, pages }: InvitationView) {
  const token = sealer.open(row.token_sealed, tokenContext(row.id));
  return {
    ...invitationInEvent(row, now),
    token,
    accept_invitation_url: invitationLink(baseUrl, pages, token),
  };
}

/** Binds a sealed token to its row. */
export function tokenContext(id: string): string {
  return `invitation:${id}`;
}
