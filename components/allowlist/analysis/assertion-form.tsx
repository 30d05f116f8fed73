"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { TrafficFields } from "#components/allowlist/traffic-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { draftAssertionAction } from "#lib/change-requests/assertions/actions.ts";

const MUSTS = [
  { value: "deny", label: "Must deny: none of it passes" },
  { value: "allow", label: "Must allow: all of it passes" },
];

/** Puts what has to hold to the draft. */
export function AddAssertion({ deploymentId }: { deploymentId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="lg"
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Add assertion
        </Button>
      }
      title="Add an assertion"
      description="It opens and closes nothing. A change that would break it cannot be proposed."
    >
      <Form action={draftAssertionAction} done="In your draft" onDone={() => setOpen(false)}>
        <input type="hidden" name="deploymentId" value={deploymentId} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="What has to hold" name="must">
            <Select options={MUSTS} defaultValue="deny" />
          </Field>
          <TrafficFields ports="" />
        </div>
        <Field label="Reason" name="reason" required hint="Whoever meets it reads this.">
          <Textarea rows={2} maxLength={500} />
        </Field>
        <Field label="Owner" name="ownerName" optional>
          <Input maxLength={120} />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Add to draft</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
