import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ActivateStep } from "#components/portal/sign-in/activate-step.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("steps.sign_in.activate") };
}

/** The last step: what was tested is what people sign in by from then on. */
export default async function ActivatePage({ params }: PageProps<"/portal/sign-in/[connectionId]/activate">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso", "certificate_renewal");
  const { waiting, active, provider } = await orNotFound(async () =>
    getSignInSetup(setup, connectionId, await readLocale()),
  );
  if (waiting.state !== "draft") redirect(`/portal/sign-in/${connectionId}/done`);
  if (waiting.missing) redirect(`/portal/sign-in/${connectionId}/metadata`);
  const t = await portalTexts("connection");
  const { organizationName: organization } = setup;
  return (
    <StepFrame
      title={t("activate.title")}
      lead={active ? t("activate.changeLead") : t("activate.lead", { organization, provider })}
    >
      <Texts {...(await textsFor("connection"))}>
        <ActivateStep
          connectionId={connectionId}
          back={`/portal/sign-in/${connectionId}/test`}
          tested={waiting.tested !== null}
          isChange={active !== null}
        />
      </Texts>
    </StepFrame>
  );
}
