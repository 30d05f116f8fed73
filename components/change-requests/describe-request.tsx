"use client";

import { Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { describeRequestAction } from "#lib/change-requests/actions.ts";

interface DescribeRequestProps {
  request: { id: string; title: string; reason: string; ticket: string; expiresAt: Date | null };
}

/** What a draft is called, why it is made, and until when it has to be applied. */
export function DescribeRequest({ request }: DescribeRequestProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon={<Pencil />}>Describe</Button>}
      title="Describe the request"
      description="Whoever approves it reads this first."
    >
      <Form action={describeRequestAction} done="Saved" onDone={() => setOpen(false)}>
        <input type="hidden" name="requestId" value={request.id} />
        <Field label="Title" name="title" required>
          <Input maxLength={160} defaultValue={request.title} />
        </Field>
        <Field
          label="Reason"
          name="reason"
          required
          hint="What it is for, and what happens if it is not done."
        >
          <Textarea rows={3} maxLength={2000} defaultValue={request.reason} />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Ticket" name="ticket" optional>
            <Input maxLength={120} defaultValue={request.ticket} />
          </Field>
          <Field
            label="Apply by"
            name="expiresOn"
            optional
            hint="Two weeks from the proposal, if you leave it empty."
          >
            <Input type="date" defaultValue={request.expiresAt?.toISOString().slice(0, 10)} />
          </Field>
        </div>
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
