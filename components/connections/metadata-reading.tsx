"use client";

import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { inspectMetadataAction } from "#lib/connections/actions.ts";
import type { MetadataReading as Reading } from "#lib/drivers/port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { Certificates } from "./certificates.tsx";

type Source = Parameters<typeof inspectMetadataAction>[0];

/** Shows what was understood of the metadata, before anything is kept. */
export function MetadataReading({ input }: { input: Source | null }) {
  const [pending, startTransition] = useTransition();
  const [answer, setAnswer] = useState<{ of: string; state: ActionState<Reading> } | null>(null);
  const asked = JSON.stringify(input);
  const read = () =>
    startTransition(async () => {
      const state = await inspectMetadataAction(input);
      startTransition(() => setAnswer({ of: asked, state }));
    });
  const current = answer?.of === asked ? answer.state : null;
  return (
    <div className="grid gap-3">
      <div>
        <Button onClick={read} disabled={input === null} pending={pending}>
          Read the metadata
        </Button>
      </div>
      <div aria-live="polite">
        {current?.status === "error" && (
          <Callout tone="negative" title="This metadata could not be used.">
            {Object.values(current.fields ?? {})[0] ?? current.message}
          </Callout>
        )}
        {current?.status === "done" && <Understood reading={current.value} />}
      </div>
    </div>
  );
}

function Understood({ reading }: { reading: Reading }) {
  return (
    <div className="grid gap-3 rounded-lg border border-line bg-sunken p-4">
      <p className="font-medium text-sm">What we understood</p>
      <KeyValue
        items={[
          { label: "Entity ID", value: reading.entityId },
          { label: "Sign-in URL", value: reading.signInUrl },
        ]}
      />
      <Certificates certificates={reading.certificates} />
      {reading.warnings.map((warning) => (
        <Callout key={warning} tone="caution">
          {warning}
        </Callout>
      ))}
    </div>
  );
}
