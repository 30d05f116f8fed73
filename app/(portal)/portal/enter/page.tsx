import type { Metadata } from "next";
import { EnterCode } from "#components/portal/enter-code.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { portalTexts } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("enter.title") };
}

/** Where the code on a hand-over sheet is typed. */
export default async function EnterPage() {
  const t = await portalTexts("shell");
  return (
    <>
      <PageHead title={t("enter.title")}>{t("enter.lead")}</PageHead>
      <EnterCode />
    </>
  );
}
