"use client";

import { Stethoscope } from "lucide-react";
import { useState, useTransition } from "react";
import { Trace } from "#components/connections/trace.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { testDirectoryAction } from "#lib/directories/actions.ts";
import type { DirectoryTest } from "#lib/drivers/directory-port.ts";

/** Reaches a directory for trial, and shows how far that came. */
export function TestDirectory({ directoryId }: { directoryId: string }) {
  const [open, setOpen] = useState(false);
  const [pending, startTransition] = useTransition();
  const [test, setTest] = useState<DirectoryTest | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const start = () => {
    setOpen(true);
    setTest(null);
    setProblem(null);
    startTransition(async () => {
      const state = await testDirectoryAction({ directoryId });
      startTransition(() => {
        if (state.status === "done") setTest(state.value);
        else if (state.status === "error") setProblem(state.message);
      });
    });
  };
  return (
    <>
      <Button size="sm" icon={<Stethoscope />} pending={pending} onClick={start}>
        Test
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Test the directory"
        description="It is reached as a sync would, and a few people are looked at. Nothing is kept."
      >
        {problem && <Callout tone="negative">{problem}</Callout>}
        {pending && (
          <p role="status" className="flex items-center gap-2 text-muted text-sm">
            <Spinner /> Asking the directory…
          </p>
        )}
        {test && <Result test={test} />}
      </Dialog>
    </>
  );
}

function Result({ test }: { test: DirectoryTest }) {
  return (
    <div className="grid gap-4">
      <Callout tone={test.passed ? "positive" : "negative"}>
        {test.passed ? "The directory can be read." : "The directory cannot be read like this."}
      </Callout>
      <Trace checks={test.checks} />
      {test.sample.length > 0 && (
        <section className="grid gap-1.5">
          <h3 className="font-medium text-sm">Some of the people it finds</h3>
          <ul className="grid gap-1 text-sm">
            {test.sample.map(({ username, email, name }) => (
              <li key={`${username} ${email}`} className="flex flex-wrap gap-x-3">
                <span>{name || "No name"}</span>
                <span className="text-muted [overflow-wrap:anywhere]">
                  {[username, email].filter(Boolean).join(", ")}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
