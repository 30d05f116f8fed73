"use client";

import { Callout } from "#components/ui/callout.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { toast } from "#components/ui/toast.ts";
import {
  draftCapabilityRemovalAction,
  previewRemovalAction,
} from "#lib/change-requests/capabilities/actions.ts";
import type { CapabilityRow } from "#lib/change-requests/capabilities/queries.ts";
import { DoorPreview } from "./door-preview.tsx";
import { usePreview } from "./use-preview.ts";

interface UntickFormProps {
  deploymentId: string;
  capability: CapabilityRow;
  onClose: () => void;
}

/** Shows which doors close and what then stops, and puts that to the draft. */
export default function UntickForm({ deploymentId, capability: { id, drafted }, onClose }: UntickFormProps) {
  const fields = [
    ["deploymentId", deploymentId],
    ["capability", id],
  ] as const;
  const state = usePreview(previewRemovalAction, fields);
  const isDrafted = drafted === "add";
  return (
    <>
      {state.status === "idle" && <Spinner />}
      {state.status === "error" && <Callout tone="negative">{state.message}</Callout>}
      {state.status === "done" && (
        <Form
          action={draftCapabilityRemovalAction}
          onDone={() => {
            toast(isDrafted ? "Taken out of your draft" : "Added to your draft");
            onClose();
          }}
        >
          {fields.map(([field, value]) => (
            <input key={field} type="hidden" name={field} value={value} />
          ))}
          <DoorPreview preview={state.value} />
          <FormActions>
            <SubmitButton variant="danger">
              {isDrafted ? "Take out of draft" : "Add removal to draft"}
            </SubmitButton>
          </FormActions>
        </Form>
      )}
    </>
  );
}
