import type { Metadata } from "next";
import { ChooseProvider } from "#components/portal/sign-in/choose-provider.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { listGuides } from "#lib/guides/library.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { isAirGapped } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("connection");
  return { title: t("choose.title") };
}

/** The first step: which product signs people in today. */
export default async function ChooseProviderPage() {
  const setup = await requireSetup("sso");
  const t = await portalTexts("connection");
  const airGapped = await isAirGapped(setup);
  const guides = await listGuides(await readLocale(), { purpose: "sso", airGapped });
  return (
    <StepFrame title={t("choose.title")} lead={t("choose.lead")}>
      <Texts {...(await textsFor("connection", "guides"))}>
        <ChooseProvider guides={guides} airGapped={airGapped} />
      </Texts>
    </StepFrame>
  );
}
