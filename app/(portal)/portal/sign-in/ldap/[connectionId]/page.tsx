import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LdapGuide } from "#components/portal/ldap/ldap-guide.tsx";
import { LdapSignInForm } from "#components/portal/ldap/sign-in-form.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("ldap"))("sign_in.title") };
}

/** The servers of a sign-in that is there: changed in a draft, while people sign in as before. */
export default async function ChangeLdapSignInPage({
  params,
}: PageProps<"/portal/sign-in/ldap/[connectionId]">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso");
  const { waiting, guide } = await orNotFound(async () =>
    getSignInSetup(setup, connectionId, await readLocale()),
  );
  if (!waiting.ldap) redirect(`/portal/sign-in/${connectionId}`);
  const t = await portalTexts("ldap");
  return (
    <StepFrame title={t("sign_in.title")} lead={t("sign_in.lead")}>
      <Texts {...(await textsFor("ldap", "guides"))}>
        {guide && <LdapGuide guide={guide} />}
        <LdapSignInForm
          key={waiting.changedAt.getTime()}
          fields={{ connectionId }}
          kind={waiting.ldap.kind}
          known={waiting.ldap}
          back="/portal/sign-in"
        />
      </Texts>
    </StepFrame>
  );
}
