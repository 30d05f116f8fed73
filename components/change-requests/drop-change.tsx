"use client";

import { X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { dropChangeAction } from "#lib/change-requests/actions.ts";

/** Takes one change out of a draft. */
export function DropChange({
  requestId,
  subject,
  text,
}: {
  requestId: string;
  subject: string;
  text: string;
}) {
  return (
    <ConfirmDialog
      trigger={
        <Button
          variant="ghost"
          size="sm"
          icon={<X />}
          aria-label={`Take out: ${text}`}
          className="print:hidden"
        />
      }
      title="Take this out of the request?"
      description={`${text}. The rule on the list stays as it is; the request is a draft again.`}
      confirm="Take out"
      tone="primary"
      done="Taken out"
      action={dropChangeAction}
      fields={{ requestId, subject }}
    />
  );
}
