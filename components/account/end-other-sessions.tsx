"use client";

import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { revokeOtherSessionsAction } from "#lib/auth/actions.ts";

export function EndOtherSessions() {
  return (
    <ConfirmDialog
      trigger={<Button size="sm">End all others</Button>}
      title="End all other sessions"
      description="Every browser but this one is signed out at its next click."
      confirm="End them"
      action={revokeOtherSessionsAction}
      fields={{}}
      done="Your other sessions have ended"
    />
  );
}
