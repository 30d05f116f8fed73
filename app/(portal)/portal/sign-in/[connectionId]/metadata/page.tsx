import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { GuideBack } from "#components/portal/guides/guide-back.tsx";
import { InUse } from "#components/portal/sign-in/in-use.tsx";
import { IssuerStep } from "#components/portal/sign-in/issuer-step.tsx";
import { MetadataStep } from "#components/portal/sign-in/metadata-step.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { Card } from "#components/ui/card.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { settingOf } from "#lib/portal/sign-in/policy.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("steps.sign_in.metadata") };
}

/** What the provider says of itself comes back here. */
export default async function MetadataPage({ params }: PageProps<"/portal/sign-in/[connectionId]/metadata">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso");
  const locale = await readLocale();
  const signIn = await orNotFound(() => getSignInSetup(setup, connectionId, locale));
  if (signIn.protocol === "ldap") redirect(`/portal/sign-in/ldap/${connectionId}`);
  const t = await portalTexts("connection");
  const { guide, provider, values, waiting, protocol } = signIn;
  const back = `/portal/sign-in/${connectionId}/values`;
  const isSaml = protocol === "saml";
  return (
    <StepFrame
      title={t(isSaml ? "metadata.title" : "metadata.oidcTitle")}
      lead={t(isSaml ? "metadata.lead" : "metadata.oidcLead", { provider })}
    >
      <Texts {...(await textsFor("connection", "metadata", "guides"))}>
        {guide && guide.back.length > 0 && (
          <Card>
            <GuideBack guide={guide} values={values} />
          </Card>
        )}
        {waiting.missing === null && <InUse title={t("metadata.kept")} revision={waiting} />}
        {isSaml ? (
          <MetadataStep connectionId={connectionId} back={back} kept={waiting.missing === null} />
        ) : (
          <IssuerStep
            connectionId={connectionId}
            back={back}
            issuer={settingOf(waiting, "oidc.issuer")}
            clientId={settingOf(waiting, "oidc.client_id")}
            hasSecret={settingOf(waiting, "oidc.client_secret") !== ""}
          />
        )}
      </Texts>
    </StepFrame>
  );
}
