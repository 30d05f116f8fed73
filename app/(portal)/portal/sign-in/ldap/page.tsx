import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LdapGuide } from "#components/portal/ldap/ldap-guide.tsx";
import { LdapSignInForm } from "#components/portal/ldap/sign-in-form.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { getGuide } from "#lib/guides/library.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("ldap"))("sign_in.title") };
}

/** Signing in with the passwords of the customer's own directory: where it is, and who may read it. */
export default async function NewLdapSignInPage({ searchParams }: PageProps<"/portal/sign-in/ldap">) {
  await requireSetup("sso");
  const { guide: id } = await searchParams;
  const guide = typeof id === "string" ? await getGuide(id, await readLocale()) : null;
  if (guide?.protocol !== "ldap") redirect("/portal/sign-in/new");
  const t = await portalTexts("ldap");
  const kind = guide.connectionType === "ActiveDirectory" ? "active_directory" : "standard";
  return (
    <StepFrame title={t("sign_in.title")} lead={t("sign_in.lead")}>
      <Texts {...(await textsFor("ldap", "guides"))}>
        <LdapGuide guide={guide} />
        <LdapSignInForm fields={{ guideId: guide.id }} kind={kind} back="/portal/sign-in/new" />
      </Texts>
    </StepFrame>
  );
}
