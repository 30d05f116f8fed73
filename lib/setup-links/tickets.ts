import "server-only";
import { systemActor } from "#lib/access/actor.ts";
import type { Purpose } from "#lib/access/permissions.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Visitor } from "#lib/auth/sessions.ts";
import { byAddress } from "#lib/auth/sign-in.ts";
import { countAttempt, forgiveAttempt } from "#lib/auth/throttle.ts";
import type { Ticket, TicketIntent } from "#lib/drivers/ticket-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { findByTicket, LOOKED_AT, type Look, withPurposes } from "./looking.ts";
import { bindLink, noteRefusal, type OpenOutcome } from "./opening.ts";
import { lockEnvironment, replaceOthers } from "./replacing.ts";
import { OFFERED_PURPOSES } from "./shape.ts";

/** For how long what a ticket opened stands: the ticket itself only has to reach the browser, within minutes. */
const LIFE_MS = DAY_MS;

const PURPOSES_OF: Record<TicketIntent, readonly Purpose[]> = {
  sso: ["sso"],
  dsync: ["dsync"],
  domain_verification: ["domain_verification"],
  certificate_renewal: ["certificate_renewal"],
  audit_logs: ["audit_logs"],
  log_streams: [],
  bring_your_own_key: [],
};

export type TicketLook =
  | { state: "waiting"; ticket: Ticket; purposes: readonly Purpose[] }
  | { state: "open" }
  | Extract<Look, { state: "closed" }>;

/** A ticket of an application as it may be opened, or why not. Its service is asked; nothing is used up. */
export async function lookAtTicket(
  token: string,
  browser: string | null,
  visitor: Visitor,
  now: Date,
): Promise<TicketLook> {
  const found = await readTicket(token, browser, visitor, now);
  if (found.state !== "waiting") return found;
  const { ticket, purposes } = found;
  return { state: "waiting", ticket, purposes };
}

/** Makes a set-up of a ticket, once, and binds it to this browser. */
export async function openTicket(
  token: string,
  browser: string | null,
  visitor: Visitor,
  now: Date,
): Promise<OpenOutcome> {
  const found = await readTicket(token, browser, visitor, now);
  if (found.state === "closed") return found;
  if (found.state === "open") return { state: "opened", kept: null };
  const { ticket, environment, purposes } = found;
  return await asSystem("a ticket is made a set-up before anybody is known", async (tx) => {
    await lockEnvironment(tx, environment.id);
    // Pressed twice: whoever came first has it.
    const again = await findByTicket(tx, token, browser, now);
    if (again) return again.state === "closed" ? again : { state: "opened", kept: null };
    const { customerId, deploymentId, id: environmentId } = environment;
    const { organizationId, organizationName, returnUrl, successUrl } = ticket;
    const [id, actor] = [newId("slk"), systemActor("The application")];
    const place = { customerId, deploymentId, environmentId, organizationId };
    const progress = await replaceOthers(tx, actor, { ...place, replacedById: id }, now);
    const times = { createdAt: now, expiresAt: new Date(now.getTime() + LIFE_MS) };
    const about = { organizationName, purposes: [...purposes], returnUrl, successUrl, progress };
    const by = { createdById: actor.id, createdByName: "" };
    const link = withPurposes(
      await tx.setupLink.create({
        data: { id, ...place, ...about, ...by, ...times, ticketHash: fingerprint(token) },
        select: LOOKED_AT,
      }),
    );
    await recordAudit(tx, actor, {
      action: "setup_link.create",
      ...{ targetType: "setup_link", targetId: id, targetName: organizationName, customerId, deploymentId },
      after: { purposes: [...purposes], expiresAt: times.expiresAt.toISOString() },
    });
    const kept = await bindLink(tx, link, visitor, now);
    return { state: "opened", kept };
  });
}

type Read =
  | {
      state: "waiting";
      ticket: Ticket;
      purposes: readonly Purpose[];
      environment: { id: string; customerId: string; deploymentId: string };
    }
  | { state: "open" }
  | Extract<Look, { state: "closed" }>;

async function readTicket(token: string, browser: string | null, visitor: Visitor, now: Date): Promise<Read> {
  const counted = byAddress("link_address", visitor);
  await countAttempt(counted, now);
  const known = await asSystem("who holds a ticket is not known before it is found", async (tx) => {
    const look = await findByTicket(tx, token, browser, now);
    if (look) await forgiveAttempt(tx, counted);
    if (look?.state === "closed" && look.why === "other_browser" && look.link)
      await noteRefusal(tx, look.link, visitor);
    return { look, environment: look ? null : await environmentOf(tx, token) };
  });
  if (known.look) return known.look.state === "closed" ? known.look : { state: "open" };
  if (!known.environment) return closed("malformed");
  const { tickets } = await driverOf(known.environment.id);
  const read = await tickets?.read(token);
  if (read?.state !== "valid") return closed(read?.state === "expired" ? "ticket_expired" : "malformed");
  await asSystem("a ticket was genuine", (tx) => forgiveAttempt(tx, counted));
  const { ticket } = read;
  const purposes = ticket.intent === null ? OFFERED_PURPOSES : PURPOSES_OF[ticket.intent];
  if (purposes.length === 0) return closed("purpose");
  return { state: "waiting", ticket, purposes, environment: known.environment };
}

const closed = (why: "malformed" | "ticket_expired" | "purpose") =>
  ({ state: "closed", why, link: null }) as const;

/** The environment that a ticket says it is of. Whether that is true, its service says. */
async function environmentOf(tx: Tx, token: string) {
  const clientId = claimed(token);
  if (clientId === null) return null;
  return await tx.environment.findFirst({
    where: { clientId, driver: "offline", state: { in: ["active", "failing"] } },
    select: { id: true, customerId: true, deploymentId: true },
  });
}

function claimed(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const { client_id } = claims as { client_id?: unknown };
    return typeof client_id === "string" ? client_id : null;
  } catch {
    return null;
  }
}
