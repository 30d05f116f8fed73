"use client";

import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { syncDirectoryAction } from "#lib/directories/actions.ts";

/** Has a directory read now, without waiting for its time. */
export function SyncNow({ directoryId }: { directoryId: string }) {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState("incremental");
  return (
    <Dialog
      trigger={
        <Button size="sm" icon={<RefreshCw />}>
          Sync now
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      title="Sync now"
      description="The site reads the directory as soon as it has its hands free."
    >
      <Form action={syncDirectoryAction} done="The sync is asked for." onDone={() => setOpen(false)}>
        <input type="hidden" name="directoryId" value={directoryId} />
        <Field label="How much" name="kind">
          <RadioGroup look="cards" options={KINDS} value={kind} onValueChange={setKind} />
        </Field>
        {kind === "full" && (
          <Checkbox
            name="acceptRemovals"
            label="Many people may be gone"
            hint="A sync that would remove most of them stops instead, for that is a mistake as a rule. Tick this where it is none."
          />
        )}
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Sync now</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

const KINDS = [
  {
    value: "incremental",
    label: "Changes only",
    hint: "Since the last sync. Quick, also with very many people.",
  },
  { value: "full", label: "Everything", hint: "Finds who is gone, too. Done once a day anyway." },
];
