"use client";

import { GitCompare } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { absoluteWords } from "#components/ui/time-words.ts";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { RevisionState } from "#lib/drivers/revision-port.ts";
import { compareReplaysAction } from "#lib/revisions/actions.ts";
import { ComparedTraces } from "./compared-traces.tsx";

type Captured = Pick<SignInTrace, "id" | "at" | "who" | "state" | "revision">;

interface CompareReplaysProps {
  connectionId: string;
  tests: Captured[];
  numbers: { number: number; state: RevisionState }[];
  left: number | null;
  right: number | null;
}

/** Tries what was received in a test against two revisions, and shows in what they differ. */
export function CompareReplays({ connectionId, tests, numbers, ...first }: CompareReplaysProps) {
  const [open, setOpen] = useState(false);
  const [pending, startTransition] = useTransition();
  const [testId, setTestId] = useState(tests[0]?.id ?? "");
  const [left, setLeft] = useState(String(first.left ?? ""));
  const [right, setRight] = useState(String(first.right ?? ""));
  const [problem, setProblem] = useState<string | null>(null);
  const [pair, setPair] = useState<{ left: SignInTrace; right: SignInTrace } | null>(null);
  const compare = () =>
    startTransition(async () => {
      const state = await compareReplaysAction({ connectionId, testId, left, right });
      startTransition(() => {
        setProblem(state.status === "error" ? state.message : null);
        setPair(state.status === "done" ? state.value : null);
      });
    });
  const options = numbers.map(({ number, state }) => ({
    value: String(number),
    label: `Revision ${number} (${state})`,
  }));
  return (
    <Dialog
      trigger={
        <Button size="sm" icon={<GitCompare />}>
          Compare
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title="Compare two revisions"
      description="What a test received is tried against both. Nobody is signed in and nobody is asked again: the clock is taken as it was, and what answers one request only is not checked."
    >
      <div className="grid gap-4">
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label="Received in">
            <Select
              value={testId}
              onChange={(event) => setTestId(event.currentTarget.value)}
              options={tests.map((test) => ({ value: test.id, label: testLabel(test) }))}
            />
          </Field>
          <Field label="One">
            <Select value={left} onChange={(event) => setLeft(event.currentTarget.value)} options={options} />
          </Field>
          <Field label="The other">
            <Select
              value={right}
              onChange={(event) => setRight(event.currentTarget.value)}
              options={options}
            />
          </Field>
        </div>
        <div>
          <Button variant="primary" pending={pending} onClick={compare}>
            Compare
          </Button>
        </div>
        <div className="grid gap-3" aria-live="polite">
          {pending && (
            <p className="flex items-center gap-2 text-sm">
              <Spinner />
              Trying both…
            </p>
          )}
          {problem && <Callout tone="negative">{problem}</Callout>}
          {pair && !pending && <ComparedTraces {...pair} />}
        </div>
      </div>
    </Dialog>
  );
}

function testLabel({ at, who, state, revision }: Captured): string {
  const when = at ? absoluteWords(at) : "A test";
  return [when, revision === null ? "" : `revision ${revision}`, who ?? state].filter(Boolean).join(", ");
}
