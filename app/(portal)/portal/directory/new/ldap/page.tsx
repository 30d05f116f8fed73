import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LdapGuide } from "#components/portal/ldap/ldap-guide.tsx";
import { LdapSourceForm } from "#components/portal/ldap/source-form.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { getGuide } from "#lib/guides/library.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("directory"))("ldap.title") };
}

/** A directory that is read from the customer's own servers. */
export default async function NewLdapDirectoryPage({
  searchParams,
}: PageProps<"/portal/directory/new/ldap">) {
  await requireSetup("dsync");
  const { guide: id } = await searchParams;
  const guide = typeof id === "string" ? await getGuide(id, await readLocale()) : null;
  if (guide?.protocol !== "ldap") redirect("/portal/directory/new");
  const t = await portalTexts("directory");
  const kind = guide.connectionType === "ActiveDirectory" ? "active_directory" : "standard";
  return (
    <StepFrame title={t("ldap.title")} lead={t("ldap.lead")}>
      <Texts {...(await textsFor("directory", "ldap", "guides"))}>
        <LdapGuide guide={guide} />
        <LdapSourceForm kind={kind} back="/portal/directory/new" />
      </Texts>
    </StepFrame>
  );
}
