import type { Metadata } from "next";
import { AuthHead } from "#components/auth/auth-head.tsx";
import { DeadLink } from "#components/auth/dead-link.tsx";
import { ResetForm } from "#components/auth/join-forms.tsx";
import { visitor } from "#lib/auth/session.ts";
import { findLinkFacts } from "#lib/people/joining.ts";
import { LinkToken } from "#lib/people/schema.ts";
import { systemClock } from "#lib/shared/clock.ts";

export const metadata: Metadata = { title: "Sign in anew", referrer: "no-referrer" };

export default async function ResetPage({ searchParams }: PageProps<"/reset">) {
  const token = LinkToken.parse((await searchParams).token);
  const link = await findLinkFacts(token, "reset", await visitor(), systemClock());
  if (!link?.email) return <DeadLink advice="Ask an owner or admin for a new one." />;
  return (
    <>
      <AuthHead title="Sign in anew">
        Choose a new password. Your second factor was removed; set up a new one.
      </AuthHead>
      <ResetForm token={token} email={link.email} />
    </>
  );
}
