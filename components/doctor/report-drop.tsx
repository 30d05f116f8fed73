"use client";

import { Stethoscope } from "lucide-react";
import { startTransition, useActionState, useEffect, useId, useRef, useState } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { cx } from "#components/ui/cx.ts";
import type { FormAction } from "#components/ui/form.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { REPORT_BYTES_MAX } from "#lib/doctor/shape.ts";
import { IDLE } from "#lib/platform/action-state.ts";
import type { DropWords } from "./drop-words.ts";

interface ReportDropProps<Value> {
  action: FormAction<Value>;
  /** What goes with the file. */
  fields: Record<string, string>;
  words: DropWords;
  onDone: (value: Value) => void;
}

/** Where a carried report is dropped, or chosen with the keyboard. It is sent as it is, and judged where it is kept. */
export function ReportDrop<Value>({ action, fields, words, onDone }: ReportDropProps<Value>) {
  const id = useId();
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [state, dispatch, pending] = useActionState(action, IDLE);
  const finished = useRef(onDone);
  finished.current = onDone;
  useEffect(() => {
    if (state.status === "done") finished.current(state.value);
  }, [state]);
  const take = async (file: File | undefined) => {
    setOver(false);
    if (!file) return;
    // Before it is read: a browser need not hold what nobody takes.
    if (file.size > REPORT_BYTES_MAX) return setProblem(words.tooLarge);
    setProblem(null);
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("content", await file.text());
    startTransition(() => dispatch(form));
  };
  const said =
    problem ?? (state.status === "error" && !pending ? (state.fields?.content ?? state.message) : null);
  return (
    <div className="grid gap-3">
      <fieldset
        aria-label={words.drop}
        aria-busy={pending}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          if (!pending) void take(event.dataTransfer.files[0]);
        }}
        className={cx(
          "grid justify-items-center gap-2.5 rounded-lg border border-dashed px-4 py-6 text-center text-sm transition-colors",
          over ? "border-accent-solid bg-accent-soft" : "border-line-strong bg-sunken",
        )}
      >
        {pending ? <Spinner /> : <Stethoscope aria-hidden className="size-5 text-muted" />}
        <p className="text-muted">{pending ? words.reading : over ? words.dropNow : words.drop}</p>
        <span>
          <input
            id={id}
            type="file"
            accept=".json,application/json"
            disabled={pending}
            className="peer sr-only"
            onChange={(event) => {
              const input = event.currentTarget;
              // The same file may be chosen again.
              void take(input.files?.[0]).finally(() => {
                input.value = "";
              });
            }}
          />
          <label
            htmlFor={id}
            className={cx(
              buttonClass({}, true),
              "cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-ring peer-focus-visible:outline-offset-2",
              "peer-disabled:pointer-events-none peer-disabled:opacity-50",
            )}
          >
            {words.choose}
          </label>
        </span>
      </fieldset>
      <div role="alert" className="contents">
        {said && <Callout tone="negative">{said}</Callout>}
      </div>
    </div>
  );
}
