"use client";

import { ExternalLink } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { readTestAction, startTestAction } from "#lib/connections/actions.ts";
import type { SignInTrace } from "#lib/drivers/port.ts";
import { startRevisionTestAction } from "#lib/revisions/actions.ts";
import { CONSOLE_PREVIEW_WORDS } from "./console-preview-words.ts";
import { Received } from "./received.tsx";
import { Trace } from "./trace.tsx";
import { TraceState } from "./traces-card.tsx";

const ASK_EVERY_MS = 2_000;

interface TestSignInProps {
  connectionId: string;
  /** The revision whose settings are tried; without one, those that the connection has. */
  number?: number;
  words?: string;
  prominent?: boolean;
}

/** Signs in once for trial, in a new window, and shows each check as soon as the answer is in. */
export function TestSignIn({
  connectionId,
  number,
  words = "Test sign-in",
  prominent = true,
}: TestSignInProps) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [pending, startTransition] = useTransition();
  const [test, setTest] = useState<{ testId: string; url: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const start = () => {
    // Opened at the press, before the answer: a window opened later counts as a pop-up and is blocked.
    const tab = window.open("", "_blank");
    setOpen(true);
    setTest(null);
    setProblem(null);
    startTransition(async () => {
      const state = await (number === undefined
        ? startTestAction({ connectionId })
        : startRevisionTestAction({ connectionId, number }));
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
    <>
      <Button
        variant={prominent ? "primary" : "secondary"}
        icon={<ExternalLink />}
        pending={pending}
        onClick={start}
      >
        {words}
      </Button>
      <Dialog
        open={open}
        onOpenChange={(next) => {
          setOpen(next);
          // Whoever closes it before the answer is shown may be past it at the provider.
          if (!next && test) router.refresh();
        }}
        size="lg"
        title={number === undefined ? "Test sign-in" : `Test of revision ${number}`}
        description="Sign in at the provider in the window that opened. Nothing is changed, and nobody is signed in to the application."
      >
        {problem && <Callout tone="negative">{problem}</Callout>}
        {pending && !problem && <Waiting words="Starting the test…" />}
        {test && <Watch key={test.testId} connectionId={connectionId} {...test} />}
      </Dialog>
    </>
  );
}

/** Asks again and again until the test has an end. */
function Watch({ connectionId, testId, url }: { connectionId: string; testId: string; url: string }) {
  const router = useRouter();
  const [trace, setTrace] = useState<SignInTrace | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ended = trace !== null && trace.state !== "pending";
  useEffect(() => {
    if (ended) return;
    const timer = setInterval(async () => {
      const state = await readTestAction({ connectionId, testId });
      setProblem(state.status === "error" ? state.message : null);
      if (state.status === "done") setTrace(state.value);
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [connectionId, testId, ended]);
  useEffect(() => {
    if (ended) router.refresh();
  }, [ended, router]);
  return (
    <div className="grid gap-3" aria-live="polite">
      {problem && <Callout tone="caution">{problem}</Callout>}
      {!ended && (
        <>
          <Waiting words="Waiting for the provider’s answer…" />
          <p className="text-muted text-sm">
            No window opened?{" "}
            <a href={url} target="_blank" rel="noreferrer" className="text-accent underline">
              Open the sign-in
            </a>
            .
          </p>
        </>
      )}
      {ended && trace && (
        <>
          <span className="flex flex-wrap items-center gap-3">
            <TraceState state={trace.state} />
            {trace.who && <span className="text-sm">{trace.who}</span>}
          </span>
          {trace.error && <Callout tone="negative">{trace.error}</Callout>}
          {trace.preview && <Received preview={trace.preview} words={CONSOLE_PREVIEW_WORDS} />}
          <Trace checks={trace.checks} />
        </>
      )}
    </div>
  );
}

function Waiting({ words }: { words: string }) {
  return (
    <p className="flex items-center gap-2 text-sm">
      <Spinner />
      {words}
    </p>
  );
}
