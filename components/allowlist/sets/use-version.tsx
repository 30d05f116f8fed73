"use client";

import { Form, SubmitButton } from "#components/ui/form.tsx";
import { draftSetVersionAction } from "#lib/change-requests/sets/actions.ts";

interface UseVersionProps {
  deploymentId: string;
  versionId: string;
  number: number;
}

/** Puts the newer version to the actor's draft. */
export function UseVersion({ deploymentId, versionId, number }: UseVersionProps) {
  return (
    <Form action={draftSetVersionAction} done={`Version ${number} is in your draft.`}>
      <input type="hidden" name="deploymentId" value={deploymentId} />
      <input type="hidden" name="versionId" value={versionId} />
      <SubmitButton variant="secondary" size="sm">
        Draft the move
      </SubmitButton>
    </Form>
  );
}
