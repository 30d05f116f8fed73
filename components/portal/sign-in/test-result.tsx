"use client";

import type { Route } from "next";
import { Problems } from "#components/portal/guides/problems.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { Guide } from "#lib/guides/schema.ts";
import { type GuideValues, problemsOf } from "#lib/guides/shape.ts";
import type { Mends } from "#lib/portal/sign-in/policy.ts";
import { CompareWithActive } from "./compare-with-active.tsx";
import { ProfilePreview } from "./profile-preview.tsx";
import { ReceivedTable } from "./received-table.tsx";
import { TraceChecks } from "./trace-checks.tsx";
import { missingIdentifier, useCheckWords } from "./trace-words.ts";

interface TestResultProps {
  trace: SignInTrace;
  guide: Guide | null;
  /** What it is called in the middle of a sentence. */
  provider: string;
  values: GuideValues;
  mends: Mends;
  createdByName: string;
  /** The connection, where something is in use beside what was tested. */
  compareAt: string | null;
}

/** What came of a test: who would be signed in and with which roles; or what stopped it, and what helps. */
export function TestResult(props: TestResultProps) {
  const { trace, mends, compareAt } = props;
  const t = useTexts("connection");
  const { preview } = trace;
  return (
    <div className="grid gap-5">
      {trace.state === "passed" ? (
        <Callout tone="positive" title={t("test.passed")}>
          {t("test.passedText", { who: trace.who ?? "–" })}
        </Callout>
      ) : (
        <Failure {...props} />
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
      {compareAt && trace.capturedUntil && (
        <CompareWithActive key={trace.id} connectionId={compareAt} testId={trace.id} />
      )}
      <TraceChecks checks={trace.checks} />
    </div>
  );
}

/** In plain words: which check failed, what that means with this provider, and where it is put right. */
function Failure({ trace, guide, provider, values, mends, createdByName }: TestResultProps) {
  const t = useTexts("connection");
  const said = useCheckWords();
  const failed = trace.checks.find(({ result }) => result === "failed");
  const problems = guide && failed ? problemsOf(guide, failed.id) : [];
  return (
    <div className="grid gap-4">
      <Callout tone="negative" title={t("test.failed")}>
        {said.failure(trace)}
      </Callout>
      {guide && problems.length > 0 && (
        <Card title={t("test.helps", { provider })}>
          <Problems guide={guide} problems={problems} values={values} stepsAt={mends.steps} />
        </Card>
      )}
      <p>
        <Mend
          check={failed?.id ?? (missingIdentifier(trace) === null ? "" : "profile.identifier")}
          mends={mends}
          createdByName={createdByName}
        />
      </p>
    </div>
  );
}

/** The one place where it is put right; or whom to ask, where this link does not reach. */
function Mend({ check, mends, createdByName }: { check: string; mends: Mends; createdByName: string }) {
  const t = useTexts("connection");
  const to = (href: string, words: string) => (
    <LinkButton href={href as Route} size="sm">
      {words}
    </LinkButton>
  );
  if (check === "profile.domain")
    return mends.domains
      ? to(mends.domains, t("test.toDomains"))
      : t("test.askDomain", { name: createdByName });
  if (check.startsWith("profile.") && mends.mapping) return to(mends.mapping, t("test.toMapping"));
  return to(mends.provider, t("test.toMetadata"));
}
