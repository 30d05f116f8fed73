import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BackToBefore } from "#components/portal/sign-in/back-to-before.tsx";
import { InUse } from "#components/portal/sign-in/in-use.tsx";
import { RenewalStep } from "#components/portal/sign-in/renewal-step.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("connection");
  return { title: t("renew.title") };
}

/** What is in use and until when, and the new certificates beside or instead of it. */
export default async function RenewPage({ params }: PageProps<"/portal/sign-in/[connectionId]/renew">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso", "certificate_renewal");
  const locale = await readLocale();
  const { active, before, protocol, provider } = await orNotFound(() =>
    getSignInSetup(setup, connectionId, locale),
  );
  if (!active || protocol !== "saml") notFound();
  const t = await portalTexts("connection");
  return (
    <StepFrame title={t("renew.title")} lead={t("renew.lead", { provider })}>
      <InUse title={t("renew.inUse")} revision={active} />
      <BackToBefore connectionId={connectionId} active={active} before={before} />
      <Texts {...(await textsFor("connection", "metadata"))}>
        <RenewalStep connectionId={connectionId} back="/portal/sign-in" provider={provider} />
      </Texts>
    </StepFrame>
  );
}
