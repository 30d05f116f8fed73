"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { toast } from "#components/ui/toast.ts";
import {
  draftCapabilitiesAction,
  previewCapabilitiesAction,
} from "#lib/change-requests/capabilities/actions.ts";
import type { CapabilityRow } from "#lib/change-requests/capabilities/queries.ts";
import { DoorPreview } from "./door-preview.tsx";
import { Questions } from "./questions.tsx";
import { usePreview } from "./use-preview.ts";

interface TickFormProps {
  deploymentId: string;
  capability: CapabilityRow;
  onClose: () => void;
}

/** Asks what only the site knows, shows what would open and close, and puts that to the draft. */
export default function TickForm({ deploymentId, capability, onClose }: TickFormProps) {
  const { id, questions, has, newest } = capability;
  const [answers, setAnswers] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      Object.entries(capability.answers).map(([question, texts]) => [question, texts.join(" ")]),
    ),
  );
  const [asked, setAsked] = useState(questions.length > 0);
  const isBehind = has !== null && has.version < newest.number;
  const fields = [
    ["deploymentId", deploymentId],
    ["capabilities[]", id],
    ...questions.map((question) => [question, answers[question] ?? ""] as const),
  ] as const;
  return (
    <div className="grid gap-4">
      {isBehind && (
        <Callout tone="caution" title={`This takes version ${newest.number} of the pack.`}>
          {newest.change}
        </Callout>
      )}
      {asked ? (
        <Form action={previewCapabilitiesAction} onDone={() => setAsked(false)}>
          <input type="hidden" name="deploymentId" value={deploymentId} />
          <input type="hidden" name="capabilities[]" value={id} />
          <Questions
            ids={questions}
            answers={answers}
            onAnswer={(question, text) => setAnswers({ ...answers, [question]: text })}
          />
          <FormActions>
            <SubmitButton>Preview doors</SubmitButton>
          </FormActions>
        </Form>
      ) : (
        <Preview
          fields={fields}
          onBack={questions.length > 0 ? () => setAsked(true) : null}
          onDone={onClose}
        />
      )}
    </div>
  );
}

interface PreviewProps {
  fields: readonly (readonly [string, string])[];
  onBack: (() => void) | null;
  onDone: () => void;
}

function Preview({ fields, onBack, onDone }: PreviewProps) {
  const state = usePreview(previewCapabilitiesAction, fields);
  const back = onBack && <Button onClick={onBack}>Back</Button>;
  if (state.status === "idle") return <Spinner />;
  if (state.status === "error")
    return (
      <>
        <Callout tone="negative">{state.message}</Callout>
        <FormActions>{back}</FormActions>
      </>
    );
  const preview = state.value;
  return (
    <Form
      action={draftCapabilitiesAction}
      onDone={() => {
        toast("Added to your draft");
        onDone();
      }}
    >
      {fields.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <DoorPreview preview={preview} />
      {preview.adds.length > 0 && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Owner" name="ownerName" optional hint="Who answers for these rules.">
            <Input maxLength={120} />
          </Field>
          <Field label="Ticket" name="ticket" optional>
            <Input mono maxLength={120} />
          </Field>
        </div>
      )}
      <FormActions>
        {back}
        <SubmitButton disabled={preview.changes === 0}>
          {preview.changes === 0 ? "Nothing to change" : "Add to draft"}
        </SubmitButton>
      </FormActions>
    </Form>
  );
}
