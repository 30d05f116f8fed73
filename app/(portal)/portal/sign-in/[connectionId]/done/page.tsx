import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { BackToBefore } from "#components/portal/sign-in/back-to-before.tsx";
import { InUse } from "#components/portal/sign-in/in-use.tsx";
import { StepFrame, StepNav } from "#components/portal/sign-in/step-frame.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { firstEnd } from "#lib/portal/sign-in/policy.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalDay, portalTexts } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("connection");
  return { title: t("done.title") };
}

/** What is in use now, and what to keep in mind. */
export default async function SignInDonePage({ params }: PageProps<"/portal/sign-in/[connectionId]/done">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso", "certificate_renewal");
  const locale = await readLocale();
  const { active, before, provider } = await orNotFound(() => getSignInSetup(setup, connectionId, locale));
  if (!active) redirect(`/portal/sign-in/${connectionId}`);
  const t = await portalTexts("connection");
  const ends = firstEnd(active);
  const { organizationName: organization } = setup;
  return (
    <StepFrame title={t("done.title")} lead={t("done.lead", { organization, provider })}>
      <InUse title={t("live.inUse")} revision={active} />
      <Callout title={t("done.next")}>
        <ul className="grid list-disc gap-1 pl-4">
          <li>{t("done.assign", { provider })}</li>
          {ends && <li>{t("done.certificate", { date: await portalDay(ends) })}</li>}
        </ul>
      </Callout>
      <BackToBefore connectionId={connectionId} active={active} before={before} />
      <StepNav>
        <LinkButton href={"/portal" as Route} variant="primary">
          {t(setup.purposes.length > 1 ? "done.rest" : "nav.overview")}
        </LinkButton>
      </StepNav>
    </StepFrame>
  );
}
