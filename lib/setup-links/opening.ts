import "server-only";
import { recordAudit } from "#lib/audit/record.ts";
import type { Visitor } from "#lib/auth/sessions.ts";
import { byAddress } from "#lib/auth/sign-in.ts";
import { countAttempt, forgiveAttempt } from "#lib/auth/throttle.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { fingerprint, randomSecret } from "#lib/platform/seal.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { actorOfLink, findByCode, findByToken, type Look, type LookedAt, targetOf } from "./looking.ts";

/** What somebody has in hand: the link, or the code they typed. */
export type LinkKey = { token: string } | { code: string };

/** A link as it may be opened, or why not. What is known of one that stands no more is told to whoever holds it. */
export async function lookAtLink(
  key: LinkKey,
  browser: string | null,
  visitor: Visitor,
  now: Date,
): Promise<Look> {
  const counted = byAddress("code" in key ? "code_address" : "link_address", visitor);
  await countAttempt(counted, now);
  return await asSystem("who holds a link is not known before it is found", async (tx) => {
    const look =
      "code" in key
        ? await findByCode(tx, key.code, browser, now)
        : await findByToken(tx, key.token, browser, now);
    if (look.state === "closed" && look.why === "other_browser" && look.link)
      await noteRefusal(tx, look.link, visitor);
    if (look.state !== "closed" || look.link) await forgiveAttempt(tx, counted);
    return look;
  });
}

/** What the browser keeps from now on. */
export interface Opened {
  secret: string;
  keepUntil: Date;
}

/** Null: this browser has it open already. */
export type OpenOutcome = { state: "opened"; kept: Opened | null } | Extract<Look, { state: "closed" }>;

/** How long the browser remembers a link that has ended, to be told so. */
const REMEMBERED_MS = 30 * DAY_MS;

/** Binds a link to this browser: from now on it opens nowhere else. */
export async function openSetupLink(
  key: LinkKey,
  browser: string | null,
  visitor: Visitor,
  now: Date,
): Promise<OpenOutcome> {
  const look = await lookAtLink(key, browser, visitor, now);
  if (look.state === "closed") return look;
  if (look.state === "open") return { state: "opened", kept: null };
  const kept = await asSystem("a link is bound to the browser that holds it", (tx) =>
    bindLink(tx, look.link, visitor, now),
  );
  // Somebody else pressed the button in the same moment, and was first.
  return kept ? { state: "opened", kept } : { state: "closed", why: "other_browser", link: look.link };
}

/** Null where the link was opened or ended meanwhile. */
export async function bindLink(tx: Tx, link: LookedAt, visitor: Visitor, now: Date): Promise<Opened | null> {
  const secret = randomSecret();
  const where = { id: link.id, openedAt: null, revokedAt: null, finishedAt: null, expiresAt: { gt: now } };
  const data = { openedAt: now, lastSeenAt: now, browserHash: fingerprint(secret) };
  if ((await tx.setupLink.updateMany({ where, data })).count !== 1) return null;
  await recordAudit(tx, actorOfLink(link, visitor.ip), { action: "setup_link.open", ...targetOf(link) });
  return { secret, keepUntil: new Date(link.expiresAt.getTime() + REMEMBERED_MS) };
}

export async function noteRefusal(tx: Tx, link: LookedAt, visitor: Visitor): Promise<void> {
  await recordAudit(tx, actorOfLink(link, visitor.ip), {
    action: "setup_link.refuse",
    ...targetOf(link),
    detail: { userAgent: visitor.userAgent?.slice(0, 300) ?? "" },
  });
}
