"use client";

import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { discardDraftAction, keepDraftAction } from "#lib/revisions/actions.ts";

/** Gives a draft up. */
export function DiscardDraft({ connectionId, number }: { connectionId: string; number: number }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost">Discard</Button>}
      title={`Discard the draft, revision ${number}?`}
      description="People sign in as before. The draft stays in the history and cannot be taken up again."
      confirm="Discard draft"
      action={discardDraftAction}
      fields={{ connectionId, number: String(number) }}
      onDone={sayCarried("The draft is discarded.")}
    />
  );
}

/** Says that the draft is meant as it is, over what was activated meanwhile. */
export function KeepDraft({
  connectionId,
  number,
  active,
}: {
  connectionId: string;
  number: number;
  active: number;
}) {
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Keep the draft as it is</Button>}
      title={`Keep it over revision ${active}?`}
      description={`What revision ${active} changed is undone where the draft says otherwise: the list of changes shows where. The draft can be activated then.`}
      confirm="Keep the draft"
      tone="primary"
      action={keepDraftAction}
      fields={{ connectionId, number: String(number), active: String(active) }}
      onDone={sayCarried("The draft stands over the active revision now.")}
    />
  );
}
