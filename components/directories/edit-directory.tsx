"use client";

import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { changeDirectoryAction } from "#lib/directories/actions.ts";
import type { DirectoryDetail } from "#lib/drivers/directory-port.ts";
import { DirectoryOptionFields } from "./directory-options.tsx";

/** Changes a directory's name, and what becomes of its people. */
export function EditDirectory({ detail }: { detail: DirectoryDetail }) {
  const [open, setOpen] = useState(false);
  const { directory, options } = detail;
  return (
    <Dialog
      trigger={<Button size="sm">Edit directory</Button>}
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title="Edit the directory"
      description="Takes effect at once, also for people who are there already: applications hear of every change."
    >
      <Form
        action={changeDirectoryAction}
        onDone={(carried) => {
          setOpen(false);
          sayCarried("The directory is changed.")(carried);
        }}
      >
        <input type="hidden" name="directoryId" value={directory.id} />
        <Field label="Name" name="name" required>
          <Input defaultValue={directory.name} maxLength={120} autoComplete="off" />
        </Field>
        <DirectoryOptionFields initial={options} />
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
