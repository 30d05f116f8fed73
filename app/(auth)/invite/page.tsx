import type { Metadata } from "next";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { DeadLink } from "#components/auth/dead-link.tsx";
import { JoinForm } from "#components/auth/join-forms.tsx";
import { SsoLinks } from "#components/sso/sso-links.tsx";
import { visitor } from "#lib/auth/session.ts";
import { listOfferedProviders } from "#lib/auth/sso/queries.ts";
import { findLinkFacts } from "#lib/people/joining.ts";
import { LinkToken } from "#lib/people/schema.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";
import { systemClock } from "#lib/shared/clock.ts";

export const metadata: Metadata = { title: "Join", referrer: "no-referrer" };

export default async function InvitePage({ searchParams }: PageProps<"/invite">) {
  const token = LinkToken.parse((await searchParams).token);
  const link = await findLinkFacts(token, "join", await visitor(), systemClock());
  if (!link?.email) return <DeadLink advice="Ask whoever invited you for a new one." />;
  return (
    <>
      <AuthHead title="Join this console">
        {link.inviter ?? "A colleague"} invites you as {ROLE_WORDS[link.role].name.toLowerCase()}.
      </AuthHead>
      <JoinForm token={token} email={link.email} />
      <SsoLinks providers={await listOfferedProviders()} invitation={token} verb="Join" />
    </>
  );
}
