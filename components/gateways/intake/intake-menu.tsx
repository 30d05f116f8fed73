"use client";

import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TaskMenu } from "#components/ui/task-menu.tsx";
import {
  changeIntakeAction,
  removeIntakeAction,
  rotateIntakeSecretAction,
} from "#lib/gateways/intakes/actions.ts";
import type { IntakeRow } from "#lib/gateways/intakes/queries.ts";
import { OVERLAP_OPTIONS } from "../words.ts";
import { SizeField, TargetField, ToleranceField } from "./intake-fields.tsx";

export interface MayDoToIntake {
  change: boolean;
  rotate: boolean;
  remove: boolean;
}

/** What can be done to one intake path. */
export function IntakeMenu({ intake, may }: { intake: IntakeRow; may: MayDoToIntake }) {
  return (
    <TaskMenu
      label={`Actions for ${intake.path}`}
      tasks={[
        {
          label: "Change…",
          shown: may.change,
          dialog: (close) => <ChangeIntake intake={intake} onClose={close} />,
        },
        {
          label: "Rotate secret…",
          shown: may.rotate && intake.kind === "webhook",
          dialog: (close) => <RotateSecret intake={intake} onClose={close} />,
        },
        {
          label: "Close…",
          shown: may.remove,
          tone: "danger",
          dialog: (close) => (
            <ConfirmDialog
              open
              onOpenChange={close}
              title={`Close ${intake.path}?`}
              description="Whoever sends there is refused, within seconds."
              confirm="Close path"
              action={removeIntakeAction}
              fields={{ intakeId: intake.id }}
              done="Path closed"
            />
          ),
        },
      ]}
    />
  );
}

function ChangeIntake({ intake, onClose }: { intake: IntakeRow; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Change ${intake.path}`}
      description="The path stays: whoever sends there was told of it."
    >
      <Form action={changeIntakeAction} onDone={onClose} done="Path changed">
        <input type="hidden" name="intakeId" value={intake.id} />
        <input type="hidden" name="kind" value={intake.kind} />
        {intake.kind === "webhook" ? <ToleranceField intake={intake} /> : <TargetField intake={intake} />}
        <SizeField intake={intake} />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
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
