import type { Metadata } from "next";
import { GuidePage } from "#components/portal/guides/guide-page.tsx";
import { ConfirmValues } from "#components/portal/sign-in/confirm-values.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { ValuesToCopy } from "#components/portal/sign-in/values-to-copy.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("steps.sign_in.values") };
}

/** What is to be done at the provider, with every value to copy. */
export default async function ValuesPage({ params }: PageProps<"/portal/sign-in/[connectionId]/values">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso");
  const { guide, provider, values } = await orNotFound(async () =>
    getSignInSetup(setup, connectionId, await readLocale()),
  );
  const t = await portalTexts("connection");
  const known = { ...values, application: (await readVendor()).name };
  return (
    <StepFrame
      title={t("values.title", { provider })}
      lead={guide ? t("values.lead", { provider }) : t("values.noGuide")}
    >
      <Texts {...(await textsFor("connection", "guides"))}>
        {guide ? <GuidePage guide={guide} values={known} /> : <ValuesToCopy values={values} />}
        <ConfirmValues connectionId={connectionId} />
      </Texts>
    </StepFrame>
  );
}
