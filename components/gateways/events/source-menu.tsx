"use client";

import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { TaskMenu } from "#components/ui/task-menu.tsx";
import { changeSourceAction, pullAgainAction, removeSourceAction } from "#lib/gateways/sources/actions.ts";
import type { SourceRow } from "#lib/gateways/sources/queries.ts";
import { SourceFields } from "./add-source.tsx";

export interface MayDoToSource {
  change: boolean;
  pullAgain: boolean;
  remove: boolean;
}

/** What can be done to one source. */
export function SourceMenu({ source, may }: { source: SourceRow; may: MayDoToSource }) {
  return (
    <TaskMenu
      label={`Actions for the source ${source.environmentName}`}
      tasks={[
        {
          label: "Change or pause…",
          shown: may.change,
          dialog: (close) => <ChangeSource source={source} onClose={close} />,
        },
        {
          label: "Pull a range again…",
          shown: may.pullAgain,
          dialog: (close) => <PullAgain source={source} onClose={close} />,
        },
        {
          label: "Remove…",
          shown: may.remove,
          tone: "danger",
          dialog: (close) => (
            <ConfirmDialog
              open
              onOpenChange={close}
              title="Stop pulling these events?"
              description={`Events of ${source.environmentName} are not pulled any more. What was pulled is still handed over.`}
              confirm="Remove source"
              action={removeSourceAction}
              fields={{ sourceId: source.id }}
              done="Source removed"
            />
          ),
        },
      ]}
    />
  );
}

function ChangeSource({ source, onClose }: { source: SourceRow; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title={`Events of ${source.environmentName}`}>
      <Form action={changeSourceAction} onDone={onClose} done="Source changed">
        <input type="hidden" name="sourceId" value={source.id} />
        <SourceFields source={source} />
        <Field label="Pause" name="paused">
          <Checkbox
            label="Do not pull for now"
            hint="It goes on where it stopped, as long as the other side remembers: WorkOS keeps events for 30 days."
            defaultChecked={source.pausedAt !== null}
          />
        </Field>
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

function PullAgain({ source, onClose }: { source: SourceRow; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Pull events of ${source.environmentName} again`}
      description="What is known already is not delivered twice. What is new stands behind what is there, with the times it had."
    >
      <Form action={pullAgainAction} onDone={onClose} done="The gateway was asked">
        <input type="hidden" name="sourceId" value={source.id} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From, in UTC" name="from">
            <Input type="datetime-local" required />
          </Field>
          <Field label="To, in UTC" name="to">
            <Input type="datetime-local" required />
          </Field>
        </div>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Pull again</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
