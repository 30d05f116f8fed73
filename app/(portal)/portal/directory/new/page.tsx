import type { Metadata } from "next";
import { ChooseDirectory } from "#components/portal/directory/choose-directory.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { listGuides } from "#lib/guides/library.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { isAirGapped } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("directory"))("choose.title") };
}

/** The first step: where people and groups are kept. */
export default async function ChooseDirectoryPage() {
  const setup = await requireSetup("dsync");
  const t = await portalTexts("directory");
  const airGapped = await isAirGapped(setup);
  const guides = await listGuides(await readLocale(), { purpose: "dsync", airGapped });
  return (
    <StepFrame title={t("choose.title")} lead={t("choose.lead")}>
      <Texts {...(await textsFor("directory", "guides"))}>
        <ChooseDirectory guides={guides} airGapped={airGapped} />
      </Texts>
    </StepFrame>
  );
}
