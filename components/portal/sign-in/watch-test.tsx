"use client";

import { useEffect, useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import { readTestAction } from "#lib/portal/sign-in/actions.ts";
import { useRefusals } from "./refusals.ts";

const ASK_EVERY_MS = 1_500;

interface WatchTestProps {
  connectionId: string;
  testId: string;
  url: string;
  onEnd: (trace: SignInTrace) => void;
}

/** Asks again and again until the test has an end. */
export function WatchTest({ connectionId, testId, url, onEnd }: WatchTestProps) {
  const t = useTexts("connection");
  const { translate } = useRefusals();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const state = translate(await readTestAction({ connectionId, testId }));
      if (stopped) return;
      setProblem(state.status === "error" ? state.message : null);
      if (state.status === "done" && state.value.state !== "pending") return onEnd(state.value);
      timer = setTimeout(ask, ASK_EVERY_MS);
    };
    timer = setTimeout(ask, ASK_EVERY_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [connectionId, testId]);
  return (
    <div className="grid gap-2 rounded-lg border border-line bg-sunken p-4 text-sm">
      <p className="flex items-center gap-2">
        <Spinner /> {t("test.waiting")}
      </p>
      <p className="text-muted">
        {t.rich("test.noWindow", {
          open: (words) => (
            <a
              href={url}
              target="_blank"
              rel="noreferrer"
              className="text-accent underline underline-offset-2"
            >
              {words}
            </a>
          ),
        })}
      </p>
      {problem && <Callout tone="caution">{problem}</Callout>}
    </div>
  );
}
