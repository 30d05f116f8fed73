"use client";

import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

/** Where an edit goes: people sign in through the connection already or not, and a draft waits or does not. */
export interface Drafting {
  live: boolean;
  draft: number | null;
}

/** When an edit is to count: after it was tried, or at once and for a reason. */
export function WhenFields({ draft }: { draft: number | null }) {
  const [when, setWhen] = useState("draft");
  const [label, hint] =
    draft === null
      ? ["As a draft", "Test it first, then activate it. People sign in as before until then."]
      : [
          `In the draft, revision ${draft}`,
          "Beside what it changes already. People sign in as before until then.",
        ];
  return (
    <>
      <Field label="When it takes effect" name="when">
        <RadioGroup
          look="cards"
          value={when}
          onValueChange={setWhen}
          options={[
            { value: "draft", label, hint },
            // The form holds what the draft has: at once, all of that would count untested.
            {
              value: "now",
              label: "At once",
              hint:
                draft === null
                  ? "Without a test. The reason goes into the history."
                  : "Not while a draft waits: activate or discard it first.",
              disabled: draft !== null,
            },
          ]}
          className="sm:grid-cols-2"
        />
      </Field>
      {when === "now" && (
        <Field label="Reason" name="reason" hint="Why this cannot wait for a test." required>
          <Textarea rows={2} maxLength={1_000} />
        </Field>
      )}
    </>
  );
}
