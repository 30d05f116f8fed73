"use client";

import { Undo2 } from "lucide-react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { returnToRevisionAction } from "#lib/revisions/actions.ts";

/** Has people sign in by the settings of an earlier revision again. */
export function ReturnTo({ connectionId, number }: { connectionId: string; number: number }) {
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" icon={<Undo2 />}>
          Return to revision {number}
        </Button>
      }
      title={`Return to revision ${number}?`}
      description="People sign in by its settings again, from the next sign-in on. That is a new revision: nothing is lost, and it can be taken back the same way."
      confirm="Return"
      tone="primary"
      action={returnToRevisionAction}
      fields={{ connectionId, number: String(number) }}
      onDone={sayCarried(`The settings of revision ${number} are active again.`)}
    >
      <Field label="Reason" name="reason" optional>
        <Textarea rows={2} maxLength={1_000} />
      </Field>
    </ConfirmDialog>
  );
}
