import type { Metadata } from "next";
import { SignInPolicyForm } from "#components/account/sign-in-policy-form.tsx";
import { AddProvider } from "#components/sso/add-provider.tsx";
import { ProvidersList } from "#components/sso/providers-list.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { getSignInPolicy } from "#lib/auth/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listProviders } from "#lib/auth/sso/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Sign-in settings" };

export default async function SignInSettingsPage() {
  const actor = await requireActor();
  const policy = await orNotFound(() => getSignInPolicy(actor));
  const { providers, redirectUri } = await orNotFound(() => listProviders(actor));
  const canChange = actor.can("settings.change");
  return (
    <div className="grid gap-5">
      <Card title="Policy" description="How everybody signs in to this console. It counts at once.">
        <SignInPolicyForm policy={policy} canChange={canChange} />
      </Card>
      <Card
        title="Single sign-on"
        description="People of this console may sign in through these. Nobody gets in who was not invited before."
        actions={canChange && <AddProvider redirectUri={redirectUri} />}
      >
        <div className="grid gap-4">
          {providers.length === 0 ? (
            <p className="text-muted text-sm">No providers yet.</p>
          ) : (
            <ProvidersList providers={providers} canChange={canChange} />
          )}
          <div className="grid gap-1 text-sm">
            <p className="text-muted">Redirect URI to register at each:</p>
            <Copy value={redirectUri} label="redirect URI" />
          </div>
        </div>
      </Card>
    </div>
  );
}
