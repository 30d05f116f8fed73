import "server-only";
import type { Role } from "#lib/access/permissions.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { fingerprint, randomSecret } from "#lib/platform/seal.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";

/** What a one-time link is for: the first owner, a colleague, or somebody who can no longer sign in. */
export type LinkPurpose = "set_up" | "join" | "reset";

export interface NewLink {
  purpose: LinkPurpose;
  email: string | null;
  role: Role;
  allCustomers: boolean;
  customerIds: string[];
  personId?: string;
  invitedById: string | null;
}

const PATHS: Record<LinkPurpose, string> = { set_up: "/set-up", join: "/invite", reset: "/reset" };
const LIFE_MS: Record<LinkPurpose, number> = { set_up: DAY_MS, join: 7 * DAY_MS, reset: DAY_MS };

/** Makes a one-time link. Only its fingerprint is kept, so it can be shown now and never again. */
export async function createLink(tx: Tx, link: NewLink, now: Date) {
  const token = randomSecret();
  const expiresAt = new Date(now.getTime() + LIFE_MS[link.purpose]);
  const id = newId("inv");
  const data = { id, tokenHash: fingerprint(token), ...link, createdAt: now, expiresAt };
  await tx.invitation.create({ data, select: { id: true } });
  const url = new URL(PATHS[link.purpose], env().consoleUrl);
  url.searchParams.set("token", token);
  return { id, url: url.href, expiresAt };
}

/** The link that a token opens, or null when there is none that still may be used. */
export async function findLink(tx: Tx, token: string, purpose: LinkPurpose, now: Date) {
  const where = { tokenHash: fingerprint(token), purpose, acceptedAt: null, revokedAt: null };
  return await tx.invitation.findFirst({ where: { ...where, expiresAt: { gt: now } }, select: LINK });
}

/** Uses a link up. False when another request was first. */
export async function spendLink(tx: Tx, id: string, acceptedById: string, now: Date): Promise<boolean> {
  const where = { id, acceptedAt: null, revokedAt: null };
  return (await tx.invitation.updateMany({ where, data: { acceptedAt: now, acceptedById } })).count === 1;
}

/** Takes back the links that were made for the same thing, or by the same person, and not used. */
export async function revokeLinks(
  tx: Tx,
  which: { purpose: LinkPurpose; email?: string; personId?: string } | { invitedById: string },
  now: Date,
): Promise<void> {
  await tx.invitation.updateMany({
    where: { ...which, acceptedAt: null, revokedAt: null },
    data: { revokedAt: now },
  });
}

const LINK = {
  id: true,
  email: true,
  role: true,
  allCustomers: true,
  customerIds: true,
  personId: true,
  invitedById: true,
  expiresAt: true,
} as const;
