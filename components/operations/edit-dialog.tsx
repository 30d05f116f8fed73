"use client";

import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "#components/ui/form.tsx";
import type { Carried } from "#lib/platform/outbox.ts";
import { sayCarried } from "./carried.ts";

interface EditDialogProps {
  /** The words on the button that opens it. */
  opener: string;
  title: string;
  /** From when on it counts, and for whom. */
  description: string;
  action: FormAction<Carried>;
  /** Hidden fields: the ids of what is changed. */
  fields: Readonly<Record<string, string>>;
  /** Said when it is done. */
  done: string;
  submit?: string;
  children: ReactNode;
}

/** Changes how something at another place is set up: a form in a dialog, and what became of it. */
export function EditDialog({ opener, submit = "Save", ...rest }: EditDialogProps) {
  const [open, setOpen] = useState(false);
  const { title, description, action, fields, done, children } = rest;
  return (
    <Dialog
      trigger={<Button size="sm">{opener}</Button>}
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title={title}
      description={description}
    >
      <Form
        action={action}
        onDone={(carried) => {
          setOpen(false);
          sayCarried(done)(carried);
        }}
      >
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {children}
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>{submit}</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
