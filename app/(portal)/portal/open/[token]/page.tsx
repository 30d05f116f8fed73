import { redirect } from "next/navigation";
import { ClosedNotice } from "#components/portal/closed-notice.tsx";
import { OpenLink } from "#components/portal/open-link.tsx";
import { readPortalCookie } from "#lib/auth/cookies.ts";
import { visitor } from "#lib/auth/session.ts";
import { openLinkAction } from "#lib/portal/actions.ts";
import { lookAtLink } from "#lib/setup-links/opening.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** What a set-up link shows. Looking does not open it: a scanner of mail looks too. */
export default async function OpenPage({ params }: PageProps<"/portal/open/[token]">) {
  const { token } = await params;
  const look = await lookAtLink({ token }, await readPortalCookie(), await visitor(), systemClock());
  if (look.state === "closed") return <ClosedNotice why={look.why} link={look.link} />;
  if (look.state === "open") redirect("/portal");
  return <OpenLink token={token} action={openLinkAction} link={look.link} by="person" />;
}
