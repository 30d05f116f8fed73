import "server-only";
import { type Actor, linkActor } from "#lib/access/actor.ts";
import { PURPOSES, type Purpose } from "#lib/access/permissions.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { linkState, type RefusalReason } from "./policy.ts";
import { type Sought, soughtByCode, soughtByToken } from "./secrets.ts";

/** What whoever holds a link may know of it. */
export interface LookedAt {
  id: string;
  customerId: string;
  deploymentId: string;
  environmentId: string;
  organizationId: string;
  organizationName: string;
  purposes: Purpose[];
  note: string;
  createdByName: string;
  createdAt: Date;
  expiresAt: Date;
  openedAt: Date | null;
  revokedAt: Date | null;
  revokedByName: string | null;
  replacedById: string | null;
  finishedAt: Date | null;
  lastSeenAt: Date | null;
  progress: unknown;
  returnUrl: string | null;
  successUrl: string | null;
}

/** `waiting`: nobody opened it yet. `open`: this very browser did. `closed`: it leads nowhere from here, and why. */
export type Look =
  | { state: "waiting" | "open"; link: LookedAt }
  | { state: "closed"; why: RefusalReason; link: LookedAt | null };

export function findByToken(tx: Tx, token: string, browser: string | null, now: Date): Promise<Look> {
  return find(tx, soughtByToken(token), browser, now);
}

export function findByCode(tx: Tx, typed: string, browser: string | null, now: Date): Promise<Look> {
  return find(tx, soughtByCode(typed), browser, now);
}

/** The link that this browser opened, however it stands now. */
export async function findByBrowser(tx: Tx, browser: string, now: Date): Promise<Look> {
  const row = await tx.setupLink.findUnique({ where: { browserHash: fingerprint(browser) }, select: FOUND });
  return row ? judge(row, browser, now) : { state: "closed", why: "none", link: null };
}

/** Whoever holds this link, as the audit log and every command know them. */
export function actorOfLink(link: LookedAt, ip: string | null): Actor {
  const { id, customerId, purposes } = link;
  return linkActor({ id, name: `Set-up link for ${link.organizationName}`, customerId, purposes, ip });
}

type Target = Pick<LookedAt, "id" | "organizationName" | "customerId" | "deploymentId">;

/** As the audit log names it. */
export function targetOf({ id, organizationName, customerId, deploymentId }: Target) {
  return { targetType: "setup_link", targetId: id, targetName: organizationName, customerId, deploymentId };
}

/** The set-up that was made of a ticket; null when none was yet. */
export async function findByTicket(tx: Tx, ticket: string, browser: string | null, now: Date) {
  const row = await tx.setupLink.findUnique({ where: { ticketHash: fingerprint(ticket) }, select: FOUND });
  return row && judge(row, browser, now);
}

async function find(tx: Tx, sought: Sought, browser: string | null, now: Date): Promise<Look> {
  if ("why" in sought) return { state: "closed", why: sought.why, link: null };
  const row = await tx.setupLink.findFirst({ where: sought.where, select: FOUND });
  return row ? judge(row, browser, now) : { state: "closed", why: "unknown", link: null };
}

function judge(
  row: Prisma.SetupLinkGetPayload<{ select: typeof FOUND }>,
  browser: string | null,
  now: Date,
): Look {
  const { browserHash, environment, ...rest } = row;
  const link = withPurposes(rest);
  const state = linkState(link, now);
  if (state !== "waiting" && state !== "open") return { state: "closed", why: state, link };
  if (environment.state === "removed") return { state: "closed", why: "revoked", link };
  if (state === "waiting") return { state, link };
  if (browser === null || fingerprint(browser) !== browserHash)
    return { state: "closed", why: "other_browser", link };
  return { state, link };
}

/** The row as the rest of the program knows it: purposes that are none any more are left out. */
export function withPurposes(row: Prisma.SetupLinkGetPayload<{ select: typeof LOOKED_AT }>): LookedAt {
  return { ...row, purposes: PURPOSES.filter((purpose) => row.purposes.includes(purpose)) };
}

export const LOOKED_AT = {
  id: true,
  customerId: true,
  deploymentId: true,
  environmentId: true,
  organizationId: true,
  organizationName: true,
  purposes: true,
  note: true,
  createdByName: true,
  createdAt: true,
  expiresAt: true,
  openedAt: true,
  revokedAt: true,
  revokedByName: true,
  replacedById: true,
  finishedAt: true,
  lastSeenAt: true,
  progress: true,
  returnUrl: true,
  successUrl: true,
} as const satisfies Prisma.SetupLinkSelect;

const FOUND = {
  ...LOOKED_AT,
  browserHash: true,
  environment: { select: { state: true } },
} as const satisfies Prisma.SetupLinkSelect;
