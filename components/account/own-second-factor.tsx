"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { RecoveryCodes } from "#components/auth/recovery-codes.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormActions } from "#components/ui/form.tsx";
import { Status } from "#components/ui/status.tsx";
import { removeOwnSecondFactorAction, renewOwnRecoveryCodesAction } from "#lib/auth/actions.ts";
import { EnrolDialog } from "./enrol-dialog.tsx";
import { CurrentPassword } from "./own-password.tsx";

interface OwnSecondFactorProps {
  since: Date | null;
  recoveryCodesLeft: number;
  /** The owners require one of everybody, so it cannot be removed. */
  required: boolean;
}

/** The actor's second factor: set up, renew its recovery codes, remove. */
export function OwnSecondFactor({ since, recoveryCodesLeft, required }: OwnSecondFactorProps) {
  const router = useRouter();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = () => {
    setCodes(null);
    router.refresh();
  };
  return (
    <div className="grid gap-3 text-sm">
      {since ? (
        <Status tone={recoveryCodesLeft < 3 ? "caution" : "positive"} since={since}>
          Set up
        </Status>
      ) : (
        <Status tone="neutral">None</Status>
      )}
      <p className="text-muted">
        {since
          ? `${recoveryCodesLeft} of 10 recovery codes are left.`
          : "With a code from your phone, a stolen password is not enough to sign in as you."}
      </p>
      <div className="flex flex-wrap gap-2">
        {!since && <EnrolDialog onCodes={setCodes} />}
        {since && (
          <ConfirmDialog
            trigger={<Button>New recovery codes</Button>}
            title="New recovery codes"
            description="The codes you have now stop working."
            confirm="Make new codes"
            tone="primary"
            action={renewOwnRecoveryCodesAction}
            fields={{}}
            onDone={setCodes}
          >
            <CurrentPassword />
          </ConfirmDialog>
        )}
        {since && !required && (
          <ConfirmDialog
            trigger={<Button variant="ghost">Remove</Button>}
            title="Remove the second factor"
            description="Your password alone will sign you in."
            confirm="Remove"
            action={removeOwnSecondFactorAction}
            fields={{}}
            done="Second factor removed"
          >
            <CurrentPassword />
          </ConfirmDialog>
        )}
      </div>
      <Dialog open={codes !== null} onOpenChange={(next) => !next && close()} title="Recovery codes">
        <div className="grid gap-4">
          {codes && <RecoveryCodes codes={codes} />}
          <FormActions>
            <Button variant="primary" onClick={close}>
              I have kept them
            </Button>
          </FormActions>
        </div>
      </Dialog>
    </div>
  );
}
