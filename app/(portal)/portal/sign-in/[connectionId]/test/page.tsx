import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { TestStep } from "#components/portal/sign-in/test-step.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { mendsOf } from "#lib/portal/sign-in/policy.ts";
import { findLastTest, getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("steps.sign_in.test") };
}

/** One sign-in for trial, and what came of it. */
export default async function TestPage({ params }: PageProps<"/portal/sign-in/[connectionId]/test">) {
  const { connectionId } = await params;
  const setup = await requireSetup("sso", "certificate_renewal");
  const signIn = await orNotFound(async () => getSignInSetup(setup, connectionId, await readLocale()));
  const { guide, provider, values, waiting, active } = signIn;
  if (waiting.missing) redirect(`/portal/sign-in/${connectionId}/metadata`);
  const last = await findLastTest(setup, connectionId, { number: waiting.number, since: waiting.changedAt });
  const t = await portalTexts("connection");
  const mends = mendsOf(setup, signIn);
  return (
    <StepFrame title={t("test.title")} lead={t("test.lead")}>
      <Texts {...(await textsFor("connection", "trace", "guides"))}>
        <TestStep
          connectionId={connectionId}
          back={mends.mapping ?? mends.provider}
          guide={guide}
          provider={provider}
          values={values}
          last={last}
          passed={waiting.tested !== null}
          mends={mends}
          createdByName={setup.createdByName}
          besideActive={active !== null && waiting.state === "draft"}
        />
      </Texts>
    </StepFrame>
  );
}
