import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { BeginScim } from "#components/portal/directory/endpoint.tsx";
import { GuideIntro } from "#components/portal/guides/guide-page.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { getGuide } from "#lib/guides/library.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("shell"))("steps.directory.connect") };
}

/** Endpoint and token of a provider that sends, made when they are needed and shown once. */
export default async function BeginScimPage({ searchParams }: PageProps<"/portal/directory/new/scim">) {
  await requireSetup("dsync");
  const { guide: id } = await searchParams;
  const guide = typeof id === "string" ? await getGuide(id, await readLocale()) : null;
  if (guide?.protocol !== "scim") redirect("/portal/directory/new");
  const t = await portalTexts("directory");
  return (
    <StepFrame title={t("connect.title", { name: guide.name })} lead={t("connect.lead")}>
      <Texts {...(await textsFor("directory", "guides"))}>
        <GuideIntro guide={guide} values={{}} />
        <BeginScim guide={guide} />
      </Texts>
    </StepFrame>
  );
}
