import { redirect } from "next/navigation";
import { ClosedNotice } from "#components/portal/closed-notice.tsx";
import { OpenLink } from "#components/portal/open-link.tsx";
import { readPortalCookie } from "#lib/auth/cookies.ts";
import { visitor } from "#lib/auth/session.ts";
import { openTicketAction } from "#lib/portal/actions.ts";
import { TicketInput } from "#lib/setup-links/schema.ts";
import { lookAtTicket } from "#lib/setup-links/tickets.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** Where the link of an application's `generate_link` leads on to. Looking does not open it either. */
export default async function TicketPage({ searchParams }: PageProps<"/portal/ticket">) {
  const input = TicketInput.safeParse({ token: (await searchParams).token });
  if (!input.success) return <ClosedNotice why="malformed" link={null} />;
  const { token } = input.data;
  const look = await lookAtTicket(token, await readPortalCookie(), await visitor(), systemClock());
  if (look.state === "closed") return <ClosedNotice why={look.why} link={look.link} />;
  if (look.state === "open") redirect("/portal");
  const { ticket, purposes } = look;
  const link = { ...ticket, purposes, createdByName: "" };
  return <OpenLink token={token} action={openTicketAction} link={link} by="application" />;
}
