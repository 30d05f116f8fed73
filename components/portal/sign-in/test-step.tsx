"use client";

import { ExternalLink } from "lucide-react";
import type { Route } from "next";
import { useState, useTransition } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { Guide } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { startTestAction } from "#lib/portal/sign-in/actions.ts";
import type { Mends } from "#lib/portal/sign-in/policy.ts";
import { useRefusals } from "./refusals.ts";
import { StepNav } from "./step-frame.tsx";
import { TestResult } from "./test-result.tsx";
import { WatchTest } from "./watch-test.tsx";

interface TestStepProps {
  connectionId: string;
  back: string;
  guide: Guide | null;
  provider: string;
  values: GuideValues;
  /** The last test of these settings, if one was made. */
  last: SignInTrace | null;
  /** A test of exactly these settings has passed. */
  passed: boolean;
  /** What this link may change, to mend what failed. */
  mends: Mends;
  /** People sign in by other settings than these now. */
  besideActive: boolean;
  /** Who made the link: whom to ask for what it does not allow. */
  createdByName: string;
}

/** Signs in once for trial, in a window of its own, and shows what came of it. */
export function TestStep(props: TestStepProps) {
  const { connectionId, back, last } = props;
  const t = useTexts("connection");
  const { translate } = useRefusals();
  const [pending, startTransition] = useTransition();
  const [test, setTest] = useState<{ testId: string; url: string } | null>(null);
  const [ended, setEnded] = useState<SignInTrace | null>(last);
  const [problem, setProblem] = useState<string | null>(null);
  const passed = ended ? ended.state === "passed" : props.passed;
  const start = () => {
    // Opened at the press, before the answer: a window opened later counts as a pop-up and is blocked.
    const tab = window.open("", "_blank");
    setTest(null);
    setEnded(null);
    setProblem(null);
    startTransition(async () => {
      const state = translate(await startTestAction({ connectionId }));
      if (state.status !== "done") tab?.close();
      else if (tab) {
        tab.opener = null;
        tab.location.href = state.value.url;
      }
      startTransition(() => {
        if (state.status === "done") setTest(state.value);
        else if (state.status === "error") setProblem(state.message);
      });
    });
  };
  return (
    <div className="grid gap-6">
      <div>
        <Button
          variant={passed ? "secondary" : "primary"}
          icon={<ExternalLink />}
          pending={pending}
          onClick={start}
        >
          {t(ended ? "test.again" : "test.start")}
        </Button>
      </div>
      <div aria-live="polite" className="grid gap-4">
        {problem && <Callout tone="negative">{problem}</Callout>}
        {test && !ended && (
          <WatchTest key={test.testId} connectionId={connectionId} {...test} onEnd={setEnded} />
        )}
        {ended && (
          <TestResult
            trace={ended}
            guide={props.guide}
            provider={props.provider}
            values={props.values}
            mends={props.mends}
            createdByName={props.createdByName}
            compareAt={props.besideActive ? connectionId : null}
          />
        )}
      </div>
      <StepNav back={{ href: back, label: t("nav.back") }}>
        <LinkButton
          href={`/portal/sign-in/${connectionId}/activate` as Route}
          variant={passed ? "primary" : "secondary"}
        >
          {t(passed ? "nav.next" : "test.without")}
        </LinkButton>
      </StepNav>
    </div>
  );
}
