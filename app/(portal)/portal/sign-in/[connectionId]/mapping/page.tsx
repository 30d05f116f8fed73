import type { Metadata } from "next";
import { MappingStep } from "#components/portal/sign-in/mapping-step.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { isMapped, receivedNames, suggestedMapping } from "#lib/portal/sign-in/policy.ts";
import { findLastTest, getSignInSetup, listRoleChoices } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("steps.sign_in.mapping") };
}

/** Which attribute each part of a profile is read from, and which role each group brings. */
export default async function MappingPage({ params }: PageProps<"/portal/sign-in/[connectionId]/mapping">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso");
  const signIn = await orNotFound(async () => getSignInSetup(setup, connectionId, await readLocale()));
  const { guide, provider, waiting } = signIn;
  const [roles, test] = await Promise.all([
    listRoleChoices(setup),
    findLastTest(setup, connectionId, { number: waiting.number, since: null }),
  ]);
  const t = await portalTexts("connection");
  return (
    <StepFrame title={t("mapping.title")} lead={t("mapping.lead", { provider })}>
      <Texts {...(await textsFor("connection"))}>
        <MappingStep
          connectionId={connectionId}
          back={`/portal/sign-in/${connectionId}/metadata`}
          mapping={waiting.mapping}
          suggested={suggestedMapping(guide)}
          provider={provider}
          roles={roles}
          saved={isMapped(setup, signIn)}
          {...receivedNames(test)}
        />
      </Texts>
    </StepFrame>
  );
}
