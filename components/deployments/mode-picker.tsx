"use client";

import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import type { CapabilityRow, ModeFacts } from "#lib/deployments/capabilities.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { CapabilityTable } from "./capability-table.tsx";

export interface ModeChoice extends ModeFacts {
  capabilities: readonly CapabilityRow[];
}

interface ModePickerProps {
  modes: readonly ModeChoice[];
  defaultMode?: DeploymentMode;
}

/** The mode of a site, and what choosing it means, capability by capability. */
export function ModePicker({ modes, defaultMode }: ModePickerProps) {
  const [mode, setMode] = useState<string | undefined>(defaultMode);
  const chosen = modes.find((one) => one.mode === mode);
  return (
    <div className="grid gap-3">
      <Field label="Mode" name="mode" required>
        <RadioGroup
          look="cards"
          className="md:grid-cols-3"
          options={modes.map(({ mode: value, name, means }) => ({ value, label: name, hint: means }))}
          value={mode ?? ""}
          onValueChange={setMode}
        />
      </Field>
      {chosen && (
        <section aria-live="polite" className="rounded-lg border border-line bg-surface">
          <h3 className="border-line border-b px-4 py-2 font-medium text-sm">
            What works at {/^[aeiou]/i.test(chosen.name) ? "an" : "a"} {chosen.name.toLowerCase()} site
          </h3>
          <CapabilityTable rows={chosen.capabilities} />
        </section>
      )}
    </div>
  );
}
