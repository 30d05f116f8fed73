"use client";

import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { activateRevisionAction } from "#lib/revisions/actions.ts";

interface ActivateDraftProps {
  connectionId: string;
  number: number;
  /** Null where it is not known here: then the site says whether a reason is missing. */
  tested: boolean | null;
  /** People sign in through this connection already. */
  live: boolean;
}

/** Has people sign in by a draft: it passed a test, or there is a reason why not. */
export function ActivateDraft({ connectionId, number, tested, live }: ActivateDraftProps) {
  return (
    <ConfirmDialog
      trigger={<Button variant={tested ? "primary" : "secondary"}>Activate</Button>}
      title={live ? `Activate revision ${number}?` : "Activate this connection?"}
      description={
        live
          ? "People sign in by it from now on. One press returns to the revision before."
          : "From now on this organization’s people sign in through it."
      }
      confirm="Activate"
      tone="primary"
      action={activateRevisionAction}
      fields={{ connectionId, number: String(number) }}
      onDone={sayCarried(live ? `Revision ${number} is active.` : "The connection is active.")}
    >
      {!tested && (
        <Field
          label="Reason"
          name="reason"
          hint={
            tested === null
              ? "Needed where no test of exactly these settings has passed."
              : "No test of exactly these settings has passed. Say why they are activated without."
          }
          required={tested === false}
        >
          <Textarea rows={2} maxLength={1_000} />
        </Field>
      )}
    </ConfirmDialog>
  );
}
