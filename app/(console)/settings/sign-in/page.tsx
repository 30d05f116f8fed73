import type { Metadata } from "next";
import { SignInPolicyForm } from "#components/account/sign-in-policy-form.tsx";
import { Card } from "#components/ui/card.tsx";
import { getSignInPolicy } from "#lib/auth/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Sign-in settings" };

export default async function SignInSettingsPage() {
  const actor = await requireActor();
  const policy = await orNotFound(getSignInPolicy(actor));
  return (
    <div className="grid gap-5">
      <Card title="Policy" description="How everybody signs in to this console. It counts at once.">
        <SignInPolicyForm policy={policy} canChange={actor.can("settings.change")} />
      </Card>
    </div>
  );
}
