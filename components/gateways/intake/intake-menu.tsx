"use client";

import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { removeIntakeAction, rotateIntakeSecretAction } from "#lib/gateways/intakes/actions.ts";
import type { IntakeRow } from "#lib/gateways/intakes/queries.ts";
import { OVERLAP_OPTIONS } from "../words.ts";

export interface MayDoToIntake {
  rotate: boolean;
  remove: boolean;
}

/** What can be done to one intake path. */
export function IntakeMenu({ intake, may }: { intake: IntakeRow; may: MayDoToIntake }) {
  const [task, setTask] = useState<"rotate" | "remove" | null>(null);
  const close = () => setTask(null);
  if (!may.rotate && !may.remove) return null;
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${intake.path}`}
          />
        }
      >
        {may.rotate && intake.kind === "webhook" && (
          <MenuItem onSelect={() => setTask("rotate")}>Rotate secret…</MenuItem>
        )}
        {may.remove && (
          <MenuItem tone="danger" onSelect={() => setTask("remove")}>
            Close…
          </MenuItem>
        )}
      </DropdownMenu>
      {task === "rotate" && <RotateSecret intake={intake} onClose={close} />}
      <ConfirmDialog
        open={task === "remove"}
        onOpenChange={close}
        title={`Close ${intake.path}?`}
        description="Whoever sends there is refused, within seconds."
        confirm="Close path"
        action={removeIntakeAction}
        fields={{ intakeId: intake.id }}
        done="Path closed"
      />
    </>
  );
}

function RotateSecret({ intake, onClose }: { intake: IntakeRow; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`New secret for ${intake.path}`}
      description="Make a new one at the sender, and give it here. Either counts while they overlap."
    >
      <Form action={rotateIntakeSecretAction} onDone={onClose} done="Secret rotated">
        <input type="hidden" name="intakeId" value={intake.id} />
        <Field label="New signing secret" name="secret">
          <Input type="password" autoComplete="off" mono />
        </Field>
        <Field label="The old secret counts for" name="overlap">
          <Select options={OVERLAP_OPTIONS} defaultValue="day" />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Rotate secret</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
