import type { Metadata } from "next";
import { EndOtherSessions } from "#components/account/end-other-sessions.tsx";
import { OwnNameForm } from "#components/account/own-name.tsx";
import { OwnPasswordForm } from "#components/account/own-password.tsx";
import { OwnSecondFactor } from "#components/account/own-second-factor.tsx";
import { Sessions } from "#components/people/sessions.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { revokeOwnSessionAction } from "#lib/auth/actions.ts";
import { getOwnAccount } from "#lib/auth/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  const actor = await requireActor();
  const account = await getOwnAccount(actor);
  const others = account.sessions.length > 1 ? <EndOtherSessions /> : undefined;
  return (
    <div className="grid gap-5">
      <Breadcrumb items={[{ label: "Your account" }]} />
      <PageHead title="Your account">
        {ROLE_WORDS[actor.role].name}. {ROLE_WORDS[actor.role].means}
      </PageHead>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title="Profile">
          <OwnNameForm name={account.name} email={account.email} />
        </Card>
        <Card title="Second factor">
          <OwnSecondFactor
            since={account.secondFactorSince}
            recoveryCodesLeft={account.recoveryCodesLeft}
            required={account.mustHaveSecondFactor}
          />
        </Card>
        <Card title="Password">
          {account.passwordSetAt ? (
            <OwnPasswordForm />
          ) : (
            <p className="text-muted text-sm">You sign in by SSO ({account.providers.join(", ")}).</p>
          )}
        </Card>
        <Card title="Sessions" actions={others} flush>
          <Sessions rows={account.sessions} revoke={{ action: revokeOwnSessionAction, fields: {} }} />
        </Card>
      </div>
    </div>
  );
}
