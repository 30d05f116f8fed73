import type { Metadata } from "next";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { DeadLink } from "#components/auth/dead-link.tsx";
import { SetUpForm } from "#components/auth/join-forms.tsx";
import { visitor } from "#lib/auth/session.ts";
import { findLinkFacts } from "#lib/people/joining.ts";
import { LinkToken } from "#lib/people/schema.ts";
import { systemClock } from "#lib/shared/clock.ts";

export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function SetUpPage({ searchParams }: PageProps<"/set-up">) {
  const token = LinkToken.parse((await searchParams).token);
  const link = await findLinkFacts(token, "set_up", await visitor(), systemClock());
  if (!link)
    return <DeadLink advice="Where the console has no owner yet, start it again: it prints a new link." />;
  return (
    <>
      <AuthHead title="Set up this console">
        You become its first owner: the one who can invite everybody else.
      </AuthHead>
      <SetUpForm token={token} />
    </>
  );
}
