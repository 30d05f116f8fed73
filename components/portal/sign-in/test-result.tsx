"use client";

import type { Route } from "next";
import { Problems } from "#components/portal/guides/problems.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import { type Guide, type GuideValues, problemsOf } from "#lib/guides/schema.ts";
import { ProfilePreview } from "./profile-preview.tsx";
import { ReceivedTable } from "./received-table.tsx";
import { TraceChecks } from "./trace-checks.tsx";
import { useCheckWords } from "./trace-words.ts";

interface TestResultProps {
  trace: SignInTrace;
  guide: Guide | null;
  values: GuideValues;
  mends: { provider: string; mapping: string | null; steps: string | null };
}

/** What came of a test: who would be signed in and with which roles; or what stopped it, and what helps. */
export function TestResult({ trace, guide, values, mends }: TestResultProps) {
  const t = useTexts("connection");
  const { preview } = trace;
  return (
    <div className="grid gap-5">
      {trace.state === "passed" ? (
        <Callout tone="positive" title={t("test.passed")}>
          {t("test.passedText", { who: trace.who ?? "–" })}
        </Callout>
      ) : (
        <Failure trace={trace} guide={guide} values={values} mends={mends} />
      )}
      {preview && (
        <>
          <Card title={t("preview.title")} description={t("preview.lead")}>
            <ProfilePreview preview={preview} />
          </Card>
          <Card title={t("received.title")} description={t("received.lead")} flush>
            <ReceivedTable received={preview.attributes} />
          </Card>
          {mends.mapping && (
            <p>
              <LinkButton href={mends.mapping as Route} size="sm">
                {t("preview.change")}
              </LinkButton>
            </p>
          )}
        </>
      )}
      <TraceChecks checks={trace.checks} />
    </div>
  );
}

/** In plain words: which check failed, what that means with this provider, and where it is put right. */
function Failure({ trace, guide, values, mends }: TestResultProps) {
  const t = useTexts("connection");
  const said = useCheckWords();
  const failed = trace.checks.find(({ result }) => result === "failed");
  const problems = guide && failed ? problemsOf(guide, failed.id) : [];
  const inMapping = failed?.id.startsWith("profile.") && mends.mapping;
  return (
    <div className="grid gap-4">
      <Callout tone="negative" title={t("test.failed")}>
        <p>{said.failure(trace)}</p>
      </Callout>
      {guide && problems.length > 0 && (
        <Card title={t("test.helps", { provider: guide.name })}>
          <Problems guide={guide} problems={problems} values={values} stepsAt={mends.steps} />
        </Card>
      )}
      <p className="flex flex-wrap gap-2">
        {inMapping ? (
          <LinkButton href={inMapping as Route} size="sm">
            {t("test.toMapping")}
          </LinkButton>
        ) : (
          <LinkButton href={mends.provider as Route} size="sm">
            {t("test.toMetadata")}
          </LinkButton>
        )}
      </p>
    </div>
  );
}
