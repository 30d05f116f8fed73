import { redirect } from "next/navigation";
import { LiveSignIn } from "#components/portal/sign-in/live-sign-in.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { nextStep } from "#lib/portal/sign-in/policy.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";

/** Leads to the step at which the set-up was left; where everything is done, shows what is in use. */
export default async function SignInSetupPage({ params }: PageProps<"/portal/sign-in/[connectionId]">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso", "certificate_renewal");
  const signIn = await orNotFound(async () => getSignInSetup(setup, connectionId, await readLocale()));
  const step = nextStep(setup, signIn);
  if (step) redirect(`/portal/sign-in/${connectionId}/${step}`);
  return <LiveSignIn signIn={signIn} />;
}
