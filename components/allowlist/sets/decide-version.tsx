"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import {
  acceptVersionAction,
  refuseVersionAction,
  withdrawVersionAction,
} from "#lib/allowlist/sets/actions.ts";
import type { SetDetails } from "#lib/allowlist/sets/queries.ts";
import { deploymentsWords } from "./words.ts";

interface DecideVersionProps {
  set: Pick<SetDetails, "name" | "deployments">;
  version: { id: string; number: number };
  may: { accept: boolean; refuse: boolean; withdraw: boolean };
}

/** The word of somebody else on a version that waits; and the way back of whoever brought it. */
export function DecideVersion({ set, version, may }: DecideVersionProps) {
  const [open, setOpen] = useState<"accept" | "refuse" | "withdraw" | null>(null);
  const close = () => setOpen(null);
  const fields = { versionId: version.id };
  return (
    <>
      {may.withdraw && <Button onClick={() => setOpen("withdraw")}>Withdraw</Button>}
      {may.refuse && <Button onClick={() => setOpen("refuse")}>Refuse</Button>}
      {may.accept && (
        <Button variant="primary" onClick={() => setOpen("accept")}>
          Accept version {version.number}
        </Button>
      )}
      <ConfirmDialog
        open={open === "accept"}
        onOpenChange={close}
        title={`Accept version ${version.number} of ${set.name}?`}
        description={
          set.deployments === 0
            ? "Rules that name the set from now on mean these networks."
            : `${deploymentsWords(set.deployments)} ${set.deployments === 1 ? "goes" : "go"} on with the version in use. Each moves by a change request.`
        }
        confirm="Accept version"
        tone="primary"
        action={acceptVersionAction}
        fields={fields}
        done="Accepted."
      >
        <Field label="What you compared it with" name="reason" optional>
          <Input autoComplete="off" maxLength={300} />
        </Field>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "refuse"}
        onOpenChange={close}
        title={`Refuse version ${version.number}?`}
        description="It is kept, with your reason, and nobody can use it."
        confirm="Refuse version"
        action={refuseVersionAction}
        fields={fields}
        done="Refused."
      >
        <Field label="Why" name="reason" required>
          <Input autoComplete="off" maxLength={300} />
        </Field>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "withdraw"}
        onOpenChange={close}
        title={`Withdraw version ${version.number}?`}
        description="Nobody decides it any more, and another can be brought."
        confirm="Withdraw version"
        action={withdrawVersionAction}
        fields={fields}
        done="Withdrawn."
      />
    </>
  );
}
